// The samples behind a cell: a virtual list with filters, and other runs side by side.
import { useLayoutEffect, useState } from "preact/hooks";
import { messageOf } from "../../src/common/errors.ts";
import type { SampleRating } from "../../src/protocol/resultsView.ts";
import { SampleList } from "./sampleList.tsx";
import { SamplesFilters } from "./samplesFilters.tsx";
import { SamplesHead } from "./samplesHead.tsx";
import { foundWords, ratingsWords, shownSamples } from "./shownSamples.ts";
import { type Cell, host, type TablePage } from "./store.ts";
import { longMs, useReply } from "./useReply.ts";

interface SamplesProps {
  readonly page: TablePage;
  readonly cell: Cell;
  /** Called when the samples of a query, or the reason for their absence, are shown. */
  readonly arrived: () => void;
}

export function Samples({ page, cell, arrived }: SamplesProps) {
  const { state, memory } = page;
  const shown = shownSamples(page, cell);
  const [run, baseline, ...more] = shown.query.folders;
  const two = run === undefined || baseline === undefined || more.length > 0 ? null : { run, baseline };
  const [samples] = useReply("samples", shown.query, state);
  const [rated, takeRated] = useReply("sampleRatings", two, state);
  /** Fault of a request for further rows or for a blind rating. */
  const [fault, setFault] = useState<string | null>(null);
  useLayoutEffect(() => {
    if (samples.value !== null) setFault(null);
    if (samples.query !== null) arrived();
  }, [samples]);
  const ratings = JSON.stringify(rated.query) === JSON.stringify(two) ? rated : null;
  const rate = (rating: SampleRating) => {
    if (two !== null) takeRated(host.request("rateSample", { ...two, rating }, longMs));
  };
  const rateBlind = (against: string) => {
    const both = { run: cell.folder, baseline: against };
    host.request("rateBlind", both, longMs).catch((error: unknown) => setFault(messageOf(error)));
  };
  const { query, value } = samples;
  return (
    <section class="samples" data-testid="samples" aria-label={shown.title}>
      <SamplesHead shown={shown} rateBlind={rateBlind} />
      <SamplesFilters {...{ cell, memory }} found={value?.found ?? null} foundOutcome={query?.outcome} />
      <p class="muted" data-testid="hand-agreement">
        {ratings?.value == null ? "" : ratingsWords(ratings.value)}
      </p>
      <p class="fault" role="alert">
        {samples.fault ?? ratings?.fault ?? fault}
      </p>
      <p class="muted" role="status" data-testid="found">
        {value === null || query === null ? "" : foundWords(value.found, query, shown.nameOf)}
      </p>
      {value === null || query === null ? null : (
        <SampleList
          {...{ query, rate }}
          result={value}
          names={query.folders.map(shown.nameOf)}
          ratings={ratings?.value ?? null}
          failed={setFault}
        />
      )}
    </section>
  );
}
