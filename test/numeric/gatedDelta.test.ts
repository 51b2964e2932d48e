// The gated delta rule in chunks against the rule as written, token by token in float64.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../src/common/random.ts";
import { type DeltaInputs, gatedDelta, packedChunks, stepChunk } from "../../src/graph/nn/gatedDelta.ts";
import { encodeModel } from "../../src/graph/onnx/encode.ts";
import { GraphBuilder } from "../../src/graph/tape/builder.ts";
import { reshape } from "../../src/graph/tape/ops.ts";
import { type Feeds, float32Of, Session, tensor } from "../../src/runtime/ort/session.ts";
import { largestDifference } from "./parity.ts";

const [heads, group, keySize, valueSize] = [2, 2, 8, 6];
type Part = keyof DeltaInputs;
const widths: Readonly<Record<Part, number>> = { q: keySize, k: keySize, v: valueSize, decay: 1, beta: 1 };
const parts = Object.keys(widths) as Part[];
const perHead = (part: Part): number => (part === "q" || part === "k" ? 1 : group);

/** One row, part by part: [heads, group, length, width]. */
type Row = Readonly<Record<Part, Float32Array>>;

/** Keys of length 1. Similar ones, hardly any decay and corrections in full are hardest to invert. */
function rowOf(length: number, { similar = false, seed = "row" } = {}): Row {
  const random = seededRandom("gated delta", seed);
  const drawn = (part: Part): number => {
    if (part === "decay") return similar ? 0 : -2 * random() ** 3;
    if (part === "beta") return similar ? 0.999 : random();
    return part === "k" && similar ? 1 + 0.02 * random() : random() - 0.5;
  };
  return Object.fromEntries(
    parts.map(part => {
      const width = widths[part];
      const values = Float32Array.from({ length: heads * perHead(part) * length * width }, () => drawn(part));
      if (part === "k")
        for (let at = 0; at < values.length; at += width) {
          const key = values.subarray(at, at + width);
          const norm = Math.hypot(...key);
          key.forEach((x, i) => {
            key[i] = x / norm;
          });
        }
      return [part, values];
    }),
  ) as Row;
}

/** As the rule says. @returns Outputs [heads·group, length, valueSize] and the memories at the end. */
function tokenByToken(row: Row, positions: readonly number[]) {
  const length = positions.length;
  const outputs = new Float32Array(heads * group * length * valueSize);
  const memories: number[] = [];
  for (let h = 0; h < heads * group; h++) {
    const at = (part: Part, t: number): number[] => {
      const head = perHead(part) === 1 ? Math.floor(h / group) : h;
      const from = (head * length + t) * widths[part];
      return Array.from(row[part].subarray(from, from + widths[part]));
    };
    let memory = Array.from({ length: keySize }, () => new Float64Array(valueSize));
    for (const [t, position] of positions.entries()) {
      const kept = position === 0 ? 0 : Math.exp(at("decay", t)[0] as number);
      memory = memory.map(line => line.map(x => x * kept));
      const [q, k, v, [beta = 0]] = [at("q", t), at("k", t), at("v", t), at("beta", t)];
      const answer = (key: number[], j: number): number =>
        key.reduce((sum, x, i) => sum + x * (memory[i]?.[j] as number), 0);
      const change = v.map((x, j) => beta * (x - answer(k, j)));
      memory = memory.map((line, i) => line.map((x, j) => x + (k[i] as number) * (change[j] as number)));
      for (let j = 0; j < valueSize; j++) outputs[(h * length + t) * valueSize + j] = answer(q, j);
    }
    memories.push(...memory.flatMap(line => [...line]));
  }
  return { outputs, memory: Float32Array.from(memories) };
}

async function chunked(row: Row, positions: readonly number[]): Promise<Float32Array> {
  const length = positions.length;
  const g = new GraphBuilder();
  const chunks = packedChunks(g, g.input("positions", "int64", [1, length]));
  const count = Number(chunks.visible.shape[3]);
  const inputs = Object.fromEntries(
    parts.map(part => {
      const shape = [1, heads, perHead(part), count, length / count, widths[part]];
      return [part, g.input(part, "float32", shape)];
    }),
  ) as unknown as DeltaInputs;
  g.output("y", gatedDelta(g, inputs, chunks, null).outputs);
  const session = await Session.create(encodeModel(g, "delta"), "cpu");
  const feeds: Feeds = {
    positions: tensor(BigInt64Array.from(positions, BigInt), [1, length]),
    ...Object.fromEntries(
      parts.map(part => [
        part,
        tensor(row[part], [1, heads, perHead(part), count, length / count, widths[part]]),
      ]),
    ),
  };
  const y = float32Of((await session.run(feeds)).y, "y").slice();
  await session.release();
  return y;
}

const counted = (...lengths: number[]): number[] =>
  lengths.flatMap(length => Array.from({ length }, (_, i) => i));

const rows: readonly [label: string, positions: number[], similar?: true][] = [
  ["one example within a chunk", counted(40)],
  ["one example over three chunks", counted(192)],
  ["examples that begin and end within and at the borders of chunks", counted(64, 1, 63, 100, 3, 25)],
  ["padding at the end, each token by itself", [...counted(70, 50), 0, 0, 0, 0, 0, 0, 0, 0]],
  ["a row that 64 does not divide", counted(30, 90, 40)],
  ["keys that are almost the same, corrected in full", counted(128), true],
];

for (const [label, positions, similar = false] of rows)
  test(label, async t => {
    const row = rowOf(positions.length, { similar });
    const difference = largestDifference(await chunked(row, positions), tokenByToken(row, positions).outputs);
    t.diagnostic(`largest relative difference ${difference.toExponential(1)}`);
    assert.ok(difference < 1e-5, `differs by ${difference}`);
  });

test("steps of several lengths, with padding, from the memory of the step before", async () => {
  const length = 100;
  const row = rowOf(length, { seed: "steps" });
  const expected = tokenByToken(row, counted(length));
  const g = new GraphBuilder();
  const shapes = Object.fromEntries(
    parts.map(part => [part, [1, heads, perHead(part), 1, "length", widths[part]]]),
  );
  const inputs = Object.fromEntries(
    parts.map(part => [part, g.input(part, "float32", shapes[part] as (number | string)[])]),
  ) as unknown as DeltaInputs;
  const memoryShape = [1, heads, group, 1, keySize, valueSize];
  const chunk = stepChunk(g, g.input("tokens", "int64", [1]), "length");
  const after = gatedDelta(g, inputs, chunk, g.input("memory", "float32", memoryShape));
  g.output("y", after.outputs);
  g.output("after", reshape(g, after.memory, memoryShape));
  const session = await Session.create(encodeModel(g, "step"), "cpu");
  let memory = new Float32Array(heads * group * keySize * valueSize);
  const found = new Float32Array(expected.outputs.length);
  let from = 0;
  for (const [taken, padding] of [
    [64, 0],
    [1, 0],
    [20, 9],
    [1, 3],
    [14, 0],
  ] as const) {
    const all = taken + padding;
    const feeds: Record<string, Feeds[string]> = {
      tokens: tensor(BigInt64Array.of(BigInt(all)), [1]),
      memory: tensor(memory, memoryShape),
    };
    for (const part of parts) {
      const [count, width] = [heads * perHead(part), widths[part]];
      // Padding neither decays nor corrects; its keys and values may be anything
      const values = new Float32Array(count * all * width).fill(
        part === "decay" || part === "beta" ? 0 : 0.7,
      );
      for (let h = 0; h < count; h++) {
        const start = (h * length + from) * width;
        values.set(row[part].subarray(start, start + taken * width), h * all * width);
      }
      feeds[part] = tensor(values, [1, heads, perHead(part), 1, all, width]);
    }
    const output = await session.run(feeds as Feeds);
    memory = float32Of(output.after, "after").slice();
    const y = float32Of(output.y, "y");
    for (let h = 0; h < heads * group; h++)
      found.set(
        y.subarray(h * all * valueSize, (h * all + taken) * valueSize),
        (h * length + from) * valueSize,
      );
    from += taken;
  }
  await session.release();
  assert.equal(from, length);
  assert.ok(largestDifference(found, expected.outputs) < 1e-5);
  assert.ok(largestDifference(memory, expected.memory) < 1e-5);
});
