// Reliability of the judge: its position bias, its consistency, and its agreement with people.
import { consistencyWords } from "../../src/core/comparison/consistency.ts";
import type { SideBySide, SideBySideRow } from "../../src/core/results/sideBySide.ts";
import { AgreementTable } from "../shared/agreement.tsx";

interface SideBySideProps {
  readonly sideBySide: SideBySide;
}

export function JudgeSection({ sideBySide }: SideBySideProps) {
  const { quality } = sideBySide;
  return (
    <section aria-label="The judge" data-testid="judge">
      <h2>The judge</h2>
      <p class="muted">{quality.caption}.</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the focus */}
      <section class="table-scroll agreement" aria-label="The judge by language" tabIndex={0}>
        <table>
          <thead>
            <tr>
              {quality.head.map(name => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {quality.rows.map(([first = "", ...cells]) => (
              <tr key={first}>
                <th scope="row">{first}</th>
                {cells.map((cell, column) => (
                  <td key={column}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {runsOf(sideBySide).map(({ title, consistency }) =>
        consistency === null ? null : (
          <p key={title}>
            {title}: {consistencyWords(consistency)}.
          </p>
        ),
      )}
    </section>
  );
}

export function AgreementSection({ sideBySide }: SideBySideProps) {
  const rated = runsOf(sideBySide).filter(({ check }) => check !== null);
  if (rated.length === 0) return null;
  return (
    <section aria-label="Human check" data-testid="human-check">
      <h2>Human check</h2>
      <p class="muted">
        Share of pairs for which blind human raters agreed with the judge. Kappa is 0 for chance agreement and
        1 for full agreement. The corrected score estimates their rating of all pairs.
      </p>
      {rated.map(({ title, check }) => (
        <div key={title}>
          <h3>{title}</h3>
          {check === null ? null : <AgreementTable check={check} />}
        </div>
      ))}
    </section>
  );
}

function runsOf({ rows }: SideBySide) {
  return rows.flatMap(row => row.runs.map(run => ({ ...run, title: titleOf(row, run.seed) })));
}

function titleOf({ mixture, runs }: SideBySideRow, seed: number): string {
  return `${mixture}${runs.length > 1 ? `, seed ${seed}` : ""}`;
}
