// Every key of the mixture file as data: what the parser knows, and what hover and completion show.
import { closest } from "../../common/didYouMean.ts";
import { columnFields, type DataSide } from "./dataSource.ts";
import {
  answersWithLoss,
  baseWeights,
  checkpointingChoices,
  defaultEvaluation,
  defaultLearningRates,
  defaultSeed,
  defaultTraining,
  lossWeights,
  metricNames,
  overlongChoices,
  scheduleKinds,
  specialTokenChoices,
  trainingMethods,
} from "./defaults.ts";

/** In words, as hover shows it; `jsonSchema.ts` says what each means to other tools. */
export type KeyType =
  | "1"
  | "text"
  | "number"
  | "number or list of numbers"
  | "whole number"
  | "list of whole numbers"
  | "two numbers"
  | "percent"
  | "number or percent"
  | "true or false"
  | "map"
  | "text or map"
  | "map of values"
  | "text or control"
  | "responses or last"
  | "refuse, truncate or drop"
  | "map of percents"
  | "language"
  | "languages or all"
  | "data source or list of them"
  | "path of a .bin or .ftz file"
  | "list of metrics"
  | "lora or full"
  | "all-linear"
  | "float, int8 or int4"
  | "auto, on or off"
  | "constant, linear or cosine"
  | "token or example";

export interface KeyDescription {
  /** Dotted; `*` stands for a name that the person chooses. */
  readonly path: string;
  readonly type: KeyType;
  /** One line. */
  readonly help: string;
  readonly required: boolean;
  /** Values to offer. */
  readonly values?: readonly string[];
  /** As it would be written. */
  readonly default?: string;
}

const train = defaultTraining;
const evaluate = defaultEvaluation;

function required(path: string, type: KeyType, help: string, values?: readonly string[]): KeyDescription {
  return { path, type, help, required: true, ...(values === undefined ? {} : { values }) };
}

function optional(
  path: string,
  type: KeyType,
  help: string,
  more: { values?: readonly string[]; default?: string } = {},
): KeyDescription {
  return { path, type, help, required: false, ...more };
}

/** What a source of data may say, written as a map. */
function sourceKeys(side: DataSide): KeyDescription[] {
  const path = `data.${side}`;
  return [
    required(
      `${path}.file`,
      "text",
      "A path from this file's folder, with {language} where each language has a file, or a dataset of the Hub, hub:org/name@commit.",
    ),
    optional(`${path}.config`, "text", "Which configuration of a dataset of the Hub; may hold {language}."),
    optional(`${path}.split`, "text", "Which split of a dataset of the Hub, such as train."),
    optional(
      `${path}.language`,
      "text",
      "The column that names each row's language, where one file holds several.",
    ),
    optional(`${path}.in`, "language", "The language of all rows, where neither names nor a column say it."),
    optional(`${path}.columns`, "map", "Columns of other names, by the field that they are read as."),
    ...columnFields.map(field =>
      optional(`${path}.columns.${field}`, "text", `The column that is read as ${field}.`),
    ),
    ...(side === "train"
      ? [
          optional(
            `${path}.weight`,
            "number",
            "Share of what is drawn in each language, relative to the other sources; without it every row is drawn alike.",
          ),
        ]
      : []),
    optional(
      `${path}.cap`,
      "whole number",
      "At most so many rows of each language; the same ids in every language.",
    ),
  ];
}

export const mixtureKeys: readonly KeyDescription[] = [
  required("version", "1", "Version of this file format.", ["1"]),
  required(
    "model",
    "text or map",
    "The base model: pinch/starter (built in), a Hugging Face folder, or a .gguf file; or a map of its path and how its chat template is used.",
    ["pinch/starter"],
  ),
  required("model.path", "text", "The base model, as it would be written after model: alone.", [
    "pinch/starter",
  ]),
  optional(
    "model.template",
    "map of values",
    "Variables of the model's chat template, such as enable_thinking.",
    { values: ["{ enable_thinking: false }"] },
  ),
  optional("model.templateName", "text", "Which template, of a model with several.", { default: "default" }),
  optional(
    "model.specialTokens",
    "text or control",
    "Special tokens that are written in data, such as <|im_end|>: text reads them as the text they are, control as what they control.",
    { values: specialTokenChoices, default: "text" },
  ),
  optional("seed", "whole number", "Decides which examples are drawn and in which order.", {
    default: String(defaultSeed),
  }),
  optional("seeds", "list of whole numbers", "One run for each mixture and seed; instead of seed."),
  required("budget", "whole number", "Number of examples in every mixture."),
  required("data", "map", "Where the data files are."),
  required(
    "data.train",
    "data source or list of them",
    "Training data, as a path with {language}, a map, or a list of both; equal ids of one source are translations of each other.",
  ),
  ...sourceKeys("train"),
  optional("data.eval", "data source or list of them", "Evaluation data, in the same forms as data.train."),
  ...sourceKeys("eval"),
  optional(
    "data.dev",
    "data source or list of them",
    "Development data, in the same forms, for looking at a training and choosing its settings; never scored, and every row has a reference.",
  ),
  ...sourceKeys("dev"),
  required("mixtures", "map", "What each model is tuned on: languages and amounts, by name."),
  optional("mixtures.*", "map", "One mixture: its languages and amounts."),
  optional(
    "mixtures.*.monolingual",
    "language",
    "The whole budget in one language; a list makes one mixture for each.",
  ),
  optional("mixtures.*.base", "language", "The language of everything that is not spread."),
  optional(
    "mixtures.*.spread",
    "number or percent",
    "How many examples are divided evenly over other languages; a list is a sweep.",
    {
      values: ["40", "10%", "[1%, 10%, 20%, 100%]"],
    },
  ),
  optional(
    "mixtures.*.over",
    "languages or all",
    "The languages of the spread; all = every language with data, base included.",
    {
      values: ["all"],
    },
  ),
  optional(
    "mixtures.*.grow",
    "true or false",
    "true: the spread is added to the budget instead of replacing part of it. The mixture grows.",
    { values: ["true", "false"], default: "false" },
  ),
  optional("mixtures.*.uniform", "languages or all", "The budget divided evenly over these languages.", {
    values: ["all"],
  }),
  optional(
    "mixtures.*.shares",
    "map of percents",
    "A percentage of the budget for each language; they add up to 100%.",
  ),
  optional(
    "mixtures.*.temperature",
    "number",
    "Shares proportional to size^(1/temperature); 1 = as the data are, larger = more even.",
  ),
  optional("mixtures.*.languages", "languages or all", "The languages of a temperature mixture.", {
    values: ["all"],
  }),
  optional("train", "map", "How each model is tuned."),
  optional("train.method", "lora or full", "lora trains small adapters, full trains every weight.", {
    values: trainingMethods,
    default: train.method,
  }),
  optional("train.lora", "map", "Shape of the adapters."),
  optional("train.lora.rank", "whole number", "Rank of the adapters.", { default: String(train.lora.rank) }),
  optional("train.lora.alpha", "number", "The adapters' output is scaled by alpha / rank.", {
    default: String(train.lora.alpha),
  }),
  optional("train.lora.targets", "all-linear", "Which layers get an adapter.", {
    values: [train.lora.targets],
    default: train.lora.targets,
  }),
  optional(
    "train.base",
    "float, int8 or int4",
    "How the frozen weights are held in memory while adapters are trained: int4 takes a fifth of it.",
    { values: baseWeights, default: train.base },
  ),
  optional(
    "train.gradientCheckpointing",
    "auto, on or off",
    "Computes each layer again for its gradients instead of keeping what it computed: less memory, slower. auto: when memory is short.",
    { values: checkpointingChoices, default: train.gradientCheckpointing },
  ),
  optional("train.epochs", "whole number", "Passes over the mixture.", { default: String(train.epochs) }),
  optional(
    "train.steps",
    "whole number",
    "Optimizer steps, the same for every mixture: the passes are divided into so many, or with batchExamples there are as many passes as they take.",
  ),
  optional(
    "train.batchExamples",
    "whole number",
    "Examples in one optimizer step: mixtures of one budget then take the same number of steps, in whatever languages.",
  ),
  optional(
    "train.batchTokens",
    "whole number",
    "Packed tokens in one optimizer step, where neither steps nor batchExamples is written: languages that need more tokens take more steps.",
    { default: String(train.batchTokens) },
  ),
  optional(
    "train.lossWeight",
    "token or example",
    "token: every response token of a step weighs the same, so that long responses weigh more; example: every example does.",
    { values: lossWeights, default: "token" },
  ),
  optional(
    "train.learningRate",
    "number or list of numbers",
    "Peak learning rate; of a list of 2 to 8 each run keeps the one with the lowest loss on data.dev.",
    {
      default: `${exponential(defaultLearningRates.lora)}, or ${exponential(defaultLearningRates.full)} with method: full`,
    },
  ),
  optional("train.schedule", "constant, linear or cosine", "How the learning rate falls after the warm-up.", {
    values: scheduleKinds,
    default: train.schedule,
  }),
  optional("train.warmup", "percent", "Share of the steps in which the learning rate rises from zero.", {
    default: "3%",
  }),
  optional("train.weightDecay", "number", "AdamW's decoupled weight decay.", {
    default: String(train.weightDecay),
  }),
  optional("train.betas", "two numbers", "AdamW's decay rates of the two moments.", {
    default: `[${train.betas.join(", ")}]`,
  }),
  optional("train.epsilon", "number", "AdamW's epsilon.", { default: exponential(train.epsilon) }),
  optional("train.clipNorm", "number", "Largest global norm of the gradient; 0 = no clipping.", {
    default: String(train.clipNorm),
  }),
  optional(
    "train.loss",
    "responses or last",
    "Which answers of a conversation are learned: all of them, or its last alone.",
    { values: answersWithLoss, default: "responses" },
  ),
  optional(
    "train.maxTokens",
    "whole number",
    "Longest example in tokens; overlong says what becomes of longer ones.",
    { default: String(train.maxTokens) },
  ),
  optional(
    "train.overlong",
    "refuse, truncate or drop",
    "Examples longer than maxTokens: refuse starts no run, truncate cuts their last answer, drop draws others in their place.",
    { values: overlongChoices, default: "refuse" },
  ),
  optional("evaluate", "map", "How each tuned model is scored."),
  optional(
    "evaluate.languages",
    "languages or all",
    "The languages to score; all = every language with evaluation data.",
    {
      values: ["all"],
      default: "all",
    },
  ),
  optional(
    "evaluate.prompts",
    "whole number",
    "So many prompts of each language, drawn at random, the same in all; rows of equal tags keep their share. Without it all of them.",
  ),
  optional(
    "evaluate.during",
    "whole number",
    "Every so many steps of training the loss on eight references of data.dev in each language, for the live charts. Without it never.",
  ),
  optional("evaluate.maxNewTokens", "whole number", "Longest response in tokens.", {
    default: String(evaluate.maxNewTokens),
  }),
  optional(
    "evaluate.metrics",
    "list of metrics",
    "language = response language, checks = machine-checkable rules, likelihood = references.",
    {
      values: metricNames,
      default: `[${metricNames.join(", ")}]`,
    },
  ),
  optional("evaluate.temperature", "number", "0 = always the likeliest token.", {
    default: String(evaluate.temperature),
  }),
  optional("evaluate.topP", "number", "Nucleus sampling; 1 = off.", { default: String(evaluate.topP) }),
  optional(
    "evaluate.identifier",
    "path of a .bin or .ftz file",
    "A fastText model that identifies languages; without it Pinch's own identification does.",
  ),
];

/** The forms a mixture can take, for completion: each example is valid YAML after `name: `. */
export const mixtureForms: readonly {
  readonly label: string;
  readonly example: string;
  readonly help: string;
}[] = [
  { label: "monolingual", example: "{ monolingual: en }", help: "The whole budget in one language." },
  {
    label: "spread",
    example: "{ base: en, spread: 10%, over: all }",
    help: "Part of the budget spread evenly over several languages, the rest in the base language.",
  },
  { label: "uniform", example: "{ uniform: all }", help: "The budget divided evenly." },
  {
    label: "shares",
    example: "{ shares: { en: 80%, it: 15%, sw: 5% } }",
    help: "A percentage for each language.",
  },
  {
    label: "temperature",
    example: "{ temperature: 3, languages: all }",
    help: "By the size of each language's data, evened out.",
  },
];

/** Keys directly under a section; `""` is the top of the file. */
export function keysIn(section: string): readonly KeyDescription[] {
  const prefix = section === "" ? "" : `${section}.`;
  return mixtureKeys.filter(
    key => key.path.startsWith(prefix) && !key.path.slice(prefix.length).includes("."),
  );
}

/** The section's or key's description at a path in a file, for example `["mixtures", "pinch", "over"]`. */
export function describeKey(path: readonly (string | number)[]): KeyDescription | null {
  const parts = path.filter(part => typeof part === "string").map(String);
  if (parts[0] === "mixtures" && parts.length > 1) parts[1] = "*";
  for (let length = parts.length; length > 0; length--) {
    const dotted = parts.slice(0, length).join(".");
    const found = mixtureKeys.find(key => key.path === dotted);
    // A language under `shares` is described by `shares`; a key that is unknown has no description.
    if (found !== undefined) return length === parts.length || dotted.endsWith(".shares") ? found : null;
  }
  return null;
}

/** The section that has a key of nearly this name, for keys written one level too high. */
export function sectionOf(name: string): string | null {
  const nested = mixtureKeys
    .map(key => key.path.split("."))
    .filter(parts => parts.length > 1 && !parts.includes("*"));
  const near = closest(
    name,
    nested.map(parts => parts.at(-1) ?? ""),
  );
  const found = nested.find(parts => parts.at(-1) === near);
  if (found === undefined) return null;
  const section = found.slice(0, -1).join(".");
  return near === name ? section : `${section}" as "${near ?? ""}`;
}

function exponential(value: number): string {
  return value.toExponential().replace("e+", "e");
}
