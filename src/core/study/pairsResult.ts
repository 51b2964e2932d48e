// Result of the study of bilingual pairs: half and half against each alone, in all other languages.

import { countOf, listed } from "../../common/words.ts";
import { pairBars } from "../figures/pairBars.ts";
import { displayName } from "../language/tags.ts";
import { claimSentence, differenceCell, differenceText, scoreCell } from "./claims.ts";
import { type Cell, cellsOf, differenceOf, holdTogether, meanOf } from "./estimates.ts";
import type { PairsStudy } from "./recognise.ts";
import type { ScoreBook } from "./scoreBook.ts";
import { studies } from "./studyNames.ts";
import type { StudyResult } from "./studyResult.ts";

export function pairsResult(study: PairsStudy, book: ScoreBook): StudyResult | null {
  const rows = study.pairs.flatMap(pair => {
    const of = (mixture: string) => meanOf(book, cellsOf([mixture], pair.others));
    const [a, b] = pair.monolingual;
    const together = cellsOf([pair.mixture], pair.others);
    const difference = differenceOf(book, together, cellsOf([a, b], pair.others));
    const scores = [of(a), of(pair.mixture), of(b)] as const;
    return difference === null ? [] : { pair, together, difference, scores };
  });
  if (rows.length === 0) return null;
  const { title } = studies[study.name];
  const alone: Cell[] = rows.flatMap(({ pair }) => cellsOf(pair.monolingual, pair.others));
  const overall = differenceOf(
    book,
    rows.flatMap(({ together }) => together),
    alone,
  );
  const holds = holdTogether(rows.map(({ difference }) => difference));
  const clear = rows.filter((_, i) => holds[i] === true);
  const named = clear.map(({ pair, difference }) => `${nameOf(pair)} (${differenceText(difference)})`);
  const corrected = `Of ${countOf(rows.length, "pair")}, with Holm's correction at 5 %`;
  const reading = [
    ...(overall === null
      ? []
      : [
          claimSentence(
            {
              subject: "Half and half of two languages",
              up: "lifts",
              down: "lowers",
              object: "the languages that are neither, against the mean of the two alone,",
            },
            overall,
          ),
        ]),
    named.length === 0
      ? `${corrected}, no difference by itself can be told from noise.`
      : `${corrected}, ${named.length === rows.length ? "all" : "these"} differ from the mean of their two languages: ${listed(named)}.`,
  ];
  return {
    name: study.name,
    title,
    score: book.name,
    slug: `${study.name}-${book.key}`,
    figure: pairBars(
      rows.map(({ pair, scores }) => ({
        languages: pair.languages,
        mixtures: [pair.monolingual[0], pair.mixture, pair.monolingual[1]],
        scores,
      })),
      "%",
      book.sideBySide ? { at: 0.5, name: "50: as good as the monolingual models" } : null,
      {
        title,
        subtitle: `${book.name}, mean over the languages that are neither`,
        description: reading.join(" "),
      },
    ),
    caption:
      "Pale: tuned on one of the two languages alone; full: on half of each. Lines: 95 % intervals. Scored in the languages that are neither.",
    reading,
    table: {
      caption: `${book.name} (%), mean over the languages that are neither, with 95 % interval`,
      head: ["Pair", "first alone", "half and half", "second alone", "pair less mean of both, points"],
      rows: rows.map(({ pair, scores, difference }) => [
        nameOf(pair),
        ...scores.map(scoreCell),
        differenceCell(difference),
      ]),
    },
  };
}

function nameOf({ languages: [a, b] }: PairsStudy["pairs"][number]): string {
  return `${displayName(a)} and ${displayName(b)}`;
}
