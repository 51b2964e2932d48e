// Special tokens that enclose reasoning, which decoding would drop: then reasoning would count as part of the answer.
import type { AddedToken } from "../tokenization/addedTokens.ts";

/** Tags that scoring recognises, in place of Gemma 4's tokens. */
const tags: Readonly<Record<string, string>> = { "<|channel>": "<think>", "<channel|>": "</think>" };

/** Returns the tags of special tokens by their ids; empty for most models. */
export function reasoningTags(added: readonly AddedToken[]): ReadonlyMap<number, string> {
  return new Map(
    added.flatMap(({ id, content, special }) => {
      const tag = special ? tags[content] : undefined;
      return tag === undefined ? [] : [[id, tag]];
    }),
  );
}

/** Decodes tokens, with a tag for each token that has one. */
export function decodeWithTags(
  ids: readonly number[],
  tagged: ReadonlyMap<number, string>,
  decode: (ids: readonly number[]) => string,
): string {
  const at = ids.findIndex(id => tagged.has(id));
  if (at < 0) return decode(ids);
  const rest = decodeWithTags(ids.slice(at + 1), tagged, decode);
  return `${at === 0 ? "" : decode(ids.slice(0, at))}${tagged.get(ids[at] as number)}${rest}`;
}
