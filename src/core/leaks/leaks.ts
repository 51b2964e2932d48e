// Evaluation prompts that also stand in the training data of any language: as they are, nearly, or by their id.
import type { EvaluationRow, Example } from "../dataset/example.ts";
import { Folded } from "./folded.ts";
import { NearIndex, nearSimilarity } from "./nearPrompts.ts";
import { shinglesOf, similarity } from "./shingles.ts";

type Rows<Row> = ReadonlyMap<string, readonly Row[]>;

/** An evaluation row, and a training row that it is, nearly is, or has the id of. */
export interface Leak {
  readonly evaluated: { readonly language: string; readonly id: string };
  readonly trained: { readonly language: string; readonly id: string };
}

/** Each evaluation row is in one list at most: the first that it belongs to. */
export interface Leaks {
  /** Same prompt but for case, punctuation, spacing and Unicode form. */
  readonly same: readonly Leak[];
  /** Prompts of `nearSimilarity` or more with the same numbers, whose answers are as alike where both have one. */
  readonly near: readonly Leak[];
  /** Same id: translations of each other, by what equal ids mean. */
  readonly ids: readonly Leak[];
}

/** Ids that Pinch gives to rows without one are places, and say nothing. */
const givenId = /^row-\d+$/;

interface Evaluated {
  readonly language: string;
  readonly row: EvaluationRow;
  same: Leak | null;
  near: Leak | null;
  id: Leak | null;
}

export function findLeaks(train: Rows<Example>, evaluation: Rows<EvaluationRow>): Leaks {
  const all = [...evaluation].flatMap(([language, rows]) =>
    rows.map((row): Evaluated => ({ language, row, same: null, near: null, id: null })),
  );
  if (all.length === 0 || train.size === 0) return { same: [], near: [], ids: [] };
  const folded = new Folded();
  const byText = new Map<number, Evaluated[]>();
  const byId = new Map<string, Evaluated[]>();
  for (const evaluated of all) {
    const { id, prompt } = evaluated.row;
    if (folded.fold(prompt).length > 0) add(byText, folded.hash(), evaluated);
    if (!givenId.test(id)) add(byId, id, evaluated);
  }
  const index = new NearIndex(
    (function* () {
      for (const { row } of all) yield folded.fold(row.prompt);
    })(),
  );
  for (const rows of train.values())
    for (const example of rows) {
      for (const evaluated of byId.get(example.id) ?? [])
        evaluated.id = better(evaluated.id, evaluated, example);
      folded.fold(example.prompt);
      for (const evaluated of byText.get(folded.hash()) ?? [])
        evaluated.same = better(evaluated.same, evaluated, example);
      index.look(
        folded,
        entry => all[entry]?.same === null && all[entry]?.near === null,
        entry => {
          const evaluated = all[entry];
          if (evaluated !== undefined && answersAgree(evaluated.row.reference, example.response))
            evaluated.near = better(null, evaluated, example);
        },
      );
    }
  return {
    same: all.flatMap(({ same }) => same ?? []),
    near: all.flatMap(({ same, near }) => (same === null ? (near ?? []) : [])),
    ids: all.flatMap(({ same, near, id }) => (same === null && near === null ? (id ?? []) : [])),
  };
}

function add<Key>(to: Map<Key, Evaluated[]>, key: Key, evaluated: Evaluated): void {
  const others = to.get(key);
  if (others === undefined) to.set(key, [evaluated]);
  else others.push(evaluated);
}

/** A training row of the prompt's own language is what a person looks for first; else the first found stays. */
function better(before: Leak | null, evaluated: Evaluated, { language, id }: Example): Leak {
  if (before !== null && (before.trained.language === evaluated.language || language !== evaluated.language))
    return before;
  return {
    evaluated: { language: evaluated.language, id: evaluated.row.id },
    trained: { language, id },
  };
}

/** A question of a template differs from another in one word, and so does its answer. */
function answersAgree(reference: string | undefined, response: string): boolean {
  if (reference === undefined) return true;
  const [a, b] = [new Folded().fold(reference), new Folded().fold(response)];
  if (a.length === 0 || b.length === 0 || a.hash() === b.hash()) return true;
  return similarity(shinglesOf(a), shinglesOf(b)) >= nearSimilarity;
}
