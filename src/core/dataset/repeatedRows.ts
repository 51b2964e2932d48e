// Detects rows that occur identically in two sources of one side, where each would count twice.
import type { Diagnostic, SourceRange } from "../../common/diagnostic.ts";
import { countOf } from "../../common/words.ts";
import type { Exchange } from "./conversation.ts";
import { hash53 } from "./idHashes.ts";

interface Row {
  readonly id: string;
  readonly prompt: string;
  readonly response?: string;
  readonly reference?: string;
  readonly earlier?: readonly Exchange[];
}

/** Maximum number of languages named in the message. */
const maxNamed = 5;

/**
 * Returns a warning about repeated rows; null if there are none.
 * @param languages rows of each source, by language
 */
export function repeatedRowsFault(
  languages: ReadonlyMap<string, readonly (readonly Row[])[]>,
  range: SourceRange,
): Diagnostic | null {
  const counts = new Map<string, number>();
  let first: readonly [string, string] | null = null;
  for (const [language, sources] of languages) {
    if (sources.length < 2) continue;
    const known = new Map<number, string>();
    for (const rows of sources) {
      const own: [number, string][] = [];
      for (const row of rows) {
        const key = textKey(row);
        const other = known.get(key);
        if (other === undefined) own.push([key, row.id]);
        else {
          counts.set(language, (counts.get(language) ?? 0) + 1);
          first ??= [other, row.id];
        }
      }
      for (const [key, id] of own) known.set(key, id);
    }
  }
  if (first === null) return null;
  const all = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const most = [...counts].sort(([, a], [, b]) => b - a);
  const named = most
    .slice(0, maxNamed)
    .map(([language, count]) => `${language} ${count.toLocaleString("en")}`);
  const more = most.length > maxNamed ? `, and ${most.length - maxNamed} more languages` : "";
  return {
    severity: "warning",
    code: "repeated-rows",
    message: `${countOf(all, "row occurs", "rows occur")} in two sources and ${all === 1 ? "counts" : "count"} twice: ${named.join(", ")}${more} (the first is ${first[0]} and ${first[1]}).`,
    remedy: "Remove one of the sources, or these rows from one of them.",
    range,
  };
}

/** Returns a hash of all texts of a row. Collisions are as unlikely as those of ids (idHashes.ts). */
function textKey({ prompt, response = "", reference = "", earlier = [] }: Row): number {
  const said = earlier.flatMap(turn => [turn.prompt, turn.response]);
  return hash53([...said, prompt, response, reference].join("\0"));
}
