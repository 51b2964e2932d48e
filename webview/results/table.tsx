// The heat map's numbers as a table for keyboard and screen reader: each cell is a button.
import { displayName } from "../../src/core/language/tags.ts";
import type { MetricKey } from "../../src/core/records/records.ts";
import type { ResultsRow } from "../../src/core/results/resultsTable.ts";
import { amountWords } from "../../src/core/results/trainedAmounts.ts";
import type { MetricValue } from "../../src/core/statistics/estimate.ts";
import { memo } from "../shared/unchanged.tsx";
import { chooseCell } from "./actions.ts";
import { longValue, shortInterval, shortValue, titleOf } from "./metrics.ts";
import { behindLines, shortNotes } from "./sideBySideWords.ts";
import type { TablePage } from "./store.ts";

type ScoresProps = Pick<TablePage, "table" | "metric" | "sideBySide" | "cell">;

export function ScoresTable({ table, metric, sideBySide, cell }: ScoresProps) {
  return (
    <div>
      <p id="table-note" class="muted table-note">
        {titleOf(metric)}, with 95 % intervals. A cell opens its{" "}
        {sideBySide === undefined ? "samples" : "pairs"}; bold: seen in tuning.
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the focus */}
      <section class="table-scroll" aria-label="Scores for each mixture and language" tabIndex={0}>
        <table class="results" aria-describedby="table-note">
          <thead>
            <tr>
              <th scope="col">Mixture</th>
              {table.languages.map(language => (
                <th key={language} scope="col" title={displayName(language)}>
                  <abbr title={displayName(language)}>{language}</abbr>
                </th>
              ))}
              <th scope="col" class="mean">
                Mean
              </th>
              {table.baseLanguage === undefined ? null : (
                <th scope="col" class="mean">
                  Not {table.baseLanguage}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {table.rows.map(row => (
              <Row
                key={row.mixture}
                row={row}
                table={table}
                metric={metric}
                sideBySide={sideBySide}
                chosen={cell?.mixture === row.mixture ? cell.language : null}
              />
            ))}
          </tbody>
        </table>
      </section>
    </div>
  );
}

interface RowProps extends Omit<ScoresProps, "cell"> {
  readonly row: ResultsRow;
  /** Language of the cell whose samples are shown. */
  readonly chosen: string | null;
}

const Row = memo((props: RowProps) => {
  const { row, table, metric, chosen } = props;
  return (
    <tr>
      <th scope="row">
        {row.mixture}
        {rowNotes(row).map(note => (
          <span key={note} class="note">
            {note}
          </span>
        ))}
      </th>
      {table.languages.map(language => (
        <td key={language}>
          <ScoreCell {...props} language={language} isChosen={language === chosen} />
        </td>
      ))}
      <MeanCell metric={metric} value={row.mean[metric]} />
      {table.baseLanguage === undefined ? null : <MeanCell metric={metric} value={row.meanOthers[metric]} />}
    </tr>
  );
});

/** Notes on a run: its tuning data, their amount, and how its responses ended. */
function rowNotes(row: ResultsRow): string[] {
  const total = Object.values(row.counts).reduce((sum, count) => sum + count, 0);
  const seeds = row.runs.length > 1 ? `, ${row.runs.length} seeds` : "";
  const counted = total === 0 ? "untuned" : `${total.toLocaleString("en")} examples${seeds}`;
  return [counted, amountWords(row)].filter(text => text !== "");
}

function ScoreCell(props: RowProps & { readonly language: string; readonly isChosen: boolean }) {
  const { row, metric, sideBySide, language, isChosen } = props;
  const { mixture } = row;
  const value = row.cells[language]?.[metric];
  const trained = (row.counts[language] ?? 0) > 0;
  const behind = sideBySide === undefined ? [] : behindLines(sideBySide, mixture, language);
  const words = [value === undefined ? "not measured" : longValue(metric, value), ...behind].join("; ");
  const name = `${mixture}, ${displayName(language)}: `;
  return (
    <button
      type="button"
      class={trained ? "cell seen" : "cell"}
      data-mixture={mixture}
      data-language={language}
      aria-pressed={isChosen}
      title={`${name}${words}${trained ? `; ${row.counts[language]} examples tuned on` : ""}`}
      onClick={() => chooseCell(row, language)}
    >
      <span class="visually-hidden">{name}</span>
      <Score metric={metric} value={value} />
      <span class="visually-hidden"> Show {sideBySide === undefined ? "samples" : "pairs"}</span>
      {sideBySide === undefined
        ? null
        : shortNotes(sideBySide, mixture, language).map(note => (
            <span key={note} class="note">
              {note}
            </span>
          ))}
    </button>
  );
}

interface ScoreProps {
  readonly metric: MetricKey;
  readonly value: MetricValue | undefined;
}

function MeanCell(props: ScoreProps) {
  return (
    <td class="mean">
      <Score {...props} />
    </td>
  );
}

function Score({ metric, value }: ScoreProps) {
  return (
    <>
      <span class="value">{value === undefined ? "–" : shortValue(metric, value.value)}</span>
      {value === undefined ? null : <span class="note">{shortInterval(metric, value)}</span>}
    </>
  );
}
