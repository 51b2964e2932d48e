// Samples evaluation rows at random: the same prompts in all languages, and larger samples
// contain smaller ones.
import { groupBy } from "../../common/groupBy.ts";
import { seededRandom } from "../../common/random.ts";
import { proportionalOrder, type Stratum } from "./proportionalOrder.ts";

/** Fields that decide whether a row is drawn. */
interface DrawnRow {
  readonly id: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly group?: string;
}

/** Rank of each id in the order of drawing. */
export type PromptOrder = ReadonlyMap<string, number>;

/** Returns at most `most` rows of one language, in their original order. */
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
 * Returns the order in which ids are drawn. It depends on nothing but ids, tags and groups, neither on the
 * order of a file nor on chance:
 * - Ids that all languages have come before those that fewer have, so that all languages
 *   get the same prompts.
 * - Rows with equal tags are a stratum; each stratum has its share of the sample, rounded down or up.
 * - All rows are equally likely, but rows of one group are spread out: 40 of 140 rows in 64
 *   groups come from about 40 groups.
 * Tags and group of an id are those of the first language that has it.
 * @param most number of rows wanted per language; later ids may be omitted
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
  /** Random number in [0, 1). */
  readonly phase: number;
  taken: number;
}

/** Assigns a group to each row; a row without one gets its own. */
function withGroups(rows: readonly DrawnRow[]): { readonly row: DrawnRow; readonly group: Group }[] {
  const byName = groupBy(rows, ({ id, group }) => (group === undefined ? `id ${id}` : `group ${group}`));
  return [...byName].flatMap(([name, members]) => {
    const group: Group = { size: members.length, phase: random("group", name), taken: 0 };
    return members.map(row => ({ row, group }));
  });
}

/**
 * Returns the time at which a group's next row is drawn. The first is uniform in (0, 1];
 * those of a group of n rows are 1/n apart.
 */
function timeOf({ taken, phase, size }: Group): number {
  return (taken + 1 - phase) / size;
}

/**
 * Returns the first number of a seeded generator: FNV alone maps names that differ in their
 * last letter to similar values.
 */
function random(kind: string, name: string): number {
  return seededRandom(kind, name)();
}

function byName(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}
