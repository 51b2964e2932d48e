// One prompt with its response, or with the responses of several runs and their differences marked.
import { capitalised } from "../../src/common/words.ts";
import { noLanguage } from "../../src/core/language/identifiable.ts";
import { displayName } from "../../src/core/language/tags.ts";
import { outcomeWords } from "../../src/core/records/outcomeWords.ts";
import type { Outcome, SampleRecord } from "../../src/core/records/records.ts";
import { changedParts } from "../../src/core/samples/wordChanges.ts";
import type { SampleRow } from "../../src/protocol/resultsView.ts";
import { type Child, h, inLanguage, plainText } from "../shared/dom.ts";
import { foreignText } from "./foreignText.ts";
import { instructionsPart } from "./instructions.ts";

const outcomeIcons: Readonly<Record<Outcome, string>> = {
  followed: "pass",
  wrongAnswer: "error",
  wrongLanguage: "comment-unresolved",
  unchecked: "question",
  noLanguage: "dash",
  unscored: "circle-slash",
};

export function outcomeLabel(outcome: Outcome): { readonly label: string; readonly icon: string } {
  return { label: capitalised(outcomeWords[outcome]), icon: outcomeIcons[outcome] };
}

export interface SampleItemInput {
  /** Names of the runs: the main one, then those shown next to it. */
  readonly names: readonly string[];
  /** Whether rows differ in language, so that each one names its own. */
  readonly everyLanguage: boolean;
  /** Buttons that rate the two responses; null unless there are two. */
  readonly rating: (sample: SampleRecord) => HTMLElement | null;
}

export function sampleItem({ sample, beside }: SampleRow, input: SampleItemInput): HTMLElement {
  if (sample === null)
    return h(
      "li",
      { class: "sample" },
      h("p", { class: "muted" }, "This sample no longer exists: its file has changed."),
    );
  const alone = beside.length === 0;
  const language = input.everyLanguage ? [h("span", { class: "tag" }, displayName(sample.language))] : [];
  return h(
    "li",
    { class: "sample", "data-id": sample.id },
    alone || language.length > 0
      ? h("div", { class: "sample-head" }, ...language, ...(alone ? verdict(sample) : []))
      : null,
    part("Prompt", sample.language, sample.prompt),
    ...(alone ? responseParts(sample) : [sides(sample, beside, input)]),
    sample.reference === null ? null : part("Reference", sample.language, sample.reference, "reference"),
    alone ? null : input.rating(sample),
  );
}

function responseParts(sample: SampleRecord): Child[] {
  const marked = foreignText(sample);
  return [
    marked === null
      ? part("Response", languageOf(sample), sample.response, "response")
      : h("div", { class: "part response" }, h("span", { class: "part-label" }, "Response"), marked),
    instructionsPart(sample),
  ];
}

function sides(
  sample: SampleRecord,
  beside: readonly (SampleRecord | null)[],
  { names }: SampleItemInput,
): HTMLElement {
  const all = [sample, ...beside];
  return h(
    "div",
    { class: "two-responses" },
    ...all.map((each, i) => {
      const other = i === 0 ? (beside[0] ?? null) : sample;
      return h(
        "div",
        { class: "response-side" },
        h("h3", { dir: "auto" }, names[i] ?? ""),
        ...(each === null
          ? [h("p", { class: "muted" }, "No response to this prompt.")]
          : [h("div", { class: "sample-head" }, ...verdict(each)), changed(each, other)]),
      );
    }),
  );
}

/** Marks the words that the other response does not have in the same place. */
function changed(sample: SampleRecord, other: SampleRecord | null): HTMLElement {
  if (sample.response.trim() === "") return h("p", { class: "muted" }, "(empty)");
  if (other === null) return inLanguage(languageOf(sample), sample.response);
  if (sample.response === other.response)
    return h(
      "div",
      {},
      inLanguage(languageOf(sample), sample.response),
      h("p", { class: "tag" }, "the same text"),
    );
  return h(
    "div",
    { lang: languageOf(sample), dir: "auto", class: "text" },
    ...changedParts(sample.response, other.response).flatMap((each): Child[] =>
      each.changed ? [h("mark", { class: "changed" }, ...plainText(each.text))] : plainText(each.text),
    ),
  );
}

function verdict(sample: SampleRecord): HTMLElement[] {
  const { label, icon } = outcomeLabel(sample.outcome);
  return [
    h(
      "span",
      { class: `badge ${sample.outcome}` },
      h("span", { class: `codicon codicon-${icon}`, "aria-hidden": "true" }),
      label,
    ),
    ...notesOf(sample).map(note => h("span", { class: "tag" }, note)),
  ];
}

function languageOf({ language, responseLanguage }: SampleRecord): string {
  return responseLanguage === "und" || responseLanguage === noLanguage ? language : responseLanguage;
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

/** Labels of a row: its tags, another language in all or part of it, failed checks, a response cut off. */
function notesOf(sample: SampleRecord): string[] {
  const notes = Object.entries(sample.tags).map(([name, value]) => `${name}: ${value}`);
  const isWithout = sample.responseLanguage === noLanguage;
  if (isWithout && sample.outcome !== "noLanguage") notes.push("no words, in no language");
  if (sample.languageCorrect === false && sample.responseLanguage !== "und" && !isWithout) {
    notes.push(`written in ${displayName(sample.responseLanguage)}`);
  }
  if (sample.responseLanguage === "und") notes.push("language unclear");
  if (sample.outcome === "unscored" && sample.checksPassed !== null)
    notes.push(sample.checksPassed ? "checks passed" : "a check failed");
  if (sample.answeredIn !== null) notes.push(`right answer in ${displayName(sample.answeredIn)}`);
  if ((sample.lpr ?? sample.lines) === false) notes.push("a line in another language");
  if (sample.wpr === false) notes.push("an English word");
  if (sample.words === false) notes.push("a foreign word");
  if (sample.ownChecksPassed === false) notes.push("the row's own checks failed");
  if (!sample.stopped) notes.push("cut off");
  return notes;
}
