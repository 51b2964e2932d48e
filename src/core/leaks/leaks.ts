// Finds prompts that also occur in other data, in any language: exactly, nearly, or by their id.
import { type EvaluationRow, type Example, exchangesOf } from "../dataset/example.ts";
import { Folded } from "./folded.ts";
import { NearIndex, nearSimilarity } from "./nearPrompts.ts";
import { shinglesOf, similarity } from "./shingles.ts";

type Rows<Row> = ReadonlyMap<string, readonly Row[]>;

/** An asked row, and a row of the other data with an equal or similar prompt, or the same id. */
export interface Leak {
  readonly asked: { readonly language: string; readonly id: string };
  readonly held: { readonly language: string; readonly id: string };
}

/** Leaks by kind; each asked row is in one list at most, the first that applies. */
export interface Leaks {
  /** Prompts that are equal except for case, punctuation, spacing and Unicode form. */
  readonly same: readonly Leak[];
  /**
   * Prompts with a similarity of at least `nearSimilarity` and the same numbers, whose answers, if both have
   * one, are equally similar.
   */
  readonly near: readonly Leak[];
  /** Rows with the same id, which are by definition translations of each other. */
  readonly ids: readonly Leak[];
}

/** Ids that Pinch derives from row numbers, which don't identify content. */
const givenId = /^row-\d+$/;

interface Asked {
  readonly language: string;
  readonly row: EvaluationRow;
  same: Leak | null;
  near: Leak | null;
  id: Leak | null;
}

/**
 * Finds leaks of `rows` in `others`.
 * @param rows asked rows
 */
export function findLeaks(others: Rows<Example>, rows: Rows<EvaluationRow>): Leaks {
  const all = [...rows].flatMap(([language, rows]) =>
    rows.map((row): Asked => ({ language, row, same: null, near: null, id: null })),
  );
  if (all.length === 0 || others.size === 0) return { same: [], near: [], ids: [] };
  const folded = new Folded();
  const byText = new Map<number, Asked[]>();
  const byId = new Map<string, Asked[]>();
  for (const asked of all) {
    const { id, prompt } = asked.row;
    if (folded.fold(prompt).length > 0) add(byText, folded.hash(), asked);
    if (!givenId.test(id)) add(byId, id, asked);
  }
  const index = new NearIndex(
    (function* () {
      for (const { row } of all) yield folded.fold(row.prompt);
    })(),
  );
  for (const own of others.values())
    for (const example of own) {
      for (const asked of byId.get(example.id) ?? []) asked.id = better(asked.id, asked, example);
      for (const { prompt, response } of exchangesOf(example)) {
        folded.fold(prompt);
        for (const asked of byText.get(folded.hash()) ?? []) asked.same = better(asked.same, asked, example);
        index.look(
          folded,
          entry => all[entry]?.same === null && all[entry]?.near === null,
          entry => {
            const asked = all[entry];
            if (asked !== undefined && answersAgree(asked.row.reference, response))
              asked.near = better(null, asked, example);
          },
        );
      }
    }
  return {
    same: all.flatMap(({ same }) => same ?? []),
    near: all.flatMap(({ same, near }) => (same === null ? (near ?? []) : [])),
    ids: all.flatMap(({ same, near, id }) => (same === null && near === null ? (id ?? []) : [])),
  };
}

function add<Key>(to: Map<Key, Asked[]>, key: Key, asked: Asked): void {
  const others = to.get(key);
  if (others === undefined) to.set(key, [asked]);
  else others.push(asked);
}

/** Prefers a row in the prompt's own language, which users look for first; otherwise the first one found. */
function better(before: Leak | null, asked: Asked, { language, id }: Example): Leak {
  if (before !== null && (before.held.language === asked.language || language !== asked.language))
    return before;
  return {
    asked: { language: asked.language, id: asked.row.id },
    held: { language, id },
  };
}

/** Compares answers. Questions from a template may differ in a single word, and so do their answers. */
function answersAgree(reference: string | undefined, response: string): boolean {
  if (reference === undefined) return true;
  const [a, b] = [new Folded().fold(reference), new Folded().fold(response)];
  if (a.length === 0 || b.length === 0 || a.hash() === b.hash()) return true;
  return similarity(shinglesOf(a), shinglesOf(b)) >= nearSimilarity;
}
