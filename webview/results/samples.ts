// The samples behind a cell: what was asked, what the model wrote, what became of it.
import type { Outcome, SampleRecord } from "../../src/core/run/records.ts";
import type { SamplesPage } from "../../src/protocol/webviews.ts";
import { h, inLanguage, plainButton } from "../shared/dom.ts";
import { button, dropdown } from "../shared/toolkit.ts";
import { foreignLegend, foreignText } from "./foreignText.ts";
import { instructionsPart } from "./instructions.ts";
import { pager } from "./pager.ts";

const outcomeWords: Record<Outcome, { readonly label: string; readonly icon: string }> = {
  followed: { label: "Followed", icon: "pass" },
  wrongAnswer: { label: "Wrong answer", icon: "error" },
  wrongLanguage: { label: "Wrong language", icon: "comment-unresolved" },
  unchecked: { label: "Right language, not checked", icon: "question" },
};

export interface SamplesInput {
  readonly mixture: string;
  readonly language: string;
  readonly languageName: (tag: string) => string;
  /** Runs of the mixture; a choice where there are several seeds. */
  readonly runs: readonly { readonly folder: string; readonly seed: number }[];
  readonly folder: string;
  readonly outcome: Outcome | "all";
  /** Null while the host reads. */
  readonly page: SamplesPage | null;
  readonly fault: string | null;
  readonly chooseRun: (folder: string) => void;
  readonly chooseOutcome: (outcome: Outcome | "all") => void;
  readonly choosePage: (offset: number) => void;
  readonly openFile: () => void;
  readonly close: () => void;
}

export function samplesSection(input: SamplesInput): HTMLElement {
  const { page, fault } = input;
  const title = `${input.mixture} in ${input.languageName(input.language)}`;
  return h(
    "section",
    { class: "samples", "aria-label": `Samples: ${title}`, "data-testid": "samples" },
    h(
      "header",
      { class: "section-head" },
      h("h2", { id: "detail-title", tabindex: "-1" }, `Samples: ${title}`),
      h(
        "div",
        { class: "tools" },
        input.runs.length > 1
          ? dropdown({
              label: "Seed",
              value: input.folder,
              options: input.runs.map(run => ({ value: run.folder, label: String(run.seed) })),
              choose: input.chooseRun,
            })
          : null,
        button({ label: "Open samples.jsonl", icon: "go-to-file", iconOnly: true, press: input.openFile }),
        button({ label: "Close samples", icon: "close", iconOnly: true, press: input.close }),
      ),
    ),
    page === null ? null : outcomeFilter(page, input),
    fault !== null ? h("p", { class: "fault", role: "alert" }, fault) : null,
    page === null && fault === null ? h("p", { class: "muted" }, "Reading…") : null,
    page === null ? null : foreignLegend(page.samples),
    page === null ? null : sampleList(page, input),
    page === null
      ? null
      : pager({ ...page, offset: page.query.offset, of: "samples", choosePage: input.choosePage }),
  );
}

function outcomeFilter(page: SamplesPage, input: SamplesInput): HTMLElement {
  const all = Object.values(page.outcomes).reduce((sum, count) => sum + count, 0);
  const choices: { value: Outcome | "all"; label: string; icon: string | null; count: number }[] = [
    { value: "all", label: "All", icon: null, count: all },
  ];
  for (const outcome of Object.keys(outcomeWords) as Outcome[]) {
    const count = page.outcomes[outcome];
    if (count > 0 || input.outcome === outcome)
      choices.push({ value: outcome, ...outcomeWords[outcome], count });
  }
  return h(
    "div",
    { class: "filter", role: "group", "aria-label": "Outcome" },
    ...choices.map(choice =>
      plainButton(
        {
          class: `chip ${choice.value}`,
          "aria-pressed": String(input.outcome === choice.value),
          "data-focus": `outcome ${choice.value}`,
          "data-outcome": choice.value,
        },
        () => input.chooseOutcome(choice.value),
        choice.icon === null
          ? null
          : h("span", { class: `codicon codicon-${choice.icon}`, "aria-hidden": "true" }),
        `${choice.label} ${choice.count}`,
      ),
    ),
  );
}

function sampleList(page: SamplesPage, input: SamplesInput): HTMLElement {
  if (page.samples.length === 0) return h("p", { class: "muted" }, "No samples with this outcome.");
  return h(
    "ol",
    { class: "sample-list", start: String(page.query.offset + 1) },
    ...page.samples.map(sample => sampleItem(sample, input)),
  );
}

function sampleItem(sample: SampleRecord, input: SamplesInput): HTMLElement {
  const { label, icon } = outcomeWords[sample.outcome];
  const marked = foreignText(sample);
  const responseLanguage = sample.responseLanguage === "und" ? sample.language : sample.responseLanguage;
  return h(
    "li",
    { class: "sample", "data-id": sample.id },
    h(
      "div",
      { class: "sample-head" },
      h(
        "span",
        { class: `badge ${sample.outcome}` },
        h("span", { class: `codicon codicon-${icon}`, "aria-hidden": "true" }),
        label,
      ),
      ...notesOf(sample, input).map(note => h("span", { class: "tag" }, note)),
    ),
    part("Prompt", sample.language, sample.prompt),
    marked === null
      ? part("Response", responseLanguage, sample.response, "response")
      : h("div", { class: "part response" }, h("span", { class: "part-label" }, "Response"), marked),
    instructionsPart(sample),
    sample.reference === null ? null : part("Reference", sample.language, sample.reference, "reference"),
  );
}

function part(label: string, language: string, text: string, className = ""): HTMLElement {
  const empty = text.trim() === "";
  return h(
    "div",
    { class: `part ${className}` },
    h("span", { class: "part-label" }, label),
    empty ? h("span", { class: "muted" }, "(empty)") : inLanguage(language, text),
  );
}

/** What is worth a label: tags of the row, another language in all or in part, failed checks, an answer cut off. */
function notesOf(sample: SampleRecord, { languageName }: SamplesInput): string[] {
  const notes = Object.entries(sample.tags).map(([name, value]) => `${name}: ${value}`);
  if (!sample.languageCorrect && sample.responseLanguage !== "und") {
    notes.push(`written in ${languageName(sample.responseLanguage)}`);
  }
  if (sample.responseLanguage === "und") notes.push("language unclear");
  if (sample.answeredIn !== null) notes.push(`right answer in ${languageName(sample.answeredIn)}`);
  if (sample.lines === false) notes.push("a line in another language");
  if (sample.words === false) notes.push("a foreign word");
  if (sample.ownChecksPassed === false) notes.push("the row's own checks failed");
  if (!sample.stopped) notes.push("cut off");
  return notes;
}
