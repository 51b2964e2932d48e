// How many rows are generated together, by what each of them keeps.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ConfigFields } from "../../../src/graph/nn/architectures/configFields.ts";
import { lfm2 } from "../../../src/graph/nn/architectures/lfm2.ts";
import { qwen35 } from "../../../src/graph/nn/architectures/qwen35.ts";
import type { DecoderConfig } from "../../../src/graph/nn/decoderConfig.ts";
import { batchLimits } from "../../../src/runtime/generation/continuousBatch.ts";
import { bytesPerPlace } from "../../../src/runtime/generation/keyValueCache.ts";
import { stateBytes } from "../../../src/runtime/generation/layerStateCache.ts";

const budget = 384 * 2 ** 20;

const sizes = {
  vocab_size: 100,
  hidden_size: 64,
  intermediate_size: 96,
  num_hidden_layers: 4,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  max_position_embeddings: 4096,
};

function decoderOf(attention: number[], taps = 3, hiddenSize = 64): DecoderConfig {
  return lfm2.decoder(
    new ConfigFields("config.json", {
      ...sizes,
      hidden_size: hiddenSize,
      full_attn_idxs: attention,
      conv_L_cache: taps,
    }),
  );
}

test("a row keeps keys and values in layers with attention, and its last inputs in the others", () => {
  const config = decoderOf([1]);
  assert.equal(bytesPerPlace(config), 2 * 2 * 16 * 4);
  assert.equal(stateBytes(config), 3 * 2 * 64 * 4);
  assert.equal(stateBytes(decoderOf([0, 1, 2, 3])), 0);
});

test("rows and their positions stay within the budget, however large a state is", () => {
  for (const config of [decoderOf([1]), decoderOf([1], 64, 2 ** 15), decoderOf([0, 1, 2, 3], 3, 2 ** 15)]) {
    const { slots, places, rows } = batchLimits(config, 200, 512);
    assert.ok(rows >= 1 && rows <= slots && slots <= 64);
    assert.ok(places * bytesPerPlace(config) + slots * stateBytes(config) <= budget);
  }
  assert.ok(batchLimits(decoderOf([1], 64, 2 ** 15), 200, 512).slots < 64, "large states, fewer rows");
});

test("memories of the delta rule count, whatever the length of a text", () => {
  const fields = { linear_num_key_heads: 16, linear_num_value_heads: 16, full_attention_interval: 2 };
  const config = qwen35.decoder(new ConfigFields("config.json", { ...sizes, ...fields }));
  const perLayer = 16 * 128 * 128 + 3 * (3 * 16 * 128);
  assert.equal(stateBytes(config), 2 * perLayer * 4);
  const many = { ...config, attention: Array(12).fill(config.attention).flat(), layers: 48 };
  const { slots, rows, places } = batchLimits(many, 200, 100);
  assert.equal(slots, Math.floor(budget / 2 / (24 * perLayer * 4)));
  assert.ok(rows <= slots && places >= 100);
});

test("a model without attention, or without prompts, has limits as well", () => {
  assert.deepEqual(batchLimits(decoderOf([]), 10, 512), {
    slots: 10,
    places: 5120,
    rows: 10,
    prefillTokens: 1024,
  });
  assert.equal(batchLimits(decoderOf([1]), 0, 0).rows, 0);
});
