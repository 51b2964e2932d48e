// The mixture file: every form read, every fault found at its place with its remedy.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { SourceRange } from "../../../src/common/diagnostic.ts";
import { findMixture, parseMixtureFile } from "../../../src/core/mixtureFile/parse.ts";

const complete = `version: 1
model: pinch/starter                    # built in
seed: 7
budget: 4640
data:
  train: data/train/{language}.jsonl
  eval:  data/eval/{language}.jsonl
  dev:   data/dev/{language}.jsonl
mixtures:
  english:  { monolingual: en }
  pinch:    { base: en, spread: 40, over: [ar, zh, cs, et, fi, he, hi, it, ru, es, sw] }
  p10:      { base: en, spread: 10%, over: all }
  uniform:  { uniform: all }
  four:     { uniform: [en, es, ru, sw] }
  shares:   { shares: { en: 80%, it: 15%, sw: 5% } }
  tempered: { temperature: 3, languages: all }
  curve:    { base: en, spread: [1%, 10%, 20%, 100%], over: all }
train:
  method: lora
  lora: { rank: 8, alpha: 24, targets: all-linear }
  epochs: 2
  batchTokens: 2048
  learningRate: 3e-4
  base: int4
  gradientCheckpointing: on
  schedule: linear
  warmup: 5%
  weightDecay: 0.01
  betas: [0.8, 0.99]
  epsilon: 1e-6
  clipNorm: 0
  maxTokens: 256
evaluate:
  languages: [en, sw]
  maxNewTokens: 64
  prompts: 40
  during: 25
  metrics: [language, checks]
  temperature: 0.7
  topP: 0.9
  identifier: models/lid.176.ftz
`;

const head = "version: 1\nmodel: m\nbudget: 100\ndata: { train: '{language}.jsonl' }\n";
const oneMixture = "mixtures: { english: { monolingual: en } }\n";

function textAt(text: string, { start, end }: SourceRange): string {
  const lines = text.split("\n");
  if (start.line !== end.line)
    return lines
      .slice(start.line, end.line + 1)
      .join("\n")
      .slice(start.column);
  return (lines[start.line] ?? "").slice(start.column, end.column);
}

/** `code text-at-range` of each diagnostic. */
function found(text: string): string[] {
  return parseMixtureFile(text).diagnostics.map(d => `${d.code} ${textAt(text, d.range).trim()}`);
}

describe("a file without faults", () => {
  it("is read whole", () => {
    const { file, diagnostics } = parseMixtureFile(complete);
    assert.deepEqual(diagnostics, []);
    assert.ok(file);
    const { mixtures, ...rest } = file;
    assert.deepEqual(rest, {
      version: 1,
      model: "pinch/starter",
      seeds: [7],
      budget: 4640,
      data: {
        train: [{ file: "data/train/{language}.jsonl" }],
        eval: [{ file: "data/eval/{language}.jsonl" }],
        dev: [{ file: "data/dev/{language}.jsonl" }],
      },
      train: {
        method: "lora",
        lora: { rank: 8, alpha: 24, targets: "all-linear" },
        base: "int4",
        gradientCheckpointing: "on",
        epochs: 2,
        batchTokens: 2048,
        learningRate: 3e-4,
        schedule: "linear",
        warmup: 0.05,
        weightDecay: 0.01,
        betas: [0.8, 0.99],
        epsilon: 1e-6,
        clipNorm: 0,
        maxTokens: 256,
      },
      evaluate: {
        languages: ["en", "sw"],
        prompts: 40,
        during: 25,
        maxNewTokens: 64,
        metrics: ["language", "checks"],
        temperature: 0.7,
        topP: 0.9,
        identifier: "models/lid.176.ftz",
      },
    });
    const eleven = ["ar", "zh", "cs", "et", "fi", "he", "hi", "it", "ru", "es", "sw"];
    const curve = [1, 10, 20, 100].map(percent => ({
      name: `curve@${percent}%`,
      key: "curve",
      form: { kind: "spread", base: "en", spread: { percent }, over: "all" },
    }));
    const named = (name: string, form: object) => ({ name, key: name, form });
    assert.deepEqual(mixtures, [
      named("english", { kind: "monolingual", language: "en" }),
      named("pinch", { kind: "spread", base: "en", spread: { examples: 40 }, over: eleven }),
      named("p10", { kind: "spread", base: "en", spread: { percent: 10 }, over: "all" }),
      named("uniform", { kind: "uniform", over: "all" }),
      named("four", { kind: "uniform", over: ["en", "es", "ru", "sw"] }),
      named("shares", { kind: "shares", shares: { en: 80, it: 15, sw: 5 } }),
      named("tempered", { kind: "temperature", temperature: 3, over: "all" }),
      ...curve,
    ]);
  });

  it("means the same with Windows line breaks and a byte order mark", () => {
    const { file } = parseMixtureFile(complete);
    assert.deepEqual(parseMixtureFile(`\ufeff${complete.replaceAll("\n", "\r\n")}`).file, file);
  });

  it("gets every default", () => {
    const { file } = parseMixtureFile(head + oneMixture);
    assert.ok(file);
    assert.deepEqual(file.seeds, [1]);
    assert.equal(file.data.eval, null);
    assert.equal(file.data.dev, null);
    assert.deepEqual(file.train, {
      method: "lora",
      lora: { rank: 16, alpha: 32, targets: "all-linear" },
      base: "float",
      gradientCheckpointing: "auto",
      epochs: 3,
      batchTokens: 4096,
      learningRate: 2e-4,
      schedule: "cosine",
      warmup: 0.03,
      weightDecay: 0,
      betas: [0.9, 0.95],
      epsilon: 1e-8,
      clipNorm: 1,
      maxTokens: 512,
    });
    assert.deepEqual(file.evaluate, {
      languages: "all",
      maxNewTokens: 128,
      metrics: ["language", "checks", "likelihood"],
      temperature: 0,
      topP: 1,
    });
  });

  it("full training has a lower rate by default; a small batch a smaller longest example", () => {
    const { file } = parseMixtureFile(
      `${head}${oneMixture}train: { method: full, batchTokens: 128, warmup: 0.1 }`,
    );
    assert.equal(file?.train.learningRate, 2e-5);
    assert.equal(file?.train.maxTokens, 128);
    assert.equal(file?.train.warmup, 0.1);
  });

  it("steps, examples a step and the weight of examples; what they replace is not written down", () => {
    const read = (train: string) => parseMixtureFile(`${head}${oneMixture}train: ${train}`);
    const { file, diagnostics } = read(
      "{ epochs: 2, batchExamples: 16, lossWeight: example, maxTokens: 5000 }",
    );
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(
      [file?.train.epochs, file?.train.steps, file?.train.batchExamples, file?.train.lossWeight],
      [2, undefined, 16, "example"],
    );
    assert.deepEqual(read("{ steps: 300 }").diagnostics, []);
    assert.equal(read("{ steps: 300 }").file?.train.steps, 300);
    assert.deepEqual(read("{ steps: 1000, batchExamples: 100 }").diagnostics, []);
    assert.ok(!("lossWeight" in (read("{ lossWeight: token }").file?.train ?? {})), "as in earlier runs");
  });

  it("layers with adapters: all, one, several, patterns", () => {
    const read = (targets: string) =>
      parseMixtureFile(`${head}${oneMixture}train: { lora: { targets: ${targets} } }`).file?.train.lora
        .targets;
    assert.equal(read("all-linear"), "all-linear");
    assert.deepEqual(read("q_proj"), ["q_proj"]);
    assert.deepEqual(read('[v_proj, "mlp.*"]'), ["v_proj", "mlp.*"]);
  });

  it("the adapter to start from", () => {
    const read = (lora: string) =>
      parseMixtureFile(`${head}${oneMixture}train: { lora: { ${lora} } }`).file?.train.lora;
    assert.equal(read("from: ../first/adapter")?.from, "../first/adapter");
    assert.ok(!("from" in (read("rank: 8") ?? {})), "as in earlier runs");
  });

  it("embeddings; false is not written down", () => {
    const read = (train: string) => parseMixtureFile(`${head}${oneMixture}train: { ${train} }`).file?.train;
    assert.equal(read("embeddings: true")?.embeddings, true);
    assert.ok(!("embeddings" in (read("embeddings: false") ?? {})), "as in earlier runs");
  });

  it("noise on embeddings; 0, which is none, is not written down", () => {
    const read = (neftune: string) =>
      parseMixtureFile(`${head}${oneMixture}train: { neftune: ${neftune} }`).file?.train;
    assert.equal(read("5")?.neftune, 5);
    assert.ok(!("neftune" in (read("0") ?? {})), "as in earlier runs");
  });

  it("label smoothing; 0, which is none, is not written down", () => {
    const read = (smoothing: string) =>
      parseMixtureFile(`${head}${oneMixture}train: { labelSmoothing: ${smoothing} }`).file?.train;
    assert.equal(read("0.1")?.labelSmoothing, 0.1);
    assert.ok(!("labelSmoothing" in (read("0") ?? {})), "as in earlier runs");
  });

  it("early stopping, with defaults for what is not written", () => {
    const text = `${head}${oneMixture}`.replace("data: {", "data: { dev: 'd/{language}.jsonl',");
    const read = (rule: string) =>
      parseMixtureFile(`${text}train: { earlyStopping: ${rule} }\nevaluate: { during: 5 }`).file?.train;
    assert.deepEqual(read("{ patience: 5, minDelta: 0.01 }")?.earlyStopping, { patience: 5, minDelta: 0.01 });
    assert.deepEqual(read("{ patience: 2 }")?.earlyStopping, { patience: 2, minDelta: 0 });
    assert.deepEqual(read("{ minDelta: 0.5 }")?.earlyStopping, { patience: 3, minDelta: 0.5 });
    assert.ok(!("earlyStopping" in (parseMixtureFile(`${text}train: { epochs: 1 }`).file?.train ?? {})));
  });

  it("the scaling of adapters and the ratio of LoRA+; the usual ones are not written down", () => {
    const read = (lora: string) =>
      parseMixtureFile(`${head}${oneMixture}train: { lora: { ${lora} } }`).file?.train.lora;
    const { rank, alpha, targets } = read("rank: 16") ?? {};
    assert.deepEqual(read("scaling: rslora, plusRatio: 16, dora: true, dropout: 0.05"), {
      rank,
      alpha,
      targets,
      scaling: "rslora",
      plusRatio: 16,
      dora: true,
      dropout: 0.05,
    });
    assert.deepEqual(
      read("scaling: standard, plusRatio: 1, dora: false, dropout: 0"),
      { rank, alpha, targets },
      "as in earlier runs",
    );
  });

  it("several seeds, sweeps of languages and temperatures, anchors, Norwegian", () => {
    const text = `${head}seeds: [7, 8, 9]\nmixtures:\n  one: { monolingual: [en, no] }\n  t: { temperature: [1, 2.5], languages: &two [en, no] }\n  u: { uniform: *two }\n`;
    const { file, diagnostics } = parseMixtureFile(text);
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(file?.seeds, [7, 8, 9]);
    assert.deepEqual(
      file?.mixtures.map(m => m.name),
      ["one@en", "one@no", "t@1", "t@2.5", "u"],
    );
    assert.deepEqual(file?.mixtures.at(-1)?.form, { kind: "uniform", over: ["en", "no"] });
  });

  it("tags are made canonical, and it is said", () => {
    const text = `${head}mixtures: { m: { uniform: [EN, iw] } }`;
    const { file, diagnostics } = parseMixtureFile(text);
    assert.deepEqual(file?.mixtures[0]?.form, { kind: "uniform", over: ["en", "he"] });
    assert.deepEqual(
      diagnostics.map(d => d.severity),
      ["information", "information"],
    );
  });
});

describe("a list of learning rates", () => {
  const withDev = head.replace("'{language}.jsonl'", "$&, dev: 'dev/{language}.jsonl'");
  const rates = (list: string, before = withDev) => `${before}${oneMixture}train: { learningRate: ${list} }`;

  it("is kept in its order, whatever is usual: the development data decide", () => {
    const { file, diagnostics } = parseMixtureFile(rates("[5e-2, 1e-4, 2e-3]"));
    assert.deepEqual(diagnostics, []);
    assert.deepEqual(file?.train.learningRate, [5e-2, 1e-4, 2e-3]);
  });

  it("has 2 to 8 rates, each once and each one that a single rate may be", () => {
    assert.deepEqual(found(rates("[1e-4]")), ["bad-number [1e-4]"]);
    assert.deepEqual(found(rates("[]")), ["bad-number []"]);
    const nine = `[${Array.from({ length: 9 }, (_, i) => `${i + 1}e-4`).join(", ")}]`;
    assert.deepEqual(found(rates(nine)), [`bad-number ${nine}`]);
    assert.deepEqual(found(rates("[1e-4, 2e-4, 0.0001]")), ["duplicate-value 0.0001"]);
    assert.deepEqual(found(rates("[1e-4, fast, 2]")), ["wrong-type fast", "bad-number 2"]);
    assert.equal(parseMixtureFile(rates("[1e-4]")).file, null);
  });

  it("needs development data: evaluation data are not there for choosing", () => {
    const [fault, ...others] = parseMixtureFile(rates("[1e-4, 2e-4]", head)).diagnostics;
    assert.deepEqual(others, []);
    assert.deepEqual([fault?.severity, fault?.code, fault?.meant], ["error", "missing-key", "data.dev"]);
    assert.match(fault?.message ?? "", /"learningRate" is a list, but "data\.dev" is missing/);
  });
});

describe("one fault", () => {
  /** Text after `head`, then the diagnostics as `code text-at-range`, then the remedy of the first. */
  const cases: readonly (readonly [string, string, readonly string[], RegExp])[] = [
    ["unknown key", `${oneMixture}sede: 3`, ["unknown-key sede"], /"seed"/],
    [
      "key of another section",
      `${oneMixture}learning_rate: 3`,
      ["unknown-key learning_rate"],
      /under "train" as "learningRate"/,
    ],
    [
      "key of another tool, with another name here",
      `${oneMixture}train: { max_grad_norm: 1, lora: { r: 16 } }`,
      ["unknown-key max_grad_norm", "unknown-key r"],
      /In Pinch, it is "clipNorm"/,
    ],
    [
      "key of another tool, elsewhere here",
      `${oneMixture}train: { lora_alpha: 16 }`,
      ["unknown-key lora_alpha"],
      /In Pinch, it is "train\.lora\.alpha"/,
    ],
    [
      "key of another tool, done otherwise here",
      `${oneMixture}train: { gradientAccumulation: 4 }`,
      ["unknown-key gradientAccumulation"],
      /"batchExamples" is the size of a whole optimizer step/,
    ],
    [
      "key of another tool, similar to one here",
      `${oneMixture}train: { maxSteps: 100 }`,
      ["unknown-key maxSteps"],
      /"steps" with "batchExamples"/,
    ],
    ["key of another tool, for nothing here", `${oneMixture}bf16: true`, ["unknown-key bf16"], /float32/],
    ["unknown key in train", `${oneMixture}train: { epoch: 3 }`, ["unknown-key epoch"], /"epochs"/],
    [
      "unknown key in a mixture",
      "mixtures: { m: { base: en, spred: 3, over: all, spread: 3 } }",
      ["unknown-key spred"],
      /Known keys in a mixture/,
    ],
    ["wrong type of a section", `${oneMixture}train: lora`, ["wrong-type lora"], /method: lora/],
    ["empty section", `${oneMixture}evaluate:`, ["missing-value evaluate"], /languages: all/],
    ["wrong type of a number", `${oneMixture}train: { epochs: three }`, ["wrong-type three"], /^$/],
    ["number in quotes", `${oneMixture}seed: "7"`, ['wrong-type "7"'], /^$/],
    ["number out of range", `${oneMixture}train: { epochs: 0 }`, ["bad-number 0"], /^$/],
    ["fraction", `${oneMixture}train: { lora: { rank: 1.5 } }`, ["bad-number 1.5"], /^$/],
    ["no target", `${oneMixture}train: { lora: { targets: [] } }`, ["no-targets []"], /\[q_proj, v_proj\]/],
    [
      "target twice",
      `${oneMixture}train: { lora: { targets: [q_proj, v_proj, q_proj] } }`,
      ["duplicate-value q_proj"],
      /Remove/,
    ],
    [
      "target that is not text",
      `${oneMixture}train: { lora: { targets: [q_proj, 3, { a: b }] } }`,
      ["wrong-type 3", "wrong-type { a: b }"],
      /^$/,
    ],
    [
      "all-linear in a list",
      `${oneMixture}train: { lora: { targets: [all-linear] } }`,
      ["unknown-value all-linear"],
      /without a list/,
    ],
    [
      "all-linear misspelt",
      `${oneMixture}train: { lora: { targets: all_linear } }`,
      ["unknown-value all_linear"],
      /"all-linear"/,
    ],
    ["unknown scaling", `${oneMixture}train: { lora: { scaling: rs } }`, ["unknown-value rs"], /^$/],
    ["embeddings by name", `${oneMixture}train: { embeddings: all }`, ["wrong-type all"], /true or false/],
    [
      "embeddings of a model that is trained in full",
      `${oneMixture}train: { method: full, embeddings: true }`,
      ["unused-key embeddings"],
      /method: lora/,
    ],
    ["negative noise", `${oneMixture}train: { neftune: -5 }`, ["bad-number -5"], /^$/],
    ["labels without targets", `${oneMixture}train: { labelSmoothing: 1 }`, ["bad-number 1"], /^$/],
    ["slower B", `${oneMixture}train: { lora: { plusRatio: 0.5 } }`, ["bad-number 0.5"], /^$/],
    ["everything dropped", `${oneMixture}train: { lora: { dropout: 1 } }`, ["bad-number 1"], /^$/],
    [
      "DoRA in words",
      `${oneMixture}train: { lora: { dora: yes please } }`,
      ["wrong-type yes please"],
      /true or false/,
    ],
    ["infinite number", `${oneMixture}train: { clipNorm: .inf }`, ["bad-number .inf"], /^$/],
    ["warmup above one", `${oneMixture}train: { warmup: 3 }`, ["bad-number 3"], /3%/],
    ["betas", `${oneMixture}train: { betas: [0.9] }`, ["wrong-type [0.9]"], /\[0\.9, 0\.95\]/],
    ["beta of one", `${oneMixture}train: { betas: [0.9, 1] }`, ["bad-number 1"], /^$/],
    ["unknown method", `${oneMixture}train: { method: lorra }`, ["unknown-value lorra"], /"lora"/],
    ["unknown metric", `${oneMixture}evaluate: { metrics: [checks, judge] }`, ["unknown-value judge"], /^$/],
    [
      "metric twice",
      `${oneMixture}evaluate: { metrics: [checks, checks] }`,
      ["duplicate-value checks"],
      /Remove/,
    ],
    ["no metric", `${oneMixture}evaluate: { metrics: [] }`, ["no-metrics []"], /likelihood/],
    [
      "example longer than the batch",
      `${oneMixture}train: { batchTokens: 64, maxTokens: 65 }`,
      ["batch-too-small 65"],
      /65/,
    ],
    [
      "tokens and examples a step",
      `${oneMixture}train: { batchExamples: 8, batchTokens: 64 }`,
      ["unused-key batchTokens"],
      /Remove/,
    ],
    [
      "passes beside steps of examples",
      `${oneMixture}train: { batchExamples: 8, steps: 9, epochs: 2 }`,
      ["unused-key epochs"],
      /Remove/,
    ],
    ["no example in a step", `${oneMixture}train: { batchExamples: 0 }`, ["bad-number 0"], /^$/],
    [
      "more examples a step than the budget",
      `${oneMixture}train: { batchExamples: 101 }`,
      ["bad-number 101"],
      /at most 100/,
    ],
    ["more steps than examples", `${oneMixture}train: { steps: 301 }`, ["bad-number 301"], /at most 300/],
    ["unknown weight", `${oneMixture}train: { lossWeight: tokens }`, ["unknown-value tokens"], /"token"/],
    [
      "lora with full",
      `${oneMixture}train: { method: full, lora: { rank: 2 } }`,
      ["unused-key lora"],
      /Remove/,
    ],
    [
      "integer base with full",
      `${oneMixture}train: { method: full, base: int4 }`,
      ["unused-key base"],
      /method: lora/,
    ],
    ["seed and seeds", `${oneMixture}seed: 1\nseeds: [2]`, ["seed-and-seeds seed"], /one of them/],
    ["seed twice", `${oneMixture}seeds: [2, 2]`, ["duplicate-value 2"], /Remove/],
    ["no seeds", `${oneMixture}seeds: []`, ["no-seeds []"], /\[1, 2, 3\]/],
    ["negative seed", `${oneMixture}seed: -1`, ["bad-number -1"], /^$/],
    ["no mixtures", "mixtures: {}", ["no-mixtures {}"], /monolingual: en/],
    ["nothing under mixtures", "mixtures:", ["missing-value mixtures"], /monolingual: en/],
    [
      "mixture twice",
      "mixtures:\n  a: { monolingual: en }\n  a: { monolingual: fi }",
      ["duplicate-key a"],
      /rename/,
    ],
    ["key twice", `${oneMixture}seed: 1\nseed: 2`, ["duplicate-key seed"], /Remove/],
    ["reserved name", "mixtures: { base: { monolingual: en } }", ["bad-name base"], /another name/],
    ["name with a slash", "mixtures: { a/b: { monolingual: en } }", ["bad-name a/b"], /letters/],
    ["name of a sweep's member", "mixtures: { c@1%: { monolingual: en } }", ["bad-name c@1%"], /letters/],
    [
      "long name",
      `mixtures: { ${"x".repeat(61)}: { monolingual: en } }`,
      [`bad-name ${"x".repeat(61)}`],
      /60/,
    ],
    [
      "unknown language",
      "mixtures: { m: { monolingual: english } }",
      ["unknown-language english"],
      /"en" \(English\)/,
    ],
    ["country for language", "mixtures: { m: { uniform: [en, jp] } }", ["unknown-language jp"], /"ja"/],
    ["underscore", "mixtures: { m: { uniform: [en, zh_CN] } }", ["unknown-language zh_CN"], /"zh-CN"/],
    ["unknown share", "mixtures: { m: { shares: { finnish: 100% } } }", ["unknown-language finnish"], /"fi"/],
    [
      "unknown evaluation language",
      `${oneMixture}evaluate: { languages: [en, xx] }`,
      ["unknown-language xx"],
      /BCP-47/,
    ],
    ["language twice", "mixtures: { m: { uniform: [en, fi, en] } }", ["duplicate-language en"], /Remove/],
    [
      "all among languages",
      "mixtures: { m: { uniform: [en, all] } }",
      ["unknown-language all"],
      /one language/,
    ],
    [
      "all for one language",
      "mixtures: { m: { monolingual: all } }",
      ["unknown-language all"],
      /one language/,
    ],
    ["no languages", "mixtures: { m: { uniform: [] } }", ["no-languages []"], /all/],
    [
      "a map for languages",
      "mixtures: { m: { uniform: { en: 1 } } }",
      ["wrong-type { en: 1 }"],
      /\[en, fi\]/,
    ],
    ["empty mixture", "mixtures: { m: {} }", ["no-form m"], /monolingual: en/],
    ["mixture without a value", "mixtures:\n  m:", ["missing-value m"], /monolingual: en/],
    [
      "two forms",
      "mixtures: { m: { monolingual: en, uniform: all } }",
      ["mixed-forms uniform"],
      /two mixtures/,
    ],
    ["no base", "mixtures: { m: { spread: 30, over: all } }", ["missing-key m"], /base: en/],
    ["no over", "mixtures: { m: { base: en, spread: 30 } }", ["missing-key m"], /over: all/],
    ["no spread", "mixtures: { m: { base: en, over: all } }", ["missing-key m"], /spread: 10%/],
    ["no temperature", "mixtures: { m: { languages: all } }", ["missing-key m"], /temperature: 3/],
    ["temperature of zero", "mixtures: { m: { temperature: 0, languages: all } }", ["bad-number 0"], /^$/],
    [
      "spread over the budget",
      "mixtures: { m: { base: en, spread: 101, over: all } }",
      ["spread-over-budget 101"],
      /at most 100/,
    ],
    [
      "spread over 100%",
      "mixtures: { m: { base: en, spread: 101%, over: all } }",
      ["spread-over-budget 101%"],
      /100%/,
    ],
    [
      "grow in words",
      "mixtures: { m: { base: en, spread: 4, over: all, grow: please } }",
      ["wrong-type please"],
      /true or false/,
    ],
    [
      "grow without a spread",
      "mixtures: { m: { uniform: all, grow: true } }",
      ["mixed-forms uniform"],
      /one form/,
    ],
    [
      "thin growing spread",
      "mixtures: { m: { base: en, spread: 1, over: [fi, sw], grow: true } }",
      ["spread-thin 1"],
      /at least 2/,
    ],
    [
      "spread in words",
      "mixtures: { m: { base: en, spread: some, over: all } }",
      ["wrong-type some"],
      /40 or 10%/,
    ],
    [
      "negative spread",
      "mixtures: { m: { base: en, spread: -4, over: all } }",
      ["wrong-type -4"],
      /40 or 10%/,
    ],
    [
      "thin spread",
      "mixtures: { m: { base: en, spread: 1%, over: [fi, sw] } }",
      ["spread-thin 1%"],
      /at least 2/,
    ],
    [
      "sweep with a repeat",
      "mixtures: { m: { base: en, spread: [10%, 10%], over: all } }",
      ["duplicate-value 10%"],
      /Remove/,
    ],
    ["empty sweep", "mixtures: { m: { base: en, spread: [], over: all } }", ["empty-sweep []"], /sweep/],
    [
      "percentages below 100",
      "mixtures: { m: { shares: { en: 80%, fi: 15% } } }",
      ["shares-sum { en: 80%, fi: 15% }"],
      /Add 5%/,
    ],
    [
      "percentages above 100",
      "mixtures: { m: { shares: { en: 80%, fi: 25.5% } } }",
      ["shares-sum { en: 80%, fi: 25.5% }"],
      /Subtract 5\.5%/,
    ],
    [
      "share without a percent sign",
      "mixtures: { m: { shares: { en: 80%, fi: 20 } } }",
      ["wrong-type 20"],
      /Write 20%/,
    ],
    ["no shares", "mixtures: { m: { shares: {} } }", ["no-languages {}"], /80%/],
    [
      "the same share under two names",
      "mixtures: { m: { shares: { he: 50%, iw: 50% } } }",
      ["language-not-canonical iw", "duplicate-language iw"],
      /Use "he"/,
    ],
    ["alias of nothing", "mixtures: { m: { uniform: *x } }", ["bad-alias *x"], /"\*x".*&x/],
    [
      "name that begins with an asterisk",
      "mixtures: { m: { monolingual: en } }\ntrain: { lora: { targets: [*_proj] } }",
      ["bad-alias *_proj"],
      /quotes: "\*_proj"/,
    ],
  ];
  for (const [name, rest, expected, remedy] of cases) {
    it(name, () => {
      const { file, diagnostics } = parseMixtureFile(head + rest);
      assert.deepEqual(found(head + rest), expected);
      assert.match(diagnostics[0]?.remedy ?? "", remedy);
      assert.equal(
        file === null,
        diagnostics.some(d => d.severity === "error"),
      );
    });
  }

  const heads: readonly (readonly [string, string, readonly string[], RegExp])[] = [
    ["no version", "version: 1\n", ["missing-key v"], /Add it/],
    ["no model", "model: m\n", ["missing-key v"], /pinch\/starter/],
    ["no budget", "budget: 100\n", ["missing-key v"], /every mixture/],
    ["no data", "data: { train: '{language}.jsonl' }\n", ["missing-key v"], /data files/],
  ];
  for (const [name, line, expected, remedy] of heads) {
    it(name, () => {
      const text = (head + oneMixture).replace(line, "");
      assert.deepEqual(
        found(text).map(f => f.replace(/ [mv]$/, " v")),
        expected,
      );
      assert.match(parseMixtureFile(text).diagnostics[0]?.remedy ?? "", remedy);
    });
  }
  for (const [name, from, to, expected] of [
    ["a newer version", "version: 1", "version: 2", "newer-version 2"],
    ["no version there ever was", "version: 1", "version: 0", "bad-version 0"],
    ["version in quotes", "version: 1", "version: '1'", "bad-version '1'"],
    ["empty model", "model: m", 'model: ""', 'wrong-type ""'],
    ["a number for the model", "model: m", "model: 3", "wrong-type 3"],
    ["budget of nothing", "budget: 100", "budget: 0", "bad-number 0"],
    ["budget in words", "budget: 100", "budget: many", "wrong-type many"],
    ["no {language}", "{language}.jsonl", "train.jsonl", "bad-pattern 'train.jsonl'"],
    ["another placeholder", "{language}", "{lang}", "bad-pattern '{lang}.jsonl'"],
    ["no training data", "train:", "eval:", "missing-key data"],
    ["backslash", "'{language}", "'a\\{language}", "backslash 'a\\{language}.jsonl'"],
    ["mistyped required key", "budget:", "buget:", "unknown-key buget"],
  ] as const) {
    it(name, () => assert.deepEqual(found((head + oneMixture).replace(from, to)), [expected]));
  }
});

describe("many faults", () => {
  it("are reported at once, in the order of the file", () => {
    const text = complete
      .replace("version: 1", "version: one")
      .replace("monolingual: en", "monolingual: english")
      .replace("spread: 40", "spread: 5000")
      .replace("it: 15%", "it: 14%")
      .replace("epochs: 2", "epoch: 2")
      .replace("topP: 0.9", "topP: 1.5")
      .concat("sede: 3\n");
    assert.deepEqual(found(text), [
      "bad-version one",
      "unknown-language english",
      "spread-over-budget 5000",
      "shares-sum { en: 80%, it: 14%, sw: 5% }",
      "unknown-key epoch",
      "bad-number 1.5",
      "unknown-key sede",
    ]);
    const { file, draft } = parseMixtureFile(text);
    assert.equal(file, null);
    assert.deepEqual(
      draft.mixtures.map(m => m.key),
      ["p10", "uniform", "four", "tempered", "curve", "curve", "curve", "curve"],
    );
    assert.deepEqual(draft.data.train, [{ file: "data/train/{language}.jsonl" }]);
  });
});

describe("text that is not YAML", () => {
  it("is a fault at its place, and what follows from it is not reported", () => {
    const text = `${head}mixtures:\n  a: { monolingual: english }\n  b: { uniform: [en, fi }\n  c: { uniform: xx }\n`;
    const codes = parseMixtureFile(text).diagnostics.map(d => d.code);
    assert.equal(codes[0], "unknown-language");
    assert.ok(codes.slice(1).length > 0 && codes.slice(1).every(code => code === "yaml"));
    assert.equal(parseMixtureFile(text).diagnostics[1]?.range.start.line, 6);
  });
  it("a tab", () =>
    assert.match(parseMixtureFile("data:\n\ttrain: x\n").diagnostics[0]?.remedy ?? "", /spaces/));
  it("an empty file is one fault", () =>
    assert.deepEqual(
      found("# nothing\n").map(f => f.split(" ")[0]),
      ["empty-file"],
    ));
  it("a list", () =>
    assert.deepEqual(
      found("- a\n").map(f => f.split(" ")[0]),
      ["wrong-type"],
    ));
  it("two documents", () =>
    assert.ok(found(`${head}${oneMixture}---\na: 1\n`).some(f => f.startsWith("yaml"))));
  it("anything at all never throws", () => {
    for (let end = 0; end < complete.length; end += 7) parseMixtureFile(complete.slice(0, end));
    for (const text of [
      "? [a]\n: b",
      "{",
      "&a *a",
      "!!binary x",
      "%YAML 3\n---\na",
      "a: &x [*x]",
      "\0",
      "<<: 3",
    ]) {
      assert.equal(parseMixtureFile(text).file, null);
    }
  });
});

describe("places", () => {
  const parsed = parseMixtureFile(complete);
  const at = (path: (string | number)[], part?: "key" | "value") =>
    textAt(complete, parsed.locate(path, part));

  it("finds values and keys", () => {
    assert.equal(at(["budget"]), "4640");
    assert.equal(at(["budget"], "key"), "budget");
    assert.equal(at(["mixtures", "pinch", "over", 10]), "sw");
    assert.equal(at(["mixtures", "shares", "shares", "it"], "key"), "it");
    assert.equal(at(["mixtures", "curve", "spread", 1]), "10%");
  });
  it("finds the nearest thing for what is not written", () => {
    assert.equal(at(["mixtures", "english", "over", 2]), "english");
    assert.equal(at(["mixtures", "english", "monolingual", 0]), "en");
    assert.equal(at(["mixtures", "nobody"]), "mixtures");
    assert.equal(at(["nothing"]), "v");
  });
  it("finds the path of a position", () => {
    const position = (needle: string) => {
      const before = complete.slice(0, complete.indexOf(needle)).split("\n");
      return { line: before.length - 1, column: before.at(-1)?.length ?? 0 };
    };
    assert.deepEqual(parsed.pathAt(position("spread: 40")), ["mixtures", "pinch", "spread"]);
    assert.deepEqual(parsed.pathAt(position("hi, it")), ["mixtures", "pinch", "over", 6]);
    assert.deepEqual(parsed.pathAt(position("rank")), ["train", "lora", "rank"]);
    assert.deepEqual(parsed.pathAt(position("# built in")), null);
    assert.deepEqual(parseMixtureFile("").pathAt({ line: 3, column: 3 }), null);
  });
});

describe("findMixture", () => {
  const { mixtures } = parseMixtureFile(complete).draft;
  it("by name, by key for a whole sweep, or what was meant", () => {
    assert.deepEqual(
      findMixture(mixtures, "curve@10%").found.map(m => m.name),
      ["curve@10%"],
    );
    assert.equal(findMixture(mixtures, "curve").found.length, 4);
    assert.deepEqual(findMixture(mixtures, "pnich"), { found: [], meant: "pinch" });
    assert.deepEqual(findMixture(mixtures, "elephant"), { found: [], meant: null });
  });
});
