// Descriptions of every key of the mixture file, shared by the parser, hover and completion.
import { closest } from "../../common/didYouMean.ts";
import {
  defaultSeed,
  defaultEvaluation as evaluate,
  metricNames,
  specialTokenChoices,
} from "../mixture/defaults.ts";
import { dataKeys } from "./dataKeys.ts";
import { type KeyDescription, optional, required } from "./keyDescription.ts";
import { trainKeys } from "./trainKeys.ts";

export const mixtureKeys: readonly KeyDescription[] = [
  required("version", "1", "Version of this file format.", ["1"]),
  required(
    "model",
    "text or map",
    "The base model: pinch/starter (built in), a Hugging Face folder, or a .gguf file; or a map of its path and chat template options.",
    ["pinch/starter"],
  ),
  required("model.path", "text", "The base model, in any form that model: accepts.", ["pinch/starter"]),
  optional(
    "model.template",
    "map of values",
    "Variables of the model's chat template, such as enable_thinking.",
    { values: ["{ enable_thinking: false }"] },
  ),
  optional("model.templateName", "text", "Name of the chat template, for models with several.", {
    default: "default",
  }),
  optional(
    "model.specialTokens",
    "text or control",
    "Special tokens in data, such as <|im_end|>: text treats them as plain text, control as control tokens.",
    { values: specialTokenChoices, default: "text" },
  ),
  optional("seed", "whole number", "Determines which examples are drawn, and their order.", {
    default: String(defaultSeed),
  }),
  optional("seeds", "list of whole numbers", "One run per mixture and seed; replaces seed."),
  required("budget", "whole number", "Number of examples in every mixture."),
  required("data", "map", "Locations of the data files."),
  ...dataKeys,
  required("mixtures", "map", "What each model is tuned on: languages and amounts, by name."),
  optional("mixtures.*", "map", "One mixture: its languages and amounts."),
  optional(
    "mixtures.*.monolingual",
    "language",
    "The whole budget in one language; a list makes one mixture for each.",
  ),
  optional("mixtures.*.base", "language", "Language of all examples that are not spread."),
  optional(
    "mixtures.*.spread",
    "number or percent",
    "Number of examples divided evenly over other languages; a list is a sweep.",
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
    "true: the spread is added to the budget instead of replacing part of it, so the mixture grows.",
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
    "Shares proportional to size^(1/temperature): 1 follows the data, larger values are more even.",
  ),
  optional("mixtures.*.languages", "languages or all", "The languages of a temperature mixture.", {
    values: ["all"],
  }),
  ...trainKeys,
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
    "Number of prompts per language, drawn at random with the same ids in all; rows with equal tags keep their share. By default all.",
  ),
  optional(
    "evaluate.during",
    "whole number",
    "Number of training steps between measurements of the loss on eight references of data.dev per language (on all of them with train.earlyStopping), for the live charts. By default never.",
  ),
  optional("evaluate.maxNewTokens", "whole number", "Maximum length of a response in tokens.", {
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
  optional("evaluate.temperature", "number", "0 = always the most likely token.", {
    default: String(evaluate.temperature),
  }),
  optional("evaluate.topP", "number", "Nucleus sampling; 1 = off.", { default: String(evaluate.topP) }),
  optional(
    "evaluate.identifier",
    "path of a .bin or .ftz file",
    "fastText model for language identification; by default Pinch's own is used.",
  ),
];

/** Forms of a mixture, for completion. Each example is valid YAML after `name: `. */
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
    help: "Shares by the size of each language's data, evened out.",
  },
];

/** Returns the keys directly under a section; `""` is the top of the file. */
export function keysIn(section: string): readonly KeyDescription[] {
  const prefix = section === "" ? "" : `${section}.`;
  return mixtureKeys.filter(
    key => key.path.startsWith(prefix) && !key.path.slice(prefix.length).includes("."),
  );
}

/** Returns the description of the section or key at a path, for example `["mixtures", "pinch", "over"]`. */
export function describeKey(path: readonly (string | number)[]): KeyDescription | null {
  const parts = path.filter(part => typeof part === "string").map(String);
  if (parts[0] === "mixtures" && parts.length > 1) parts[1] = "*";
  for (let length = parts.length; length > 0; length--) {
    const dotted = parts.slice(0, length).join(".");
    const found = mixtureKeys.find(key => key.path === dotted);
    // A language under `shares` has the description of `shares`. Unknown keys have none.
    if (found !== undefined) return length === parts.length || dotted.endsWith(".shares") ? found : null;
  }
  return null;
}

/** Returns the section that has a key with a similar name, for keys written one level too high. */
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
