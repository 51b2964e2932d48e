// The preview: examples as the model sees them, token by token, with the loss marked.
import { render } from "preact";
import { countOf } from "../../src/common/words.ts";
import { displayName } from "../../src/core/language/tags.ts";
import { lossRuns } from "../../src/core/prompt/lossRuns.ts";
import type {
  FromPreviewView,
  Preview,
  PreviewedExample,
  PreviewedToken,
  ToPreviewView,
} from "../../src/protocol/examplePreview.ts";
import { connectHost } from "../shared/host.ts";
import { rootElement } from "../shared/root.ts";
import "../shared/base.css";
import "./style.css";

const host = connectHost<ToPreviewView, FromPreviewView, null>(shown =>
  render(<Page {...shown} />, rootElement()),
);

function Page({ title, language, preview }: ToPreviewView) {
  const { drawn, examples, notes, purpose } = preview;
  return (
    <>
      <div class="page">
        <h1>{title}</h1>
        <p class="muted">{modelText(preview)}</p>
        {notes.map(note => (
          <p key={note} class="note">
            {note}
          </p>
        ))}
        {drawn === null ? null : <Languages counts={drawn.counts} chosen={language} />}
        <Legend purpose={purpose} />
        {examples.map(example => (
          <Example key={`${example.language} ${example.id}`} {...example} />
        ))}
        {examples.length === 0 ? <p>There are no examples in this language.</p> : null}
      </div>
      {/* Always in the document, so that a screen reader announces changes. */}
      <p class="visually-hidden" role="status" aria-live="polite">
        {countOf(examples.length, "example")} shown.
      </p>
    </>
  );
}

function modelText({ model, template, drawn }: Preview): string {
  const with_ = template === "own" ? "with its own chat template" : "with the plain template";
  const seed = drawn === null ? "" : ` ${drawn.mixture} with seed ${drawn.seed}, in the order of a run.`;
  return `As ${model} sees it, ${with_}.${seed}`;
}

interface LanguagesProps {
  readonly counts: Readonly<Record<string, number>>;
  readonly chosen: string | null;
}

function Languages({ counts, chosen }: LanguagesProps) {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const choice = (language: string | null, name: string, count: number) => (
    <button
      key={language}
      type="button"
      class="choice"
      aria-pressed={chosen === language}
      onClick={() => host.post({ type: "language", language })}
    >
      {name} {count.toLocaleString("en")}
    </button>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame and want a legend
    <div class="choices" role="group" aria-label="Language of the examples">
      {choice(null, "All", total)}
      {Object.entries(counts).map(([language, count]) => choice(language, displayName(language), count))}
    </div>
  );
}

function Legend({ purpose }: Pick<Preview, "purpose">) {
  return (
    <ul class="legend" aria-label="Legend">
      <li>
        <span class="token odd">to</span>
        <span class="token even">kens</span>: one shade each
      </li>
      <li>
        <mark>⟦loss⟧</mark>: underlined between ⟦ and ⟧:{" "}
        {purpose === "training"
          ? "has loss, the model learns to write it"
          : "the reference, whose likelihood is measured"}
      </li>
      <li>
        <span class="token special">mark</span>: framed: a special token of the model
      </li>
    </ul>
  );
}

function Example({ id, language, tokenCount, lossCount, limit, tokens }: PreviewedExample) {
  const heading = `${displayName(language)} · ${id}`;
  return (
    <section class="example" aria-label={heading}>
      <h2>{heading}</h2>
      <p class="muted">
        {tokenCount} tokens, {lossCount} with loss
      </p>
      {limit === null ? null : (
        <p class="fault" role="note">
          Too long: a run takes at most {limit} tokens and refuses it.
        </p>
      )}
      <div class="tokens" lang={language} dir="auto">
        {lossRuns(tokens.map((token, index) => ({ ...token, index }))).map(run => {
          const spans = run.map(token => <Token key={token.index} {...token} />);
          if (run[0]?.loss !== true) return spans;
          return (
            <mark key={run[0].index}>
              <span class="bracket">⟦</span>
              {spans}
              <span class="bracket">⟧</span>
            </mark>
          );
        })}
      </div>
    </section>
  );
}

function Token({ ids, text, special, loss, index }: PreviewedToken & { readonly index: number }) {
  const what = `${ids.length === 1 ? "token" : "tokens"} ${ids.join(", ")}${loss ? ", with loss" : ""}`;
  // Shows a line break as a sign and breaks the line.
  const shown = text.replaceAll("\n", "⏎\n");
  // The model's own tokens are Latin: `bdi` keeps them from changing the direction of the surrounding text.
  return special ? (
    <bdi class="token special" title={what}>
      {shown}
    </bdi>
  ) : (
    <span class={`token ${index % 2 === 0 ? "even" : "odd"}`} title={what}>
      {shown}
    </span>
  );
}

host.post({ type: "ready" });
