// Logits of one text, with attention written out in plain operators: holds the decoder alone to reference values.

import { logitsOf as headTimes } from "../../src/graph/nn/crossEntropy.ts";
import { cappedLogits, decoder, finalNorm, headOf } from "../../src/graph/nn/decoder.ts";
import { attendedHeads } from "../../src/graph/nn/layerShape.ts";
import { softCap } from "../../src/graph/nn/softCap.ts";
import { type AdapterShape, bindWeights } from "../../src/graph/nn/weights.ts";
import { encodeModel } from "../../src/graph/onnx/encode.ts";
import { GraphBuilder } from "../../src/graph/tape/builder.ts";
import * as ops from "../../src/graph/tape/ops.ts";
import type { Value } from "../../src/graph/tape/value.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { GraphFolder } from "../../src/runtime/ort/graphFolder.ts";
import { type Feeds, float32Of, Session, tensor } from "../../src/runtime/ort/session.ts";
import { withFactors } from "../../src/runtime/train/magnitudes.ts";

/**
 * @param adapter On the model, with its values by name.
 * @returns [length, vocabulary], row by row.
 */
export async function logitsOf(
  model: string,
  ids: readonly number[],
  adapter: { readonly shape: AdapterShape; readonly parameters: Feeds } = {
    shape: { rank: 0, alpha: 1 },
    parameters: {},
  },
): Promise<Float32Array> {
  const opened = openModel(model);
  const config = opened.config.decoder;
  const folder = new GraphFolder(opened);
  const g = new GraphBuilder();
  const { length } = ids;
  const plan = { kind: "frozen", stored: folder.stored, ...adapter.shape } as const;
  const { weights } = bindWeights(g, config, plan, false);
  const maskOf = (window: number | null): Value => {
    const visible = (q: number, k: number): boolean => k <= q && (window === null || q - k < window);
    const mask = Float32Array.from({ length: length * length }, (_, i) =>
      visible(Math.floor(i / length), i % length) ? 0 : -1e9,
    );
    return g.constant(mask, [length, length]);
  };
  const hidden = decoder(g, config, weights, {
    inputIds: g.input("inputIds", "int64", [length]),
    positions: g.input("positions", "int64", [1, length]),
    batch: 1,
    length,
    maxPositions: length,
    attend: (layer, q, { keys, values }) => {
      const { heads, kvHeads, headSize } = attendedHeads(config, layer);
      const byHead = ops.transpose(g, ops.reshape(g, q, [1, length, heads, headSize]), [0, 2, 1, 3]);
      const grouped = ops.reshape(g, byHead, [kvHeads, heads / kvHeads, length, headSize]);
      const single = (x: Value): Value => ops.reshape(g, x, [kvHeads, 1, length, headSize]);
      const products = ops.matmul(g, grouped, ops.transpose(g, single(keys), [0, 1, 3, 2]));
      const scores = softCap(g, products, config.attentionSoftCap);
      const shares = ops.softmax(g, ops.add(g, scores, maskOf(config.attention[layer]?.window ?? null)));
      const mixed = ops.reshape(g, ops.matmul(g, shares, single(values)), [1, heads, length, headSize]);
      return ops.reshape(g, ops.transpose(g, mixed, [0, 2, 1, 3]), [1, length, heads * headSize]);
    },
  });
  const normal = finalNorm(g, config, weights, hidden);
  g.output("logits", cappedLogits(g, config, headTimes(g, normal, headOf(config, weights))));
  const session = await Session.create(folder.write("logits", encodeModel(g, "logits")), "cpu");
  const output = await session.run({
    ...(await withFactors(
      { config, plan, store: bytes => folder.write("norms", bytes) },
      adapter.parameters,
    )),
    inputIds: tensor(BigInt64Array.from(ids, BigInt), [length]),
    positions: tensor(
      BigInt64Array.from(ids, (_, i) => BigInt(i)),
      [1, length],
    ),
  });
  const logits = float32Of(output.logits, "logits").slice();
  await session.release();
  folder.remove();
  return logits;
}
