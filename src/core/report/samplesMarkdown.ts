// Shows a few responses side by side in Markdown: the same prompts for the mixtures that differ most.

import { escapeHtml, escapeMarkdown, languageAttributes } from "../../common/html.ts";
import { displayName } from "../language/tags.ts";
import { untunedName } from "../mixture/mixtureFile.ts";
import { outcomeWords } from "../records/outcomeWords.ts";
import type { SampleRecord } from "../records/records.ts";
import { mixtureLabel, type ResultsRow, type ResultsTable } from "../results/resultsTable.ts";
import { chosenIds } from "./reportSamples.ts";
import { type SamplesByMixture, totalOf } from "./reportText.ts";

const maxLanguages = 4;
const promptsEach = 2;

/** Returns the lines of the section, or none when there are no samples. */
export function samplesMarkdown(table: ResultsTable, samples: SamplesByMixture): string[] {
  const rows = shownRows(table).filter(({ mixture }) => (samples.get(mixture) ?? []).length > 0);
  const [first] = rows;
  if (first === undefined) return [];
  return spreadOver(table.languages).flatMap(language => {
    const of = (mixture: string): SampleRecord[] =>
      (samples.get(mixture) ?? []).filter(sample => sample.language === language);
    return chosenIds(of(first.mixture), promptsEach).map(id => {
      const found = rows.flatMap(({ mixture }) => {
        const sample = of(mixture).find(one => one.id === id);
        return sample === undefined ? [] : [{ mixture, sample }];
      });
      const prompt = found[0]?.sample.prompt ?? "";
      const lines = found.map(
        ({ mixture, sample }) =>
          `- ${escapeMarkdown(mixtureLabel(mixture))}: ${quoted(sample.response, sample.answeredIn ?? sample.responseLanguage)} (${outcomeWords[sample.outcome]})`,
      );
      return `**${escapeMarkdown(displayName(language))}:** ${quoted(prompt, language)}\n\n${lines.join("\n")}`;
    });
  });
}

/** Selects the untuned model, the base language alone, the smallest spread and the widest. */
function shownRows({ rows, baseLanguage }: ResultsTable): ResultsRow[] {
  const base = rows.filter(({ mixture }) => mixture === untunedName);
  const share = (row: ResultsRow): number =>
    baseLanguage === undefined ? 0 : 1 - (row.counts[baseLanguage] ?? 0) / totalOf(row.counts);
  const tuned = rows
    .filter(row => totalOf(row.counts) > 0)
    .sort((a, b) => share(a) - share(b) || Object.keys(b.counts).length - Object.keys(a.counts).length);
  const alone = tuned.find(row => share(row) === 0);
  const mixed = tuned.filter(row => share(row) > 0 && share(row) < 1);
  const picked = [...base, alone, mixed[0], mixed.at(-1)].filter(row => row !== undefined);
  return [...new Set(picked)];
}

function spreadOver(languages: readonly string[]): string[] {
  if (languages.length <= maxLanguages) return [...languages];
  return Array.from(
    { length: maxLanguages },
    (_, i) => languages[Math.floor((i * languages.length) / maxLanguages)] ?? "",
  );
}

/** Markdown cannot declare language and direction, so the text is wrapped in HTML. */
function quoted(text: string, tag: string): string {
  const line = text.trim().replace(/\s+/gu, " ");
  if (line === "") return "(empty)";
  return `<bdi ${languageAttributes(tag).source}>${escapeHtml(line).replace(/[\\`*_[\]|~#]/gu, "\\$&")}</bdi>`;
}
