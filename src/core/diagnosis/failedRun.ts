// Selects the parts of a failed run's record that can be shared: numbers, versions and
// choices among known words. Everything that a user wrote or named is left out, and so is
// every field added to records later, until it is listed here.

import { isObject } from "../../common/json.ts";
import { isNumber } from "../records/parsed.ts";
import type { RunRecord } from "../records/runRecord.ts";

type Allowed =
  | "number"
  | "flag"
  | "word"
  | "version"
  | "count by language"
  | { readonly [name: string]: Allowed };

/** Keywords of the mixture file and of run records. */
const words =
  /^(?:running|done|failed|cancelled|monolingual|spread|uniform|shares|temperature|lora|full|float|int8|int4|cosine|linear|constant|all-linear|standard|rslora|all|auto|cpu|webgpu|cuda|example|token|refuse|drop|truncate|last|every|on|off|answers)$/;
const version = /^\d[\w.+-]{0,30}$|^(?:linux|darwin|win32)-(?:x64|arm64)$/;
const languageTag = /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/;

const allowed: { readonly [name: string]: Allowed } = {
  version: "number",
  status: "word",
  seed: "number",
  configuration: {
    budget: "number",
    form: { kind: "word", temperature: "number" },
    train: {
      method: "word",
      base: "word",
      lora: {
        rank: "number",
        alpha: "number",
        targets: "word",
        scaling: "word",
        plusRatio: "number",
        dropout: "number",
        dora: "flag",
      },
      embeddings: "flag",
      epochs: "number",
      steps: "number",
      batchTokens: "number",
      batchExamples: "number",
      lossWeight: "word",
      loss: "word",
      learningRate: "number",
      schedule: "word",
      warmup: "number",
      weightDecay: "number",
      epsilon: "number",
      clipNorm: "number",
      neftune: "number",
      labelSmoothing: "number",
      earlyStopping: { patience: "number", minDelta: "number" },
      maxTokens: "number",
      overlong: "word",
      gradientCheckpointing: "word",
    },
    evaluate: {
      maxNewTokens: "number",
      temperature: "number",
      topP: "number",
      prompts: "number",
      during: "number",
    },
  },
  counts: "count by language",
  lock: {
    versions: {
      pinch: "version",
      "onnxruntime-node": "version",
      node: "version",
      platform: "version",
      "training rules": "version",
      "scoring rules": "version",
    },
    device: "word",
  },
  timings: { train: "number", evaluate: "number" },
  peakMemoryBytes: "number",
  predicted: { trainSeconds: "number", memoryBytes: "number" },
};

/** Returns the parts of a record that contain nothing private. */
export function shareable(record: RunRecord): object {
  return Object(pick(record, allowed) ?? {}) as object;
}

function pick(value: unknown, shape: Allowed): unknown {
  if (shape === "number") return isNumber(value) ? value : undefined;
  if (shape === "flag") return typeof value === "boolean" ? value : undefined;
  if (shape === "word") return typeof value === "string" && words.test(value) ? value : undefined;
  if (shape === "version") return typeof value === "string" && version.test(value) ? value : undefined;
  if (!isObject(value)) return undefined;
  const kept =
    shape === "count by language"
      ? Object.entries(value).filter(([tag, count]) => languageTag.test(tag) && isNumber(count))
      : Object.entries(shape).flatMap(([name, inner]) => {
          const part = pick(value[name], inner);
          return part === undefined ? [] : [[name, part] as const];
        });
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
