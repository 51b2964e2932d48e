// Pages of a comparison's pairs in one language.

import { isFlipped } from "../../core/rating/readVerdicts.ts";
import type { PairVerdict } from "../../core/records/comparison.ts";
import type { PairFilter, PairsPage, PairsQuery } from "../../protocol/resultsView.ts";

/** Pairs per page; fewer than samples, because each has two responses and a judge's answers. */
const pairsPageSize = 20;

const matches: Record<PairFilter, (pair: PairVerdict) => boolean> = {
  all: () => true,
  win: pair => pair.outcome === "win",
  tie: pair => pair.outcome === "tie",
  loss: pair => pair.outcome === "loss",
  flipped: isFlipped,
  unread: pair => pair.outcome === null,
};

/** Returns the page that starts at `offset`, or the last page if the offset is past the end. */
export function pairsPageOf(verdicts: readonly PairVerdict[], query: PairsQuery): PairsPage {
  const inLanguage = verdicts.filter(pair => pair.language === query.language);
  const count = (filter: PairFilter) => inLanguage.filter(matches[filter]).length;
  const matching = inLanguage.filter(matches[query.filter]);
  const lastPage = Math.max(0, Math.ceil(matching.length / pairsPageSize) - 1) * pairsPageSize;
  const offset = Math.min(Math.max(0, query.offset), lastPage);
  return {
    offset,
    pairs: matching.slice(offset, offset + pairsPageSize),
    total: matching.length,
    counts: {
      all: count("all"),
      win: count("win"),
      tie: count("tie"),
      loss: count("loss"),
      flipped: count("flipped"),
      unread: count("unread"),
    },
    pageSize: pairsPageSize,
  };
}
