// A response with the parts in other languages underlined and named.
import { displayName } from "../../src/core/language/tags.ts";
import type { ForeignSpan, SampleRecord } from "../../src/core/records/records.ts";
import { type Child, h, plainText } from "../shared/dom.ts";

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

/** Languages marked by `foreignText`. */
export function markedLanguages(sample: SampleRecord): string[] {
  return [...new Set(markedSpans(sample).map(({ language }) => language))];
}

/** Returns null if nothing in the response is marked. */
export function foreignText(sample: SampleRecord): HTMLElement | null {
  const spans = markedSpans(sample);
  if (spans.length === 0) return null;
  const parts: Child[] = [];
  let at = 0;
  for (const { start, end, language } of spans) {
    parts.push(...plainText(sample.response.slice(at, start)));
    parts.push(
      h(
        "mark",
        { class: "foreign", lang: language, dir: "auto", title: nameOf(language) },
        ...plainText(sample.response.slice(start, end)),
      ),
      h(
        "span",
        { class: "foreign-name", lang: "en", "aria-label": `(${nameOf(language)})` },
        tagOf(language),
      ),
    );
    at = end;
  }
  parts.push(...plainText(sample.response.slice(at)));
  return h("div", { lang: sample.language, dir: "auto", class: "text" }, ...parts);
}

/** Legend of the marks. */
export function foreignLegend(languages: readonly string[]): HTMLElement {
  return h(
    "p",
    { class: "muted legend", "data-testid": "legend" },
    h("mark", { class: "foreign" }, "Underlined"),
    ": in a language other than the requested one. ",
    languages.map(language => `${tagOf(language)} = ${nameOf(language)}`).join(", "),
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
