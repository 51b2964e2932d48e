// Which samples are shown, by which query, and how that is put into words.
import { displayName } from "../../src/core/language/tags.ts";
import { agreementWords, distrustSentence, fewRatingsSentence } from "../../src/core/rating/judgeTrust.ts";
import type { SampleRatings, SamplesFound, SamplesQuery } from "../../src/protocol/resultsView.ts";
import type { Cell, TablePage } from "./store.ts";

interface RunChoice {
  readonly folder: string;
  readonly mixture: string;
  readonly seed: number;
}

export interface ShownSamples {
  readonly cell: Cell;
  readonly title: string;
  /** All runs of the table; those of the cell's mixture are its seeds. */
  readonly runs: readonly RunChoice[];
  readonly query: SamplesQuery;
  readonly nameOf: (folder: string) => string;
}

export function shownSamples({ memory, table }: TablePage, cell: Cell): ShownSamples {
  const runs = table.rows.flatMap(({ mixture, runs: own }) => own.map(run => ({ mixture, ...run })));
  const beside = memory.beside.filter(
    folder => folder !== cell.folder && runs.some(run => run.folder === folder),
  );
  const where = memory.everyLanguage ? "all languages" : displayName(cell.language);
  return {
    cell,
    title: `Samples: ${cell.mixture} in ${where}`,
    runs,
    query: {
      folders: [cell.folder, ...beside],
      language: memory.everyLanguage ? null : cell.language,
      outcome: memory.outcome,
      responseLanguage: memory.responseLanguage,
      text: memory.text,
    },
    nameOf: folder => {
      const run = runs.find(each => each.folder === folder);
      if (run === undefined) return folder;
      const isOnly = runs.filter(({ mixture }) => mixture === run.mixture).length === 1;
      return isOnly ? run.mixture : `${run.mixture}, seed ${run.seed}`;
    },
  };
}

/** Number of samples found, where the text was searched, and lines that could not be read. */
export function foundWords(found: SamplesFound, query: SamplesQuery, nameOf: ShownSamples["nameOf"]): string {
  return `${countWords(found)}${searchedWords(query, nameOf)}${unreadableWords(found)}`;
}

function countWords({ total, outcomes }: SamplesFound): string {
  const all = Object.values(outcomes).reduce((sum, count) => sum + count, 0);
  const samples = all === 1 ? "sample" : "samples";
  if (total === all) return `${all.toLocaleString("en")} ${samples}`;
  if (total === 0) return `No matches in ${all.toLocaleString("en")} ${samples}`;
  return `${total.toLocaleString("en")} of ${all.toLocaleString("en")} ${samples}`;
}

/** Scope of the text search: the runs shown, not all runs. */
function searchedWords({ text, folders }: SamplesQuery, nameOf: ShownSamples["nameOf"]): string {
  if (text.trim() === "") return "";
  const [leading = "", ...others] = folders.map(nameOf);
  const responses = others.length === 0 ? "" : `, and the responses of ${others.join(" and ")}`;
  return `: searched prompts, responses, references and ids of ${leading}${responses}, not other runs.`;
}

function unreadableWords({ unreadable }: SamplesFound): string {
  if (unreadable === null) return "";
  const { count, first } = unreadable;
  const lines =
    count === 1
      ? `Line ${first} is not a sample`
      : `${count} lines are not samples, the first is line ${first}`;
  return `. ${lines}: samples.jsonl was changed by another program. Restore it, or evaluate the run again.`;
}

/** Agreement of the user's own ratings with the automatic verdict. */
export function ratingsWords({ check, judge }: SampleRatings): string {
  if (check === null) return "";
  const caution = fewRatingsSentence(check.all) ?? distrustSentence(check.languages) ?? "";
  return `Your ratings and the automatic verdict (${judge}) agree: ${agreementWords(check.all)}. ${caution}`.trim();
}
