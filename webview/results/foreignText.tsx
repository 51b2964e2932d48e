// A response with the parts in other languages underlined and named.
import { displayName } from "../../src/core/language/tags.ts";
import type { ForeignSpan, SampleRecord } from "../../src/core/records/records.ts";
import { PlainText } from "../shared/controls.tsx";

/** Valid spans of the text in order, without those that overlap an earlier one. */
function soundSpans({ response, foreign }: SampleRecord): readonly ForeignSpan[] {
  const sound: ForeignSpan[] = [];
  for (const span of [...(foreign ?? [])].sort((a, b) => a.start - b.start)) {
    const fits =
      Number.isInteger(span.start) &&
      Number.isInteger(span.end) &&
      typeof span.language === "string" &&
      span.start >= (sound.at(-1)?.end ?? 0) &&
      span.start < span.end &&
      span.end <= response.length;
    if (fits) sound.push(span);
  }
  return sound;
}

/** Marked spans of a response; none if all of it is in one other language, which is named above it. */
function markedSpans(sample: SampleRecord): readonly ForeignSpan[] {
  const spans = soundSpans(sample);
  return isWhole(spans, sample.response) ? [] : spans;
}

/** Languages marked by `ForeignText`. */
export function markedLanguages(sample: SampleRecord): string[] {
  return [...new Set(markedSpans(sample).map(({ language }) => language))];
}

/** Returns null if nothing in the response is marked. */
export function ForeignText({ sample }: { readonly sample: SampleRecord }) {
  const { response } = sample;
  const spans = markedSpans(sample);
  if (spans.length === 0) return null;
  return (
    <div lang={sample.language} dir="auto" class="text">
      {spans.map(({ start, end, language }, i) => (
        <>
          <PlainText text={response.slice(spans[i - 1]?.end ?? 0, start)} />
          <mark class="foreign" lang={language} dir="auto" title={nameOf(language)}>
            <PlainText text={response.slice(start, end)} />
          </mark>
          {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: read in place of a bare tag */}
          <span class="foreign-name" lang="en" aria-label={`(${nameOf(language)})`}>
            {tagOf(language)}
          </span>
        </>
      ))}
      <PlainText text={response.slice(spans.at(-1)?.end)} />
    </div>
  );
}

/** Legend of the marks. */
export function ForeignLegend({ languages }: { readonly languages: readonly string[] }) {
  return (
    <p class="muted legend" data-testid="legend">
      <mark class="foreign">Underlined</mark>: in a language other than the requested one.{" "}
      {languages.map(language => `${tagOf(language)} = ${nameOf(language)}`).join(", ")}
    </p>
  );
}

/** Whether the whole response is in one other language, with no letters outside it. */
function isWhole(spans: readonly ForeignSpan[], response: string): boolean {
  const languages = new Set(spans.map(({ language }) => language));
  let rest = "";
  let at = 0;
  for (const { start, end } of spans) {
    rest += response.slice(at, start);
    at = end;
  }
  return languages.size === 1 && !/\p{L}/u.test(rest + response.slice(at));
}

/** Name of a language. A few words reveal only the script: `und-Latn`. */
function nameOf(language: string): string {
  const script = scriptOf(language);
  if (script === null) return displayName(language);
  const name = new Intl.DisplayNames("en", { type: "script", fallback: "code" }).of(script) ?? script;
  return `${name} script`;
}

function tagOf(language: string): string {
  return scriptOf(language) ?? language;
}

function scriptOf(language: string): string | null {
  return /^und-([A-Z][a-z]{3})$/.exec(language)?.[1] ?? null;
}
