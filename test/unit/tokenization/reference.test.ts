// Tokens of every kind of tokenizer, compared with those of the Rust library.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { JsonTokenizer } from "../../../src/runtime/tokenization/jsonTokenizer.ts";

/** Written by test/numeric/reference/make_tokenizers.py. */
const folder = join(import.meta.dirname, "../../numeric/fixtures/tokenizers");
const read = <T>(name: string): T => JSON.parse(readFileSync(join(folder, name), "utf8")) as T;

interface Texts {
  readonly languages: Readonly<Record<string, readonly string[]>>;
  readonly odd: readonly string[];
}

interface Variant {
  readonly name: string;
  readonly base: string;
  readonly changes: Readonly<Record<string, unknown>>;
  /** True if it has ids for the texts of all languages. */
  readonly all: boolean;
  /** Ids by the place of the text, where they are not those of the unchanged base. */
  readonly ids: Readonly<Record<string, string>>;
  /** Decoded text by place, where it is not the text; absent without a decoder. */
  readonly decoded?: Readonly<Record<string, string>>;
}

const texts = read<Texts>("texts.json");
const bases = read<Record<string, { readonly model: object }>>("tokenizers.json");
const variants = read<readonly Variant[]>("variants.json");
const bytePieces = Array.from({ length: 256 }, (_, byte) => [
  `<0x${byte.toString(16).toUpperCase().padStart(2, "0")}>`,
  -20,
]);

function changed({ base, changes }: Variant): Record<string, unknown> {
  const tokenizer: Record<string, unknown> = structuredClone(bases[base] ?? {});
  const model = tokenizer.model as Record<string, unknown>;
  for (const [key, value] of Object.entries(changes)) {
    if (key === "pieces") model.vocab = [...(model.vocab as unknown[]), ...bytePieces];
    else if (key.startsWith("model.")) model[key.slice("model.".length)] = value;
    else tokenizer[key] = value;
  }
  return tokenizer;
}

for (const variant of variants)
  test(variant.name, () => {
    const tokenizer = new JsonTokenizer(changed(variant));
    const plain = variants.find(
      ({ base, changes }) => base === variant.base && Object.keys(changes).length === 0,
    );
    const given = [...texts.odd, ...(variant.all ? Object.values(texts.languages).flat() : [])];
    assert.ok(given.length >= 46);
    for (const [place, text] of given.entries()) {
      const expected = variant.ids[place] ?? plain?.ids[place];
      assert.equal(tokenizer.encode(text).join(" "), expected, JSON.stringify(text));
      if (variant.decoded === undefined || expected === undefined) continue;
      const ids = expected.split(" ").filter(Boolean).map(Number);
      assert.equal(tokenizer.decode(ids), variant.decoded[place] ?? text, JSON.stringify(text));
    }
  });
