// Notes on language identification: languages not scored, identified only broadly, or without words.
import { identifiable, identifiableWords } from "../language/identifiable.ts";
import { displayName } from "../language/tags.ts";
import type { MetricKey } from "../records/records.ts";
import type { MetricValue } from "../statistics/estimate.ts";

type Cell = Readonly<Partial<Record<MetricKey, MetricValue>>>;

interface Row {
  readonly mixture: string;
  readonly cells: Readonly<Record<string, Cell>>;
}

// Smaller shares round to zero in a table.
const leastShare = 0.005;

/** @param own true if Pinch's own identifier evaluated the runs, rather than a model supplied by the user */
export function languageNotes(rows: readonly Row[], languages: readonly string[], own: boolean): string[] {
  const unscored = languages.filter(tag =>
    own
      ? identifiable(tag).kind === "not" && rows.every(({ cells }) => !hasRate(cells[tag]))
      : rows.some(({ cells }) => cells[tag] !== undefined && !hasRate(cells[tag])),
  );
  const wider = own ? languages.filter(tag => identifiable(tag).kind === "macrolanguage") : [];
  const without = wordlessNote(rows, languages);
  return [
    ...unscored.map(tag =>
      own
        ? `${identifiableWords(tag)}.`
        : `${displayName(tag)} is not known to the identifier of the evaluation: whether a response is in it is not scored, only its checks are.`,
    ),
    ...wider.map(tag => `${identifiableWords(tag)}.`),
    ...(without === null ? [] : [without]),
  ];
}

/** True if the language was identified: every such evaluation yields one of these metrics. */
function hasRate(cell: Cell = {}): boolean {
  return (cell.language ?? cell.noLanguage ?? cell.followed) !== undefined;
}

function wordlessNote(rows: readonly Row[], languages: readonly string[]): string | null {
  const shares = languages.flatMap(tag => {
    const [most] = rows
      .flatMap(({ mixture, cells }) => {
        const share = cells[tag]?.noLanguage?.value ?? 0;
        return share < leastShare ? [] : [{ mixture, share }];
      })
      .sort((a, b) => b.share - a.share);
    return most === undefined ? [] : [`${tag} ${Math.round(100 * most.share)} % (${most.mixture})`];
  });
  if (shares.length === 0) return null;
  return `Responses without words are in no language, neither right nor wrong: at most ${shares.join(", ")}.`;
}

/** Number of prompts of one language and seed; undefined when nothing was evaluated. */
export function promptsOf(cell: Cell, runs: number): number | undefined {
  const n = (cell.noLanguage ?? cell.language ?? cell.followed ?? cell.checks ?? cell.nll)?.n;
  return n === undefined ? undefined : Math.round(n / Math.max(1, runs));
}
