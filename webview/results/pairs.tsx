// The pairs behind a side-by-side score: filters, pages, and what people say about the judge here.
import { useLayoutEffect } from "preact/hooks";
import { displayName } from "../../src/core/language/tags.ts";
import { agreementWords, fewRatingsSentence } from "../../src/core/rating/judgeTrust.ts";
import type { SideBySide, SideBySideRow } from "../../src/core/results/sideBySide.ts";
import type { PairFilter, PairsPage, ResultsViewMemory } from "../../src/protocol/resultsView.ts";
import { DistrustNote } from "../shared/agreement.tsx";
import { Button, Dropdown, Icon } from "../shared/controls.tsx";
import { closeDetail, comparedRun } from "./actions.ts";
import { Pager } from "./pager.tsx";
import { PairItem, pairOutcomes } from "./pairItem.tsx";
import { type Cell, open, type TablePage, update } from "./store.ts";
import { useReply } from "./useReply.ts";

const filters: Record<PairFilter, { readonly label: string; readonly icon: string | null }> = {
  all: { label: "All", icon: null },
  ...pairOutcomes,
  flipped: { label: "Flipped", icon: "arrow-swap" },
};

interface PairsProps {
  readonly page: TablePage;
  readonly cell: Cell;
  readonly sideBySide: SideBySide;
  /** Called when the first pairs of a click, or of another page, are shown. */
  readonly arrived: () => void;
}

export function Pairs({ page, cell, sideBySide, arrived }: PairsProps) {
  const { memory, state } = page;
  const { language, mixture } = cell;
  const row = sideBySide.rows.find(each => each.mixture === mixture);
  const counts = row?.cells[language];
  const run = comparedRun(page);
  const [reply] = useReply("pairs", run === undefined ? null : queryOf(run, language, memory), state);
  const { query, value, fault } = reply;
  // Pairs of another filter or page remain until their successors arrive, those of another cell do not.
  const isOfCell =
    query?.folder === run?.folder && query?.comparison === run?.comparison && query?.language === language;
  useLayoutEffect(() => {
    if (isOfCell && value !== null) arrived();
  }, [value, isOfCell]);
  const baseline = counts?.baseline ?? "the baseline";
  const title = `Pairs: ${mixture} against ${baseline} in ${displayName(language)}`;
  return (
    <section class="samples" aria-label={title} data-testid="pairs">
      <header class="section-head">
        <h2 id="detail-title" tabIndex={-1}>
          {title}
        </h2>
        <div class="tools">
          {run !== undefined && row !== undefined && row.runs.length > 1 ? (
            <Dropdown
              label="Seed"
              value={run.folder}
              options={row.runs.map(({ folder, seed }) => ({ value: folder, label: String(seed) }))}
              choose={folder => update({ cell: { ...cell, folder }, offset: 0 })}
            />
          ) : null}
          <Button label="Close pairs" icon="close" iconOnly press={closeDetail} />
        </div>
      </header>
      <DistrustNote sentence={sideBySide.distrusted.includes(language) ? sideBySide.distrust : null} />
      <AgreementLine run={run} language={language} />
      {run === undefined ? (
        <p class="muted">This mixture has not been compared with this judge and baseline.</p>
      ) : counts?.itself === true ? (
        <p class="muted">The run is its own baseline: 50 by construction, without pairs.</p>
      ) : (
        <>
          {value === null || query === null || !isOfCell ? null : (
            <Filters counts={value.counts} filter={query.filter} />
          )}
          {fault === null ? null : (
            <p class="fault" role="alert">
              {fault}
            </p>
          )}
          {value === null || !isOfCell ? (
            fault === null ? (
              <p class="muted">Reading…</p>
            ) : null
          ) : (
            <List page={value} mixture={mixture} baseline={baseline} judge={sideBySide.judge} />
          )}
        </>
      )}
    </section>
  );
}

function queryOf(run: SideBySideRow["runs"][number], language: string, memory: ResultsViewMemory) {
  const { folder, comparison } = run;
  return { folder, comparison, language, filter: memory.pairFilter, offset: memory.offset };
}

interface AgreementProps {
  readonly run: SideBySideRow["runs"][number] | undefined;
  readonly language: string;
}

function AgreementLine({ run, language }: AgreementProps) {
  const agreement = run?.check?.languages[language];
  if (agreement === undefined) return null;
  const few = fewRatingsSentence(agreement) ?? "";
  return <p>{`People agree with the judge here: ${agreementWords(agreement)}. ${few}`.trim()}</p>;
}

interface FiltersProps {
  readonly counts: PairsPage["counts"];
  /** Filter of the pairs shown, not that of a pending request. */
  readonly filter: PairFilter;
}

function Filters({ counts, filter }: FiltersProps) {
  const shown = (Object.keys(filters) as PairFilter[]).filter(
    each => each === "all" || counts[each] > 0 || each === filter,
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame and want a legend
    <div class="filter" role="group" aria-label="Which pairs">
      {shown.map(each => {
        const { label, icon } = filters[each];
        return (
          <button
            key={each}
            type="button"
            class={`chip ${each}`}
            aria-pressed={each === filter}
            data-filter={each}
            onClick={() => update({ pairFilter: each, offset: 0 })}
          >
            {icon === null ? null : <Icon name={icon} />}
            {label} {counts[each]}
          </button>
        );
      })}
    </div>
  );
}

interface ListProps {
  readonly page: PairsPage;
  readonly mixture: string;
  readonly baseline: string;
  readonly judge: string;
}

function List({ page, mixture, baseline, judge }: ListProps) {
  if (page.pairs.length === 0) return <p class="muted">No pairs match.</p>;
  return (
    <>
      <ol class="sample-list" start={page.offset + 1}>
        {page.pairs.map(pair => (
          <PairItem
            key={`${pair.language} ${pair.id}`}
            {...{ pair, mixture, baseline }}
            judges={judge.split(" + ")}
          />
        ))}
      </ol>
      <Pager {...page} of="pairs" choosePage={offset => open({ offset })} />
    </>
  );
}
