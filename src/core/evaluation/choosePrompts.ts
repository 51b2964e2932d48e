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
  const times = drawingTimes(rows);
  const byTags = groupBy(rows, ({ tags = {} }) => JSON.stringify(Object.entries(tags).sort(byName)));
  return [...byTags].sort(byName).map(([tags, members]) => ({
    items: members
      .map(({ id }) => [id, times.get(id) ?? 0] as const)
      .sort(byNumber)
      .map(([id]) => id),
    phase: random("stratum", tags),
  }));
}

/** When each id is drawn, uniform in (0, 1]; those of a group of n rows are 1/n apart. */
function drawingTimes(rows: readonly DrawnRow[]): ReadonlyMap<string, number> {
  const times = new Map<string, number>();
  for (const [name, members] of groupBy(rows, ({ id, group }) =>
    group === undefined ? `id ${id}` : `group ${group}`,
  )) {
    const phase = random("group", name);
    const ranked = members.map(({ id }) => [id, random("prompt", id)] as const).sort(byNumber);
    for (const [i, [id]] of ranked.entries()) times.set(id, (i + 1 - phase) / members.length);
  }
  return times;
}

/** A generator's first number: FNV alone leaves names that differ in their last letter close together. */
function random(kind: string, name: string): number {
  return seededRandom(kind, name)();
}

function byName(a: readonly [string, unknown], b: readonly [string, unknown]): number {
  return a[0] < b[0] ? -1 : 1;
}

function byNumber(a: readonly [string, number], b: readonly [string, number]): number {
  return a[1] - b[1] || byName(a, b);
}
