// Interface of the part of a tokenizer that looks words up.
import { isObject, type JsonObject } from "../../common/json.ts";

/** Stands for a part of a text that has no token, not even the unknown one. */
export const missing = -1;

export interface Model {
  readonly ids: ReadonlyMap<string, number>;
  /** Token of what the vocabulary lacks; undefined if there is none. */
  readonly unknown: number | undefined;
  encode(word: string): readonly number[];
  /** Counts the characters of a word that are left out without a trace; absent if none ever is. */
  readonly dropped?: (word: string) => number;
  /** True if a word can be divided into any pieces, without marks of where they are in the word. */
  readonly spells: boolean;
  /** True if characters that are not in the vocabulary are written in tokens of their bytes. */
  readonly fallsBack: boolean;
}

export function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`;
}

export function vocabularyOf({ vocab }: JsonObject): Map<string, number> {
  if (!isObject(vocab)) throw new Error("vocab is not an object");
  const ids = new Map<string, number>();
  for (const [token, id] of Object.entries(vocab)) {
    if (typeof id !== "number" || !Number.isSafeInteger(id) || id < 0)
      throw new Error(`the token ${JSON.stringify(token)} has no id`);
    ids.set(token, id);
  }
  return ids;
}

const encoder = new TextEncoder();

/** Ids of the tokens of a text's bytes; null unless the vocabulary has all of them. */
export function byteTokens(text: string, ids: ReadonlyMap<string, number>): readonly number[] | null {
  const found: number[] = [];
  for (const byte of encoder.encode(text)) {
    const id = ids.get(byteToken(byte));
    if (id === undefined) return null;
    found.push(id);
  }
  return found;
}
