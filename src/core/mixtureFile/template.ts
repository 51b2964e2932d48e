// Text of a new mixture file: valid, commented, ready to run.
import { stringify } from "yaml";
import { displayName } from "../language/tags.ts";
import { formYaml } from "../mixture/formYaml.ts";
import type { MixtureForm } from "../mixture/mixtureFile.ts";

export interface TemplateOptions {
  readonly model?: string;
  readonly budget?: number;
  readonly seed?: number;
  readonly train?: string;
  readonly eval?: string;
  /** Absent = none, since a file that names data must find them. */
  readonly dev?: string;
  /** Canonical tags; absent = all languages with data. */
  readonly languages?: readonly string[];
  /** Base language of the spread. */
  readonly base?: string;
}

/** Examples of each other language in the template's `pinch` mixture, about as many as in the study. */
const pinchPerLanguage = 4;

const starter = "pinch/starter";
/** The small built-in model needs a higher learning rate than the default, which suits real models. */
const learningRates = { starter: "2e-3", usual: "2e-4" };
const batchExamples = { starter: 36, usual: 32 };
/** Minimum number of steps in one epoch over a small budget. */
const fewestSteps = 10;

/** Text of the `train` section. */
export function trainingText(model: string, budget: number): string {
  const kind = model === starter ? "starter" : "usual";
  const examples = Math.min(batchExamples[kind], Math.max(1, Math.floor(budget / fewestSteps)));
  return `  method: lora # or full: every weight is trained
  epochs: 3
  batchExamples: ${examples} # in one step: every mixture takes the same number of steps
  learningRate: ${learningRates[kind]}`;
}

/** Text of the `evaluate` section. Without `languages`, all languages with data are evaluated. */
export function evaluationText(model: string, languages?: readonly string[]): string {
  return `  languages: ${languages === undefined ? "all" : `[${languages.join(", ")}]`}
  maxNewTokens: ${model === starter ? 48 : 128}
  metrics: [language, checks, likelihood]`;
}

export function newMixtureFileText(options: TemplateOptions = {}): string {
  const { model = starter, budget = 600, seed = 1, languages } = options;
  const { train = "data/train/{language}.jsonl", eval: evaluation = "data/eval/{language}.jsonl" } = options;
  const dev =
    options.dev === undefined
      ? ""
      : `\n  dev: ${yamlScalar(options.dev)} # for choosing settings: never scored`;
  const base =
    options.base ?? (languages === undefined || languages.includes("en") ? "en" : (languages[0] ?? "en"));
  const others = languages?.filter(language => language !== base);
  const pinch = Math.min(budget, pinchPerLanguage * (others?.length ?? 11));
  const over = others === undefined || others.length === 0 ? "all" : others;
  const name = nameOf(base);
  const mixtures: readonly (readonly [string, MixtureForm])[] = [
    [name, { kind: "monolingual", language: base }],
    ["pinch", { kind: "spread", base, spread: { examples: pinch }, over }],
    ["p10", { kind: "spread", base, spread: { percent: 10 }, over: languages ?? "all" }],
    ["uniform", { kind: "uniform", over: languages ?? "all" }],
  ];
  const width = Math.max(...mixtures.map(([key]) => key.length)) + 2;
  const lines = mixtures.map(([key, form]) => `  ${`${key}:`.padEnd(width)}${formYaml(form)}`);
  return `# A mixture file: which languages a model is tuned on, and how many examples of each.
version: 1
model: ${yamlScalar(model)} # built in; or a Hugging Face folder, or a .gguf file
seed: ${seed} # or seeds: [1, 2, 3] for one run with each
budget: ${budget} # examples in every mixture

data: # one file per language; equal ids are translations of each other
  train: ${yamlScalar(train)}
  eval: ${yamlScalar(evaluation)}${dev}

mixtures:
  # monolingual: everything in one language
  # spread: a part is divided evenly over several languages, the rest stays in the base language
  # uniform: everything is divided evenly; all = every language with data
${lines.join("\n")}

train:
${trainingText(model, budget)}

evaluate:
${evaluationText(model)}
`;
}

/** Name of a mixture after its language, for example `english`. */
function nameOf(language: string): string {
  const name = displayName(language).toLowerCase();
  return /^[a-z]+$/.test(name) && name !== "base" ? name : language;
}

/** Quotes the text only where YAML would read it as something else. */
export function yamlScalar(text: string): string {
  return stringify(text, { lineWidth: 0 }).trim();
}
