// WordPiece and WordLevel: words are looked up as they are, or in the longest pieces that are known.
import type { JsonObject } from "../../common/json.ts";
import { numberIn, textIn } from "./fields.ts";
import { type Model, missing, vocabularyOf } from "./model.ts";

const whole = { spells: false, fallsBack: false };

export function wordLevel(part: JsonObject): Model {
  const ids = vocabularyOf(part);
  const unknown = ids.get(textIn(part, "unk_token"));
  return { ids, unknown, ...whole, encode: word => [ids.get(word) ?? unknown ?? missing] };
}

export function wordPiece(part: JsonObject): Model {
  const ids = vocabularyOf(part);
  const unknown = ids.get(textIn(part, "unk_token"));
  const prefix = textIn(part, "continuing_subword_prefix", "##");
  const longest = numberIn(part, "max_input_chars_per_word", 100);
  const encode = (word: string): readonly number[] => {
    const characters = [...word];
    if (characters.length > longest) return [unknown ?? missing];
    const found: number[] = [];
    for (let from = 0; from < characters.length; ) {
      let to = characters.length;
      let id: number | undefined;
      for (; to > from; to--) {
        id = ids.get((from > 0 ? prefix : "") + characters.slice(from, to).join(""));
        if (id !== undefined) break;
      }
      if (id === undefined) return [unknown ?? missing];
      found.push(id);
      from = to;
    }
    return found;
  };
  return { ids, unknown, ...whole, encode };
}
