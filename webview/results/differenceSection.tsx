// The difference of two mixtures, language by language, with its significance.
import type { Chart } from "chart.js";
import { displayName } from "../../src/core/language/tags.ts";
import { isRate } from "../../src/core/records/metricsRecord.ts";
import {
  comparisonBase,
  type DifferencesTable,
  differenceLevel,
  type MetricDifference,
} from "../../src/core/results/differences.ts";
import { formatDifference, formatP } from "../../src/core/results/differencesText.ts";
import { differenceTable } from "../../src/core/results/figureTables.ts";
import { noiseOf } from "../../src/core/results/oneSeed.ts";
import { differenceReading } from "../../src/core/results/readings.ts";
import type { ResultsTable } from "../../src/core/results/resultsTable.ts";
import { Dropdown } from "../shared/controls.tsx";
import { ChartFrame, Figure } from "../shared/figures.tsx";
import type { Theme } from "../shared/theme.ts";
import { memo } from "../shared/unchanged.tsx";
import { openSamples } from "./actions.ts";
import { LeftOut } from "./heatMapSection.tsx";
import { drawIntervalBars, intervalBarsHeight } from "./intervalBars.ts";
import { axisUnit } from "./metrics.ts";
import { type TablePage, update } from "./store.ts";
import { longMs, useReply } from "./useReply.ts";

interface TwoProps extends Pick<TablePage, "state" | "table" | "metric" | "theme"> {
  readonly mixture: string;
  readonly against: string;
}

const title = "Difference of two mixtures";

export const DifferenceSection = memo((props: TwoProps) => {
  const { state, table, metric, theme, mixture, against } = props;
  const query = { mixture, against, metric };
  const [reply] = useReply("difference", query, state, longMs);
  const isFresh = JSON.stringify(reply.query) === JSON.stringify(query);
  const fault = isFresh ? reply.fault : null;
  const value = isFresh && fault === null ? reply.value : null;
  const options = table.rows.map(row => ({ value: row.mixture, label: row.mixture }));
  const tools = (
    <div class="tools">
      <Dropdown
        label="Mixture"
        value={mixture}
        options={options}
        testId="difference-mixture"
        choose={name => update({ difference: [name, name === against ? mixture : against] })}
      />
      <Dropdown
        label="less"
        value={against}
        options={options}
        testId="difference-against"
        choose={name => update({ difference: [name === mixture ? against : mixture, name] })}
      />
    </div>
  );
  const found = value?.differences ?? null;
  const row = found?.rows.find(each => each.mixture === mixture);
  if (found === null || row === undefined) {
    return (
      <section class="chart" aria-label={title}>
        <header class="section-head">
          <h2>{title}</h2>
          {tools}
        </header>
        <LeftOut warnings={value?.leftOut} />
        <p class={fault === null ? "muted" : "fault"} role="status">
          {fault ?? (value === null ? "Comparing…" : "These two have no prompts in common.")}
        </p>
      </section>
    );
  }
  const entries = entriesOf(row);
  const words = differenceReading(found, mixture);
  const openBoth = (place: number): void => {
    const [picked, other] = [mixture, against].map(name => table.rows.find(each => each.mixture === name));
    if (picked === undefined) return;
    openSamples(picked, entries[place]?.language ?? null, { beside: other === undefined ? [] : [other] });
  };
  return (
    <Figure
      id="difference"
      title={title}
      words={[words]}
      table={differenceTable(found, mixture)}
      opens={(place, column) => (column === 1 ? () => openBoth(place) : null)}
      note={<LeftOut warnings={value?.leftOut} />}
      tools={tools}
    >
      <ChartFrame
        figure="difference"
        frame="shares-frame"
        style={{ height: `${intervalBarsHeight(entries.length)}px` }}
        label={words}
        draw={canvas =>
          drawIntervalBars(canvas, {
            ...barsOf(entries, { ...props, noise: noiseOf({ ...found, rows: [row] }) }),
            theme,
            choose: openBoth,
          }) as unknown as Chart
        }
      />
    </Figure>
  );
});

/** The two chosen mixtures, or the last one and the common baseline; null with fewer than two. */
export function chosenDifference(
  table: ResultsTable,
  difference: readonly [string, string] | null,
): readonly [string, string] | null {
  const names = table.rows.map(({ mixture }) => mixture);
  if (difference?.every(name => names.includes(name)) === true) return difference;
  const base = comparisonBase(table);
  const other = names.findLast(name => name !== base);
  return base === null || other === undefined ? null : [other, base];
}

interface Entry {
  readonly name: string;
  /** Null for the mean. */
  readonly language: string | null;
  readonly difference: MetricDifference;
}

function entriesOf({ languages, mean }: DifferencesTable["rows"][number]): Entry[] {
  return [
    ...Object.entries(languages).map(([language, difference]) => ({
      ...{ name: displayName(language), language, difference },
    })),
    ...(mean === null ? [] : [{ name: "Mean", language: null, difference: mean }]),
  ];
}

function barsOf(
  entries: readonly Entry[],
  {
    metric,
    theme,
    noise,
  }: { readonly metric: TwoProps["metric"]; readonly theme: Theme; readonly noise: string },
) {
  const factor = isRate(metric) ? 100 : 1;
  const points = (isBeyond: boolean) =>
    entries.map(({ difference }) =>
      difference.adjusted < differenceLevel === isBeyond
        ? {
            value: difference.value * factor,
            low: difference.interval[0] * factor,
            high: difference.interval[1] * factor,
            words: `${formatDifference(metric, difference)}, p ${formatP(difference.adjusted)}`,
          }
        : null,
    );
  return {
    names: entries.map(({ name }) => name),
    series: [
      { name: `Beyond ${noise}`, colour: theme.charts.blue, shape: "rect", points: points(true) },
      { name: `Within ${noise}`, colour: theme.charts.grey, shape: "circle", points: points(false) },
    ],
    axis: isRate(metric) ? "points" : axisUnit(metric),
    range: {},
    oneLine: true,
  } as const;
}
