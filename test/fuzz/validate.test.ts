// What validate accepts, a run starts: over a thousand generated files, their data and models.
import assert from "node:assert/strict";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { root } from "../../scripts/lib/paths.mjs";
import { type Random, randomInt, seededRandom } from "../../src/common/random.ts";
import { untunedName } from "../../src/core/mixture/mixtureFile.ts";
import { evaluationTokens } from "../../src/runtime/evaluation/evaluationShape.ts";
import { loadExperiment, requireValid } from "../../src/runtime/experiment/experiment.ts";
import { prepareRun } from "../../src/runtime/experiment/prepareRun.ts";
import { loadTokenizer } from "../../src/runtime/model/tokenizer.ts";
import { run } from "../../src/runtime/recipes/run.ts";
import { validate } from "../../src/runtime/recipes/validate.ts";
import { planTraining } from "../../src/runtime/train/trainingPlan.ts";
import { temporaryFolder } from "../unit/model/tinyModel.ts";

const folder = temporaryFolder();
after(() => rmSync(folder, { recursive: true, force: true }));
const model = join(folder, "model");
cpSync(join(root, "test", "numeric", "fixtures", "models", "tied"), model, { recursive: true });
/** Beside the model's own template, ways in which templates differ: what they show, and what they refuse. */
const templates = {
  thinking:
    "{% for m in messages %}{{ m.role }}: {% if m.role == 'assistant' and loop.last %}<think></think>{% endif %}{{ m.content.split('</think>') | last }}{{ eos_token if m.role == 'assistant' }}{% endfor %}{% if add_generation_prompt %}assistant: {% endif %}",
  alternating:
    "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles must alternate') }}{% endif %}[{{ m.content | trim }}]{{ eos_token if m.role == 'assistant' }}{% endfor %}",
  "one exchange":
    "{% if messages | length > 2 %}{{ raise_exception('one exchange only') }}{% endif %}{% for m in messages %}<{{ m.content }}>{% endfor %}{{ eos_token }}",
};
for (const [name, template] of Object.entries(templates)) {
  cpSync(model, join(folder, name), { recursive: true });
  writeFileSync(join(folder, name, "chat_template.jinja"), template);
}
const starter = join(root, "media", "starter");

const words = { en: ["one", "two", "three"], fi: ["yksi", "kaksi", "kolme"], sw: ["moja", "mbili", "tatu"] };
type Language = keyof typeof words;
const languages = Object.keys(words) as Language[];

const pick = <T>(random: Random, choices: readonly T[]): T => choices[randomInt(random, choices.length)] as T;
const chance = (random: Random, share: number): boolean => random() < share;

/** A row as people have them, now and then with something wrong or unusual. */
function row(random: Random, language: Language, i: number, held: boolean, plain: boolean): string {
  const text = (most = 4): string =>
    Array.from({ length: 1 + randomInt(random, most) }, () => pick(random, words[language])).join(" ");
  const prompt = `${text()} ${held ? "held" : ""} ${i}`;
  const id = chance(random, 0.9) ? { id: `r${i}` } : {};
  const answer = chance(random, 0.0005)
    ? `<think>${text()}</think>${text()}`
    : chance(random, 0.02)
      ? `<|end|> ${text()}`
      : chance(random, 0.02)
        ? text(300)
        : text();
  const system = chance(random, 0.1) ? { system: text() } : {};
  if (chance(random, 0.0005)) return "{";
  if (chance(random, 0.0005)) return JSON.stringify({ ...id, prompt: "", response: null });
  if (plain)
    return JSON.stringify({ ...id, prompt, ...(held ? { reference: answer } : { response: answer }) });
  switch (randomInt(random, held ? 3 : 4)) {
    case 0:
      return JSON.stringify({
        ...id,
        instruction: prompt,
        input: chance(random, 0.5) ? null : text(),
        output: answer,
        ...system,
      });
    case 1: {
      const messages = [
        ...(chance(random, 0.3) ? [{ role: "system", content: text() }] : []),
        { role: "user", content: text() },
        { role: "assistant", content: text() },
        ...(chance(random, 0.5)
          ? [
              { role: "user", content: prompt },
              { role: "assistant", content: answer },
            ]
          : []),
      ];
      return JSON.stringify({ ...id, messages });
    }
    case 2:
      return JSON.stringify({
        ...id,
        prompt,
        ...(held ? { reference: answer } : { response: answer }),
        ...system,
      });
    default:
      return JSON.stringify({
        ...id,
        prompt,
        completion: answer,
        ...(chance(random, 0.1) && { history: [[text(), text()]] }),
      });
  }
}

function data(random: Random, place: string): void {
  for (const side of ["train", "eval", "dev"]) {
    const plain = chance(random, 0.5);
    mkdirSync(join(place, side), { recursive: true });
    for (const language of languages) {
      if (chance(random, 0.03)) continue;
      const count = side === "train" ? 8 + randomInt(random, 20) : 1 + randomInt(random, 4);
      const rows = Array.from({ length: count }, (_, i) => row(random, language, i, side !== "train", plain));
      writeFileSync(join(place, side, `${language}.jsonl`), rows.join("\n"));
    }
  }
}

/** YAML of a mixture file; keys that a file may lack are there now and then. */
function mixtureFile(random: Random): string {
  const maybe = (share: number, text: string): string => (chance(random, share) ? text : "");
  const amount = pick(random, ["2", "25%", "[1, 50%]", "100%", "0", "40"]);
  const forms = [
    `{ monolingual: ${pick(random, languages)} }`,
    "{ monolingual: [en, fi] }",
    `{ base: en, spread: ${amount}, over: ${pick(random, ["all", "[fi, sw]", "[fi]"])}${maybe(0.2, ", grow: true")} }`,
    "{ uniform: all }",
    "{ shares: { en: 50%, fi: 30%, sw: 20% } }",
    `{ temperature: ${pick(random, ["1", "3", "[1, 5]"])}, languages: all }`,
  ];
  const mixtures = Array.from(
    { length: 1 + randomInt(random, 2) },
    (_, i) => `  m${i}: ${pick(random, forms)}\n`,
  );
  const name = chance(random, 0.7) ? "model" : pick(random, Object.keys(templates));
  const chat = pick(random, ["", ", specialTokens: control", ", template: { enable_thinking: false }"]);
  const train = [
    maybe(0.3, `method: ${pick(random, ["lora", "full"])}`),
    maybe(0.3, `lora: { rank: ${pick(random, ["1", "4", "16"])}, alpha: 8 }`),
    maybe(0.5, `epochs: ${pick(random, ["1", "2", "2", "3", "0"])}`),
    maybe(0.2, `steps: ${pick(random, ["1", "3", "50"])}`),
    maybe(0.2, `batchExamples: ${pick(random, ["1", "4", "500"])}`),
    maybe(0.3, `batchTokens: ${pick(random, ["32", "256"])}`),
    maybe(0.4, `maxTokens: ${pick(random, ["8", "64", "512"])}`),
    maybe(0.6, `overlong: ${pick(random, ["drop", "truncate", "refuse"])}`),
    maybe(0.2, "loss: last"),
    maybe(0.2, `learningRate: ${pick(random, ["1e-3", "[1e-3, 2e-3]"])}`),
    maybe(0.2, `base: ${pick(random, ["int8", "int4", "float"])}`),
    maybe(0.1, "lossWeight: example"),
    maybe(0.1, "warmup: 100%"),
  ].filter(text => text !== "");
  const evaluate = [
    maybe(0.3, "languages: [en, fi]"),
    maybe(0.3, `prompts: ${pick(random, ["1", "2"])}`),
    maybe(0.2, "during: 1"),
    maybe(0.2, "metrics: [language]"),
    "maxNewTokens: 2",
  ].filter(text => text !== "");
  return `version: 1
model: ${chat === "" ? `../${name}` : `{ path: ../${name}${chat} }`}
${pick(random, ["seed: 3", "seeds: [1, 2]", ""])}
budget: ${pick(random, ["4", "8", "12", "30"])}
data:
  train: train/{language}.jsonl
${maybe(0.8, "  eval: eval/{language}.jsonl\n")}${maybe(0.5, "  dev: dev/{language}.jsonl\n")}mixtures:
${mixtures.join("")}train: { ${train.join(", ")} }
evaluate: { ${evaluate.join(", ")} }
`;
}

/** All that a run does before its first step, for every mixture and seed. */
async function begin(file: string): Promise<string[]> {
  const experiment = requireValid(await loadExperiment({ file, starter }));
  const { config, model: opened } = experiment;
  const tokenizer = loadTokenizer(opened);
  const begun: string[] = [];
  for (const seed of config.seeds)
    for (const mixture of [untunedName, ...config.mixtures.map(({ name }) => name)]) {
      const prepared = prepareRun(experiment, mixture, seed, "cpu");
      evaluationTokens([...prepared.evaluation.values()].flat(), config.evaluate, tokenizer);
      if (prepared.spec === null) continue;
      const plan = planTraining(prepared.examples, tokenizer, config.train, seed, opened.config.maxPositions);
      assert.ok(plan.steps > 0, "at least one step");
      begun.push(mixture);
    }
  return begun;
}

/** To the first step, or to the end of an evaluation without one. */
async function start(file: string): Promise<void> {
  const { config } = requireValid(await loadExperiment({ file, starter }));
  const stop = new AbortController();
  const context = {
    log: () => undefined,
    progress: () => undefined,
    step: () => stop.abort(),
    signal: stop.signal,
  };
  const [first] = config.mixtures;
  const request = {
    file,
    mixture: first?.name ?? "",
    seed: config.seeds[0] ?? 0,
    device: "cpu",
    starter,
    start: { kind: "new" },
  } as const;
  const outcome = await run({ ...request, out: join(folder, "runs") }, context);
  // Stopped at its first step, unless that is its last, too.
  assert.notEqual(outcome.status, "failed", outcome.error?.message);
}

async function errorsOf(file: string): Promise<string[]> {
  const { textFaults, dataFaults } = await validate({ file, starter });
  return [...textFaults, ...dataFaults].flatMap(({ severity, code }) => (severity === "error" ? [code] : []));
}

/** Of the accepted, one in so many is started for real. */
const startedOf = 15;

test("a thousand files: what validate accepts begins, for every mixture and seed", async () => {
  const counts = { accepted: 0, refused: 0, started: 0 };
  for (let i = 0; i < 1000; i++) {
    const random = seededRandom("validate", i);
    const place = join(folder, `${i % 50}`);
    if (i < 50 || chance(random, 0.5)) {
      rmSync(place, { recursive: true, force: true });
      data(random, place);
    }
    const file = join(place, "m.mixture.yaml");
    writeFileSync(file, mixtureFile(random));
    if ((await errorsOf(file)).length > 0) counts.refused++;
    else {
      counts.accepted++;
      const told = (error: unknown) => assert.fail(`file ${i}: ${error}\n${readFileSync(file, "utf8")}`);
      await begin(file).catch(told);
      if (counts.accepted % startedOf !== 0) continue;
      await start(file).catch(told);
      counts.started++;
    }
  }
  // Both happen often enough to mean something.
  assert.ok(counts.accepted > 250 && counts.refused > 250 && counts.started > 15, JSON.stringify(counts));
});

test("the mixture files of the fixtures, over data in every language that they name", async () => {
  const fixtures = join(root, "test", "fixtures", "mixtures");
  const place = join(folder, "fixtures");
  let accepted = 0;
  for (const name of readdirSync(fixtures).filter(each => each.endsWith(".mixture.yaml"))) {
    const file = join(place, name);
    const text = readFileSync(join(fixtures, name), "utf8");
    const named = new Set(["en", "fi", "sw", "it", ...(text.match(/\b[a-z]{2}\b/g) ?? [])]);
    for (const side of ["train", "eval", "dev"])
      for (const language of named) {
        const rows = Array.from({ length: 700 }, (_, i) =>
          JSON.stringify({ id: `${side}${i}`, prompt: `one ${language} ${side} ${i}`, response: "two" }),
        );
        const path = join(place, "data", side, `${language}.jsonl`);
        mkdirSync(join(place, "data", side), { recursive: true });
        writeFileSync(path, rows.join("\n"));
      }
    writeFileSync(file, text);
    if ((await errorsOf(file)).length > 0) continue;
    accepted++;
    await begin(file).catch((error: unknown) => assert.fail(`${name}: ${error}`));
  }
  assert.ok(accepted > 0);
});
