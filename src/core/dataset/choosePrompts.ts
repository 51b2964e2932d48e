// Takes a part of the evaluation rows: a random sample, the same prompts in all languages, more containing fewer.
import { groupBy } from "../../common/groupBy.ts";
import { seededRandom } from "../../common/random.ts";
import { proportionalOrder, type Stratum } from "./proportionalOrder.ts";

/** What decides whether a row is drawn. */
interface DrawnRow {
  readonly id: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly group?: string;
}

/** The place of each id in the order of drawing. */
export type PromptOrder = ReadonlyMap<string, number>;

/** At most `most` rows of one language, in their own order. */
export function choosePrompts<Row extends DrawnRow>(
  rows: readonly Row[],
  most: number,
  order: PromptOrder = promptOrder([rows], most),
): readonly Row[] {
  if (rows.length <= most) return rows;
  const placeOf = ({ id }: Row): number => order.get(id) ?? Number.POSITIVE_INFINITY;
  const ranked = [...rows].sort((a, b) => placeOf(a) - placeOf(b));
  const chosen = new Set(ranked.slice(0, most));
  return rows.filter(row => chosen.has(row));
}

/**
 * Nothing but ids, tags and groups decides, neither the order of a file nor chance:
 * - Ids that all languages have come before those that fewer have, so that languages are asked the same.
 * - Rows of equal tags are a stratum; each has its share of the sample, rounded down or up.
 * - Every row is as likely as any other, but rows of one group come far apart: 40 of 140 rows of 64 groups are of
 *   about 40 groups.
 * Tags and group of an id are those of the first language that has it.
 * @param most So many of each language are wanted; later ids may be left out.
 */
export function promptOrder(languages: Iterable<readonly DrawnRow[]>, most: number): PromptOrder {
  const ids = new Map<string, { readonly row: DrawnRow; readonly languages: number[] }>();
  for (const [language, rows] of [...languages].entries()) {
    for (const row of rows) {
      const known = ids.get(row.id);
      if (known === undefined) ids.set(row.id, { row, languages: [language] });
      else known.languages.push(language);
    }
  }
  const tiers = [...groupBy(ids.values(), each => each.languages.join(" ")).values()];
  tiers.sort((a, b) => (b[0]?.languages.length ?? 0) - (a[0]?.languages.length ?? 0));
  const drawn = tiers.flatMap(tier => {
    const rows = tier.map(each => each.row);
    return proportionalOrder(strataOf(rows), most);
  });
  return new Map(drawn.map((id, at) => [id, at]));
}

function strataOf(rows: readonly DrawnRow[]): Stratum<string>[] {
  const byTags = groupBy(withGroups(rows), ({ row: { tags = {} } }) =>
    JSON.stringify(Object.entries(tags).sort(byName)),
  );
  return [...byTags].sort(byName).map(([tags, members]) => {
    const left = members.map(({ row, group }) => ({
      id: row.id,
      group,
      earliest: timeOf(group),
      rank: random("prompt", row.id),
    }));
    left.sort((a, b) => a.earliest - b.earliest || a.rank - b.rank || (a.id < b.id ? -1 : 1));
    const take = (): string => {
      let first = 0;
      let least = Number.POSITIVE_INFINITY;
      for (const [i, { group, earliest }] of left.entries()) {
        if (earliest >= least) break;
        const time = timeOf(group);
        if (time >= least) continue;
        first = i;
        least = time;
      }
      const [row] = left.splice(first, 1);
      if (row === undefined) throw new Error("the stratum is empty");
      row.group.taken++;
      return row.id;
    };
    return { size: members.length, phase: random("stratum", tags), take };
  });
}

interface Group {
  readonly size: number;
  /** In [0, 1), drawn at random. */
  readonly phase: number;
  taken: number;
}

/** A row without a group is one of its own. */
function withGroups(rows: readonly DrawnRow[]): { readonly row: DrawnRow; readonly group: Group }[] {
  const byName = groupBy(rows, ({ id, group }) => (group === undefined ? `id ${id}` : `group ${group}`));
  return [...byName].flatMap(([name, members]) => {
    const group: Group = { size: members.length, phase: random("group", name), taken: 0 };
    return members.map(row => ({ row, group }));
  });
}

/** When a group's next row is drawn, uniform in (0, 1] for the first; those of a group of n rows are 1/n apart. */
function timeOf({ taken, phase, size }: Group): number {
  return (taken + 1 - phase) / size;
}

/** A generator's first number: FNV alone leaves names that differ in their last letter close together. */
function random(kind: string, name: string): number {
  return seededRandom(kind, name)();
}

function byName(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}
