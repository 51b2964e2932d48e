// The section of the heat map: caption, warnings, chart, and the table with the same numbers.
import { displayName } from "../../src/core/language/tags.ts";
import { isRate } from "../../src/core/records/metricsRecord.ts";
import { fewPromptsWarning } from "../../src/core/results/fewPrompts.ts";
import { heatTable } from "../../src/core/results/figureTables.ts";
import { scoresOfOneSeed } from "../../src/core/results/oneSeed.ts";
import { heatReading } from "../../src/core/results/readings.ts";
import { Icon, Warning } from "../shared/controls.tsx";
import { ChartFrame, Figure } from "../shared/figures.tsx";
import { memo } from "../shared/unchanged.tsx";
import { chooseCell } from "./actions.ts";
import { drawHeatMap, heatMapHeight } from "./heatMap.ts";
import { higherIsBetter, titleOf } from "./metrics.ts";
import { SideBySideCaption } from "./sideBySideCaption.tsx";
import type { TablePage } from "./store.ts";
import { ScoresTable } from "./table.tsx";

type HeatProps = Pick<TablePage, "table" | "metric" | "sideBySide" | "theme">;

/** Warnings about runs whose files can't be used. */
export function LeftOut({ warnings = [] }: { readonly warnings?: readonly string[] | undefined }) {
  return (
    <>
      {warnings.map(text => (
        <Warning key={text} testId="left-out">
          {text}
        </Warning>
      ))}
    </>
  );
}

export const HeatMapSection = memo(({ cell, ...props }: HeatProps & Pick<TablePage, "cell">) => {
  const { table, metric, sideBySide, theme } = props;
  const reading = heatReading(table, metric, higherIsBetter(metric));
  // Only shares need the explanation.
  const better = !isRate(metric) ? "" : higherIsBetter(metric) ? ": higher is better" : ": lower is better";
  const few = fewPromptsWarning(table);
  return (
    <Figure
      id="heat-map"
      title="Mixtures and languages"
      words={reading === "" ? [] : [reading, ...scoresOfOneSeed(table, true)]}
      table={heatTable(table, metric)}
      withoutTable
    >
      {sideBySide === undefined ? (
        <p class="muted">
          {titleOf(metric)}
          {better}. Click a cell to read its samples.
        </p>
      ) : (
        <SideBySideCaption sideBySide={sideBySide} light={theme.light} />
      )}
      {few === null ? null : <Warning testId="few-prompts">{few}</Warning>}
      {(table.notes ?? []).map(note => (
        <p key={note} class="warning muted" data-testid="table-note">
          <Icon name="info" />
          {note}
        </p>
      ))}
      <div class="heat-scroll">
        <HeatMap {...props} />
      </div>
      <ScoresTable table={table} metric={metric} sideBySide={sideBySide} cell={cell} />
    </Figure>
  );
});

const HeatMap = memo((props: HeatProps) => (
  <ChartFrame
    figure="heat-map"
    frame="heat-frame"
    style={{
      height: `${heatMapHeight(props.table)}px`,
      minWidth: `${90 + 28 * props.table.languages.length}px`,
    }}
    label="Heat map; the table below contains the same numbers."
    draw={canvas => drawHeatMap(canvas, { ...props, languageName: displayName, choose: chooseCell })}
  />
));
