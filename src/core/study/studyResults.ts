// Builds the results of all studies from runs and their scores.
import { oneSeedNote } from "../results/oneSeed.ts";
import { countResult } from "./countResult.ts";
import { curveResult } from "./curveResult.ts";
import { familyResult } from "./familyResult.ts";
import { pairsResult } from "./pairsResult.ts";
import { recogniseStudies, type Study, type StudyMixture } from "./recognise.ts";
import type { ScoreBook } from "./scoreBook.ts";
import type { StudyResult } from "./studyResult.ts";
import { transferResult } from "./transferResult.ts";

/**
 * Returns every study found in the mixtures, for every score that covers it, with unique slugs.
 * @param evaluated languages with scores, in display order
 */
export function studyResults(
  mixtures: readonly StudyMixture[],
  evaluated: readonly string[],
  books: readonly ScoreBook[],
): StudyResult[] {
  const seen = new Map<string, number>();
  return recogniseStudies(mixtures, evaluated)
    .flatMap(study =>
      books.flatMap(book => {
        const result = resultOf(study, book);
        if (result === null) return [];
        const isOne = seedsOf(mixtures, evaluated, book) === 1;
        return isOne ? { ...result, reading: [...result.reading, oneSeedNote] } : result;
      }),
    )
    .map(result => {
      const count = (seen.get(result.slug) ?? 0) + 1;
      seen.set(result.slug, count);
      return count === 1 ? result : { ...result, slug: `${result.slug}-${count}` };
    });
}

/** Number of seeds of the mixture that has most; 0 when the score covers none. */
function seedsOf(mixtures: readonly StudyMixture[], evaluated: readonly string[], book: ScoreBook): number {
  const counts = mixtures.flatMap(({ mixture }) =>
    evaluated.map(language => new Set(book.observations(mixture, language).map(({ seed }) => seed)).size),
  );
  return Math.max(0, ...counts);
}

function resultOf(study: Study, book: ScoreBook): StudyResult | null {
  switch (study.name) {
    case "monolingual-transfer":
      return transferResult(study, book);
    case "pinch-curve":
    case "seen-and-unseen":
      return curveResult(study, book);
    case "number-of-languages":
      return countResult(study, book);
    case "bilingual-pairs":
      return pairsResult(study, book);
    case "language-family":
      return familyResult(study, book);
  }
}
