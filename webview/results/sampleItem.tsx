// One prompt with its response, or with the responses of several runs and their differences marked.
import { capitalised } from "../../src/common/words.ts";
import { noLanguage } from "../../src/core/language/identifiable.ts";
import { displayName } from "../../src/core/language/tags.ts";
import { outcomeWords } from "../../src/core/records/outcomeWords.ts";
import type { Outcome, SampleRecord } from "../../src/core/records/records.ts";
import { changedParts } from "../../src/core/samples/wordChanges.ts";
import type { SampleRating, SampleRow } from "../../src/protocol/resultsView.ts";
import { Icon, InLanguage, PlainText } from "../shared/controls.tsx";
import { ForeignText } from "./foreignText.tsx";
import { Instructions } from "./instructions.tsx";

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

interface SampleProps {
  readonly row: SampleRow;
  /** Names of the runs: the main one, then those shown next to it. */
  readonly names: readonly string[];
  /** Whether rows differ in language, so that each one names its own. */
  readonly everyLanguage: boolean;
  readonly picked: SampleRating["picked"] | null;
  /** Rates the two responses; null unless there are two. */
  readonly rate: ((picked: SampleRating["picked"]) => void) | null;
}

export function SampleItem({ row: { sample, beside }, names, everyLanguage, picked, rate }: SampleProps) {
  if (sample === null) return <p class="muted">This sample no longer exists: its file has changed.</p>;
  const { language, reference } = sample;
  const isAlone = beside.length === 0;
  return (
    <>
      {isAlone || everyLanguage ? (
        <div class="sample-head">
          {everyLanguage ? <span class="tag">{displayName(language)}</span> : null}
          {isAlone ? <Verdict sample={sample} /> : null}
        </div>
      ) : null}
      <Part label="Prompt" language={language} text={sample.prompt} />
      {isAlone ? (
        <>
          <Response sample={sample} />
          <Instructions sample={sample} />
        </>
      ) : (
        <div class="two-responses">
          {[sample, ...beside].map((each, i) => (
            <Side
              key={i}
              name={names[i] ?? ""}
              sample={each}
              other={i === 0 ? (beside[0] ?? null) : sample}
            />
          ))}
        </div>
      )}
      {reference === null ? null : (
        <Part label="Reference" language={language} text={reference} class="reference" />
      )}
      {rate === null ? null : <Rating names={names} picked={picked} rate={rate} />}
    </>
  );
}

interface SampleOnly {
  readonly sample: SampleRecord;
}

function Response({ sample }: SampleOnly) {
  const marked = ForeignText({ sample });
  if (marked === null)
    return <Part label="Response" language={languageOf(sample)} text={sample.response} class="response" />;
  return (
    <div class="part response">
      <span class="part-label">Response</span>
      {marked}
    </div>
  );
}

interface SideProps {
  readonly name: string;
  readonly sample: SampleRecord | null;
  /** Sample of another run, to compare with. */
  readonly other: SampleRecord | null;
}

function Side({ name, sample, other }: SideProps) {
  return (
    <div class="response-side">
      <h3 dir="auto">{name}</h3>
      {sample === null ? (
        <p class="muted">No response to this prompt.</p>
      ) : (
        <>
          <div class="sample-head">
            <Verdict sample={sample} />
          </div>
          <Changed sample={sample} other={other} />
        </>
      )}
    </div>
  );
}

/** Marks the words that the other response does not have in the same place. */
function Changed({ sample, other }: SampleOnly & Pick<SideProps, "other">) {
  const { response } = sample;
  if (response.trim() === "") return <p class="muted">(empty)</p>;
  if (other === null) return <InLanguage tag={languageOf(sample)} text={response} />;
  if (response === other.response)
    return (
      <div>
        <InLanguage tag={languageOf(sample)} text={response} />
        <p class="tag">the same text</p>
      </div>
    );
  return (
    <div lang={languageOf(sample)} dir="auto" class="text">
      {changedParts(response, other.response).map(({ text, changed }) =>
        changed ? (
          <mark class="changed">
            <PlainText text={text} />
          </mark>
        ) : (
          <PlainText text={text} />
        ),
      )}
    </div>
  );
}

function Verdict({ sample }: SampleOnly) {
  const { label, icon } = outcomeLabel(sample.outcome);
  return (
    <>
      <span class={`badge ${sample.outcome}`}>
        <Icon name={icon} />
        {label}
      </span>
      {notesOf(sample).map(note => (
        <span key={note} class="tag">
          {note}
        </span>
      ))}
    </>
  );
}

function languageOf({ language, responseLanguage }: SampleRecord): string {
  return responseLanguage === "und" || responseLanguage === noLanguage ? language : responseLanguage;
}

interface PartProps {
  readonly label: string;
  readonly language: string;
  readonly text: string;
  readonly class?: string;
}

function Part({ label, language, text, class: more = "" }: PartProps) {
  return (
    <div class={`part ${more}`}>
      <span class="part-label">{label}</span>
      {text.trim() === "" ? <span class="muted">(empty)</span> : <InLanguage tag={language} text={text} />}
    </div>
  );
}

interface RatingProps extends Pick<SampleProps, "names" | "picked"> {
  readonly rate: (picked: SampleRating["picked"]) => void;
}

/** Buttons better, same and worse; pressing the pressed one removes the rating. */
function Rating({ names, picked, rate }: RatingProps) {
  const choice = (value: SampleRating["picked"], label: string) => (
    <button
      type="button"
      class="chip"
      data-picked={value}
      aria-pressed={value === picked}
      onClick={() => rate(value)}
    >
      {label}
    </button>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame and want a legend
    <div class="filter rate" role="group" aria-label="Your rating">
      {choice("run", `${names[0] ?? ""} is better`)}
      {choice("tie", "The same")}
      {choice("baseline", `${names[1] ?? ""} is better`)}
    </div>
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
