// The preview: examples as the model sees them, token by token, with the loss marked.
import { displayName } from "../../src/core/language/tags.ts";
import { lossRuns } from "../../src/core/prompt/lossRuns.ts";
import type {
  FromPreviewView,
  Preview,
  PreviewedExample,
  PreviewedToken,
  ToPreviewView,
} from "../../src/protocol/examplePreview.ts";
import { h, plainButton, replaceKeepingFocus, rootElement } from "../shared/dom.ts";
import { connectHost } from "../shared/host.ts";
import "../shared/base.css";
import "./style.css";

const root = rootElement();
const page = h("div", { class: "page" });
/** Always in the document, so that a screen reader announces changes. */
const status = h("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
root.append(page, status);

/** Requested mixture without a reply yet; undefined if there is none. */
let chosen: string | null | undefined;
const host = connectHost<ToPreviewView, FromPreviewView, null>(({ title, preview }) => {
  if (preview.drawn === null) chosen = null;
  draw(title, preview);
});

function draw(title: string, preview: Preview): void {
  replaceKeepingFocus(
    page,
    h("h1", {}, title),
    h("p", { class: "muted" }, modelText(preview)),
    ...preview.notes.map(note => h("p", { class: "note" }, note)),
    preview.drawn === null ? null : languageButtons(preview.drawn.counts),
    legend(preview),
    ...preview.examples.map(exampleBlock),
    preview.examples.length === 0 ? h("p", {}, "There are no examples in this language.") : null,
  );
  const count = preview.examples.length;
  status.textContent = `${count} ${count === 1 ? "example" : "examples"} shown.`;
}

function modelText({ model, template, drawn }: Preview): string {
  const with_ = template === "own" ? "with its own chat template" : "with the plain template";
  const seed = drawn === null ? "" : ` ${drawn.mixture} with seed ${drawn.seed}, in the order of a run.`;
  return `As ${model} sees it, ${with_}.${seed}`;
}

function languageButtons(counts: Readonly<Record<string, number>>): HTMLElement {
  const choose = (language: string | null, text: string) =>
    plainButton(
      {
        class: "choice",
        "data-focus": `language ${language ?? "all"}`,
        "aria-pressed": String((chosen ?? null) === language),
      },
      () => {
        chosen = language;
        host.post({ type: "language", language });
      },
      text,
    );
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return h(
    "div",
    { class: "choices", role: "group", "aria-label": "Language of the examples" },
    choose(null, `All ${total.toLocaleString("en")}`),
    ...Object.entries(counts).map(([language, count]) =>
      choose(language, `${displayName(language)} ${count.toLocaleString("en")}`),
    ),
  );
}

function legend({ purpose }: Preview): HTMLElement {
  const loss =
    purpose === "training"
      ? "underlined between ⟦ and ⟧: has loss, the model learns to write it"
      : "underlined between ⟦ and ⟧: the reference, whose likelihood is measured";
  return h(
    "ul",
    { class: "legend", "aria-label": "Legend" },
    h(
      "li",
      {},
      h("span", { class: "token odd" }, "to"),
      h("span", { class: "token even" }, "kens"),
      ": one shade each",
    ),
    h("li", {}, h("mark", {}, "⟦loss⟧"), `: ${loss}`),
    h("li", {}, h("span", { class: "token special" }, "mark"), ": framed: a special token of the model"),
  );
}

function exampleBlock(example: PreviewedExample): HTMLElement {
  const { id, language, tokenCount, lossCount, limit, tokens } = example;
  const heading = `${displayName(language)} · ${id}`;
  return h(
    "section",
    { class: "example", "aria-label": heading },
    h("h2", {}, heading),
    h("p", { class: "muted" }, `${tokenCount} tokens, ${lossCount} with loss`),
    limit === null
      ? null
      : h(
          "p",
          { class: "fault", role: "note" },
          `Too long: a run takes at most ${limit} tokens and refuses it.`,
        ),
    h(
      "div",
      { class: "tokens", lang: language, dir: "auto" },
      ...lossRuns(tokens).flatMap(run => runSpans(run, tokens)),
    ),
  );
}

function runSpans(run: readonly PreviewedToken[], all: readonly PreviewedToken[]): HTMLElement[] {
  const [first] = run;
  const start = first === undefined ? 0 : all.indexOf(first);
  const spans = run.map((token, i) => tokenSpan(token, start + i));
  if (first?.loss !== true) return spans;
  const bracket = (text: string) => h("span", { class: "bracket" }, text);
  return [h("mark", {}, bracket("⟦"), ...spans, bracket("⟧"))];
}

function tokenSpan({ ids, text, special, loss }: PreviewedToken, index: number): HTMLElement {
  const shade = index % 2 === 0 ? "even" : "odd";
  const what = `${ids.length === 1 ? "token" : "tokens"} ${ids.join(", ")}${loss ? ", with loss" : ""}`;
  // Shows a line break as a sign and breaks the line.
  const shown = text.replaceAll("\n", "⏎\n");
  // The model's own tokens are Latin: `bdi` keeps them from changing the direction of the surrounding text.
  return special
    ? h("bdi", { class: "token special", title: what }, shown)
    : h("span", { class: `token ${shade}`, title: what }, shown);
}

host.post({ type: "ready" });
