// Describes the smallest differences that an evaluation can show.
import { countOf } from "../../common/words.ts";
import { type Detectable, detectableAssumptions, maxSeeds, statedDifference } from "./detectable.ts";
import type { SeedSpread } from "./seedSpread.ts";

/** Warning for a plan, before anything runs. */
const oneSeedPlanned =
  "One seed per mixture: the results describe these models only, not their mixtures in general.";

/** Languages with equally many prompts and the same detectable difference share a line. */
export function describeDetectable(
  detectable: Detectable,
  evaluationRows: Readonly<Record<string, number>>,
): string[] {
  const { languages, mean, seeds, compared, independent } = detectable;
  const tags = Object.keys(evaluationRows).filter(language => (evaluationRows[language] ?? 0) > 0);
  if (tags.length === 0) return [];
  const shared = new Map<string, string[]>();
  for (const tag of [...tags].sort((a, b) => (evaluationRows[b] ?? 0) - (evaluationRows[a] ?? 0))) {
    const [rows, own] = [evaluationRows[tag] ?? 0, independent[tag] ?? 0];
    const groups = own < rows ? ` in ${own} groups` : "";
    const said = `(${rows} prompts${groups}): ${points(languages[tag] ?? null)}`;
    shared.set(said, [...(shared.get(said) ?? []), tag]);
  }
  const lines = [...shared].map(
    ([said, own]) => `  ${shared.size === 1 ? "each language" : own.join(", ")} ${said}`,
  );
  const { rate, power, ofPairs, ofLanguages, level } = detectableAssumptions;
  const what = seeds === 1 ? "between two such models" : "between two mixtures";
  const tests = compared > 1 ? `, corrected for ${compared} mixtures` : "";
  return [
    ...(seeds === 1 ? [oneSeedPlanned] : []),
    `Smallest detectable difference ${what} (${countOf(seeds, "seed")} each${tests}):`,
    ...lines,
    ...(tags.length < 2 ? [] : [`  mean over languages: ${points(mean)}`]),
    `  in ${100 * power} of 100 cases at the ${100 * level} % level, for rates around ${100 * rate} %, a correlation of`,
    `  ${ofPairs} between outcomes of two mixtures on one prompt, and of ${ofLanguages} between differences in two languages.`,
    ...spreadLines(detectable, tags.length),
  ];
}

function points(difference: number | null): string {
  return difference === null ? "none, not even the largest" : `${(100 * difference).toFixed(1)} points`;
}

function spreadLines({ spread, seedsNeeded }: Detectable, languages: number): string[] {
  const apart = [
    `${(100 * spread.language).toFixed(1)} points in one language`,
    ...(languages < 2 ? [] : [`${(100 * spread.mean).toFixed(1)} in the mean`]),
  ].join(", ");
  const stated = `${100 * statedDifference} points${languages < 2 ? "" : " in the mean"}`;
  const needed =
    seedsNeeded === null
      ? `Even ${maxSeeds} seeds each can't distinguish two mixtures that differ by ${stated}.`
      : `Distinguishing two mixtures that differ by ${stated} takes ${seedsNeeded} seeds each.`;
  return [`Between seeds of one mixture: ${apart} (standard deviation, ${sourceOf(spread)}).`, needed];
}

function sourceOf({ from }: SeedSpread): string {
  return from === null
    ? "assumed"
    : `from ${countOf(from.runs, "earlier run")} of ${countOf(from.mixtures, "mixture")}`;
}
