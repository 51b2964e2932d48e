// The head of the results page: experiment, metric, tools, and what is in the table.
import type { MetricKey } from "../../src/core/records/records.ts";
import { metricName } from "../../src/core/scoring/metricNames.ts";
import type { HiddenParts, ResultsViewState } from "../../src/protocol/resultsView.ts";
import { DistrustNote } from "../shared/agreement.tsx";
import { Button, Dropdown } from "../shared/controls.tsx";
import { memo } from "../shared/unchanged.tsx";
import { chooseMetric, ratePairs } from "./actions.ts";
import { Choosers } from "./chooser.tsx";
import { host, type TablePage } from "./store.ts";

export function EmptyPage({ missing, running }: ResultsViewState) {
  return (
    <div class="empty">
      <h1>No results yet</h1>
      <p>
        {running
          ? "A run is in progress. Its scores appear here as soon as the first model has been evaluated."
          : "A run tunes the model on one mixture of languages and scores it in each language."}
      </p>
      <Missing runs={missing} />
      {running ? null : <Button label="Run Mixture" icon="play" press={() => host.post({ type: "run" })} />}
    </div>
  );
}

function Missing({ runs }: { readonly runs: readonly string[] }) {
  return runs.length === 0 ? null : <p class="muted missing">Not in the table: {runs.join("; ")}.</p>;
}

interface HeadProps extends Pick<TablePage, "state" | "table" | "metric" | "sideBySide"> {
  readonly hidden: HiddenParts;
}

export const PageHead = memo(({ state, table, metric, sideBySide, hidden }: HeadProps) => {
  const { groups, group, canCompare, missing } = state;
  return (
    <header class="page-head">
      <h1>Results by language</h1>
      <div class="tools">
        {groups.length > 1 && group !== null ? (
          <Dropdown
            label="Experiment"
            value={group}
            options={groups.map(({ id, label }) => ({ value: id, label }))}
            testId="group"
            choose={chosen => host.post({ type: "chooseGroup", group: chosen })}
          />
        ) : null}
        <Dropdown<MetricKey>
          label="Metric"
          value={metric}
          options={table.metrics.map(key => ({ value: key, label: metricName(key) }))}
          testId="metric"
          choose={chooseMetric}
        />
        <Button
          label="Export…"
          icon="export"
          look="secondary"
          testId="export"
          press={() => host.post({ type: "export" })}
        />
        {canCompare ? (
          <Button
            label="Compare Runs…"
            icon="git-compare"
            look="secondary"
            testId="compare"
            press={() => host.post({ type: "compare" })}
          />
        ) : null}
        {canCompare && sideBySide !== undefined ? (
          <Button label="Rate Pairs…" icon="thumbsup" look="secondary" testId="rate" press={ratePairs} />
        ) : null}
      </div>
      {groups.length === 1 ? <p class="muted">{groups[0]?.label}</p> : null}
      <Missing runs={missing} />
      <DistrustNote sentence={sideBySide?.distrust ?? null} />
      <Choosers state={state} hidden={hidden} />
    </header>
  );
});
