// Generates a JSON Schema (draft 7) of the mixture file from the parser's keys, for editors that use one.
import {
  answersWithLoss,
  baseWeights,
  checkpointingChoices,
  loraScalings,
  lossWeights,
  metricNames,
  overlongChoices,
  scheduleKinds,
  specialTokenChoices,
  trainingMethods,
} from "../mixture/defaults.ts";
import type { KeyDescription, KeyType } from "./keyDescription.ts";
import { fewestRates, maxRates } from "./learningRate.ts";
import { keysIn, mixtureForms } from "./schema.ts";

export type JsonSchema = { readonly [key: string]: unknown };

const wholeNumber: JsonSchema = { type: "integer", minimum: 0 };
const percent: JsonSchema = { type: "string", pattern: "^\\d+(\\.\\d+)?\\s*%$" };
const language: JsonSchema = { type: "string", pattern: "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$" };
const languages: JsonSchema = { type: "array", items: language, minItems: 1, uniqueItems: true };

function oneOrList(item: JsonSchema): JsonSchema {
  return { oneOf: [item, { type: "array", items: item, minItems: 1 }] };
}

/**
 * Schema of each type of value. It never rejects a value that the parser accepts, but may accept one that the
 * parser rejects.
 */
const types: Readonly<
  Record<Exclude<KeyType, "map" | "text or map" | "data source or list of them">, JsonSchema>
> = {
  "1": { const: 1 },
  text: { type: "string", minLength: 1 },
  number: { type: "number" },
  "number or list of numbers": {
    oneOf: [
      { type: "number" },
      {
        type: "array",
        items: { type: "number" },
        minItems: fewestRates,
        maxItems: maxRates,
        uniqueItems: true,
      },
    ],
  },
  "whole number": wholeNumber,
  "list of whole numbers": { type: ["array", "integer"], items: wholeNumber, minItems: 1 },
  "two numbers": { type: "array", items: { type: "number" }, minItems: 2, maxItems: 2 },
  percent: { anyOf: [percent, { type: "number", minimum: 0, maximum: 1 }] },
  "number or percent": oneOrList({ anyOf: [wholeNumber, percent] }),
  "true or false": { type: "boolean" },
  "map of percents": { type: "object", additionalProperties: percent, minProperties: 1 },
  language,
  "languages or all": { anyOf: [{ const: "all" }, language, languages] },
  "path of a .bin or .ftz file": { type: "string", pattern: "\\.([bB][iI][nN]|[fF][tT][zZ])$" },
  "list of metrics": { anyOf: [{ enum: metricNames }, { type: "array", items: { enum: metricNames } }] },
  "lora or full": { enum: trainingMethods },
  "token or example": { enum: lossWeights },
  "map of values": { type: "object", additionalProperties: { type: ["string", "number", "boolean"] } },
  "text or control": { enum: specialTokenChoices },
  "responses or last": { enum: answersWithLoss },
  "refuse, truncate or drop": { enum: overlongChoices },
  "layers or all-linear": oneOrList({ type: "string", minLength: 1 }),
  "standard or rslora": { enum: loraScalings },
  "float, int8 or int4": { enum: baseWeights },
  "auto, on or off": { enum: checkpointingChoices },
  "constant, linear or cosine": { enum: scheduleKinds },
};

/** Keys for which a list means a sweep, in addition to those whose type implies it. */
const sweeps: ReadonlySet<string> = new Set(["mixtures.*.monolingual", "mixtures.*.temperature"]);

export function mixtureJsonSchema(): JsonSchema {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Pinch mixture file",
    description: "Which languages models are tuned on, how many examples of each, and how they are scored.",
    ...mapOf(""),
  };
}

function mapOf(section: string): JsonSchema {
  const keys = keysIn(section);
  const any = keys.find(key => key.path.endsWith("*"));
  if (any !== undefined) {
    const snippets = mixtureForms.map(({ label, example, help }) => ({
      label,
      description: help,
      bodyText: example,
    }));
    return {
      type: "object",
      minProperties: 1,
      additionalProperties: { ...mapOf(any.path), description: any.help, defaultSnippets: snippets },
    };
  }
  const required = keys.filter(key => key.required).map(nameOf);
  return {
    type: "object",
    properties: Object.fromEntries(keys.map(key => [nameOf(key), schemaOf(key)])),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

function schemaOf(key: KeyDescription): JsonSchema {
  const description = key.default === undefined ? key.help : `${key.help} Default: ${key.default}.`;
  if (key.type === "map") return { ...mapOf(key.path), description };
  if (key.type === "text or map") return { anyOf: [types.text, mapOf(key.path)], description };
  if (key.type === "data source or list of them") return { ...sourcesOf(key.path), description };
  const value = types[key.type];
  return { ...(sweeps.has(key.path) ? oneOrList(value) : value), description };
}

/** A single path needs `{language}`. A map may name a column instead. */
function sourcesOf(section: string): JsonSchema {
  const path: JsonSchema = { type: "string", pattern: "\\{language\\}" };
  return oneOrList({ anyOf: [path, mapOf(section)] });
}

function nameOf(key: KeyDescription): string {
  return key.path.slice(key.path.lastIndexOf(".") + 1);
}
