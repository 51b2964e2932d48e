// Generation: rows that share a batch never influence each other, whatever else changes about the batch.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { seededRandom } from "../../src/common/random.ts";
import { type AdapterShape, adapterName, trainables, type WeightPlan } from "../../src/graph/nn/weights.ts";
import { commonShape, fitAdapter } from "../../src/runtime/generation/adapters.ts";
import type { GenerationRequest, GeneratorOptions } from "../../src/runtime/generation/generationRequest.ts";
import { Generator } from "../../src/runtime/generation/generator.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { GraphFolder } from "../../src/runtime/ort/graphFolder.ts";
import { type Feeds, tensor } from "../../src/runtime/ort/session.ts";

const fixtures = join(import.meta.dirname, "fixtures");
const cleanUp: (() => void)[] = [];
after(() => {
  for (const step of cleanUp) step();
});

const random = seededRandom("generation test");
const token = (): number => 4 + Math.floor(random() * 90);
const system = Array.from({ length: 7 }, token);
/** Of 1 to 30 tokens, not in the order of their lengths; the vocabulary has 96. */
const prompts = Array.from({ length: 25 }, (_, i) => Array.from({ length: 1 + ((i * 7) % 30) }, token));
const withSystem = prompts.map(ids => [...system, ...ids]);

const greedy: GenerationRequest = { maxNewTokens: 24, stopIds: [5, 17], temperature: 0, topP: 1, seed: 1 };

async function generatorOf(
  model: string,
  more: Partial<GeneratorOptions> = {},
  adapter: AdapterShape = { rank: 0, alpha: 0 },
): Promise<{ generator: Generator; plan: WeightPlan & AdapterShape }> {
  const opened = openModel(join(fixtures, model));
  const folder = new GraphFolder(opened);
  cleanUp.push(() => folder.remove());
  const plan = { kind: "frozen", stored: folder.stored, ...adapter } as const;
  const generator = await Generator.create({
    config: opened.config.decoder,
    plan,
    parameters: {},
    device: "cpu",
    store: bytes => folder.write("generation", bytes),
    maxPositions: 128,
    ...more,
  });
  return { generator, plan };
}

const tied = join("models", "tied");

for (const model of [tied, ...["gemma3", "lfm2", "qwen3_5"].map(name => join("architectures", name))]) {
  test(`${model}: the number of slots and the pieces of a prompt change nothing`, async () => {
    const { generator } = await generatorOf(model);
    const expected = await generator.generate(prompts, greedy);
    assert.ok(new Set(expected.map(({ ids }) => ids.length)).size > 3, "rows end at different times");
    assert.ok(expected.some(({ stopped }) => stopped) && expected.some(({ stopped }) => !stopped));
    for (const more of [{ slots: 1 }, { slots: 3 }, { slots: 8, prefillTokens: 4 }]) {
      const { generator: other } = await generatorOf(model, more);
      assert.deepEqual(await other.generate(prompts, greedy), expected, JSON.stringify(more));
      await other.release();
    }
    for (const i of [0, 4, 11]) {
      assert.deepEqual(await generator.generate([prompts[i] as number[]], greedy), [expected[i]]);
    }
    await generator.release();
  });

  test(`${model}: what all prompts begin with is computed once, with the same responses`, async () => {
    const { generator } = await generatorOf(model, { slots: 4 });
    const together = await generator.generate(withSystem, greedy);
    for (let i = 0; i < withSystem.length; i += 6) {
      const ids = withSystem[i] as number[];
      assert.deepEqual(await generator.generate([ids], greedy), [together[i]], `prompt ${i}`);
    }
    await generator.release();
  });

  test(`${model}: prompts of more than one step, together and alone`, async () => {
    const { generator } = await generatorOf(model);
    const long = [100, 3, 70, 65, 64, 90].map(length => Array.from({ length }, token));
    const request = { ...greedy, maxNewTokens: 12 };
    const together = await generator.generate(long, request);
    for (const [i, ids] of long.entries())
      assert.deepEqual(await generator.generate([ids], request), [together[i]], `prompt ${i}`);
    await generator.release();
  });
}

test("sampled responses depend on seed and prompt, not on the batch", async () => {
  const request = { ...greedy, temperature: 1.2, topP: 0.9 };
  const { generator } = await generatorOf(tied, { slots: 64 });
  const { generator: narrow } = await generatorOf(tied, { slots: 2, prefillTokens: 6 });
  const responses = await generator.generate(prompts, request);
  assert.deepEqual(await narrow.generate(prompts, request), responses);
  assert.notDeepEqual(await generator.generate(prompts, { ...request, seed: 2 }), responses);
  await generator.release();
  await narrow.release();
});

test("no prompts have no responses", async () => {
  const { generator } = await generatorOf(tied);
  assert.deepEqual(await generator.generate([], greedy), []);
  await generator.release();
});

test("progress counts prompts one by one, and a cancelled generation ends between two steps", async () => {
  const { generator } = await generatorOf(tied, { slots: 4 });
  const counts: number[] = [];
  await generator.generate(prompts, { ...greedy, onProgress: done => counts.push(done) });
  assert.deepEqual(
    counts,
    prompts.map((_, i) => i + 1),
  );
  const controller = new AbortController();
  let seen = 0;
  const onProgress = (done: number): void => {
    seen = done;
    if (done >= 5) controller.abort(new Error("stopped"));
  };
  await assert.rejects(
    generator.generate(prompts, { ...greedy, signal: controller.signal, onProgress }),
    /stopped/,
  );
  assert.ok(seen >= 5 && seen < 9, `${seen} prompts were answered before it ended`);
  await generator.release();
});

/** Weights large enough to change what the model says. */
function adapterFor(plan: WeightPlan, seed: number): Feeds {
  const draw = seededRandom("adapter", seed);
  const { decoder } = openModel(join(fixtures, tied)).config;
  return Object.fromEntries(
    trainables(decoder, plan).map(({ name, shape }) => {
      const [rows = 0, columns = 0] = shape;
      return [
        name,
        tensor(
          Float32Array.from({ length: rows * columns }, () => draw() - 0.5),
          shape,
        ),
      ];
    }),
  );
}

test("adapters of other ranks and scales over one session answer as in a session of their own", async () => {
  const { decoder } = openModel(join(fixtures, tied)).config;
  const { generator, plan } = await generatorOf(tied, {}, { rank: 6, alpha: 3 });
  const answers: unknown[] = [];
  for (const [i, shape] of [
    { rank: 6, alpha: 3 },
    { rank: 2, alpha: 8 },
    { rank: 4, alpha: 4 },
    { rank: 4, alpha: 4, scaling: "rslora", targets: ["q_proj", "mlp.*"] } as const,
  ].entries()) {
    const own = await generatorOf(tied, {}, shape);
    const parameters = adapterFor(own.plan, i);
    const expected = await own.generator.generate(prompts, { ...greedy, parameters });
    const fitted = fitAdapter(decoder, plan, { ...shape, parameters });
    assert.deepEqual(await generator.generate(prompts, { ...greedy, parameters: fitted }), expected);
    answers.push(expected);
    await own.generator.release();
  }
  const base = await generatorOf(tied);
  const untuned = await base.generator.generate(prompts, greedy);
  const parameters = fitAdapter(decoder, plan, null);
  assert.deepEqual(await generator.generate(prompts, { ...greedy, parameters }), untuned);
  for (const answer of answers) assert.notDeepEqual(answer, untuned);
  await generator.release();
  await base.generator.release();
});

test("adapters of several shapes share the widest rank and all layers that one of them has", () => {
  const [narrow, wide] = [
    { rank: 2, alpha: 1, targets: ["q_proj"] },
    { rank: 4, alpha: 8 },
  ] as const;
  assert.equal(commonShape([]), null);
  assert.equal(commonShape([{ rank: 0, alpha: 0 }]), null);
  assert.deepEqual(commonShape([{ rank: 0, alpha: 0 }, narrow]), narrow);
  assert.deepEqual(commonShape([narrow, { ...narrow, rank: 3 }]), { ...narrow, rank: 3 });
  assert.deepEqual(commonShape([narrow, wide]), { ...wide, targets: "all-linear" });
});

test("an adapter of a smaller rank is filled up with zeros and takes in the ratio of the scales", () => {
  const { decoder } = openModel(join(fixtures, tied)).config;
  const own: WeightPlan = { kind: "frozen", stored: new Map(), rank: 1, alpha: 4 };
  const parameters = adapterFor(own, 9);
  const plan = { kind: "frozen", stored: new Map(), rank: 2, alpha: 1 } as const;
  const fitted = fitAdapter(decoder, plan, { rank: 1, alpha: 4, parameters });
  const name = adapterName("model.layers.0.self_attn.k_proj", "B");
  const before = Array.from(parameters[name]?.data as Float32Array);
  assert.deepEqual(fitted[name]?.dims, [16, 2]);
  assert.deepEqual(
    Array.from(fitted[name]?.data as Float32Array),
    before.flatMap(x => [x * 8, 0]),
  );
  const chosen = { ...own, targets: ["q_proj"] } as const;
  const some = fitAdapter(decoder, plan, { ...chosen, parameters: adapterFor(chosen, 9) });
  const without = some[name]?.data;
  assert.ok(without instanceof Float32Array && without.every(x => x === 0), "a layer without an adapter");
  assert.deepEqual(Object.keys(some), Object.keys(fitted));
  assert.throws(
    () => fitAdapter(decoder, { ...plan, targets: ["q_proj"] }, { ...own, parameters }),
    /k_proj/,
  );
  assert.throws(() => fitAdapter(decoder, { ...plan, rank: 1 }, { rank: 2, alpha: 4, parameters }), /rank 2/);
});
