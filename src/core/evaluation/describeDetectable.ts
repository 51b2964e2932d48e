// The smallest differences that an evaluation can show, in words.
import { type Detectable, detectableAssumptions } from "./detectable.ts";

/** Languages with equally many prompts share a line. */
export function describeDetectable(
  { languages, mean }: Detectable,
  evaluationRows: Readonly<Record<string, number>>,
): string[] {
  const points = (difference: number | null): string =>
    difference === null ? "none, not even the largest" : `${(100 * difference).toFixed(1)} points`;
  const counts = [...new Set(Object.values(evaluationRows))].filter(count => count > 0).sort((a, b) => b - a);
  if (counts.length === 0) return [];
  const lines = counts.map(count => {
    const own = Object.keys(evaluationRows).filter(language => evaluationRows[language] === count);
    const which = counts.length === 1 ? "each language" : own.join(", ");
    return `  ${which} (${count} prompts): ${points(languages[own[0] ?? ""] ?? null)}`;
  });
  const { rate, power, ofPairs, ofLanguages } = detectableAssumptions;
  return [
    "Smallest difference between two mixtures that one run of each can show:",
    ...lines,
    ...(Object.keys(languages).length < 2 ? [] : [`  mean over languages: ${points(mean)}`]),
    `  in ${100 * power} of 100 cases at the 5 % level; for rates around ${100 * rate} %, outcomes of two mixtures on`,
    `  one prompt that correlate by ${ofPairs}, and differences in two languages by ${ofLanguages}.`,
  ];
}
