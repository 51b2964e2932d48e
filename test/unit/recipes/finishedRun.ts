// A finished run of the tiny model, made without training, for recipes that read one.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../../../src/common/random.ts";
import type { ExportRequest } from "../../../src/protocol/runtime.ts";
import type { RecipeContext } from "../../../src/runtime/context/context.ts";
import { loadExperiment, requireValid } from "../../../src/runtime/experiment/experiment.ts";
import { prepareRun } from "../../../src/runtime/experiment/prepareRun.ts";
import { recordTrained } from "../../../src/runtime/files/results.ts";
import { createRunFolder, endRun } from "../../../src/runtime/files/runFolder.ts";
import { writeSafetensors } from "../../../src/runtime/model/safetensors.ts";
import { tinyExperiment, tinyMixture } from "../experiment/tinyExperiment.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

export const rank = 2;
export const alpha = 3;
export const tuned = ["model.layers.0.self_attn.q_proj", "model.layers.1.mlp.down_proj"];

export function context(hooks: Partial<RecipeContext> = {}): RecipeContext {
  const signal = new AbortController().signal;
  return { progress: () => undefined, step: () => undefined, log: () => undefined, signal, ...hooks };
}

/** A finished run of the tiny model, with an adapter of random numbers on two layers. */
export async function finishedRun(
  options: {
    /** Folder of the model that stands for the built-in one. */
    readonly model?: string;
    /** The model as the mixture file names it. */
    readonly written?: string | object;
    readonly mixture?: string;
    readonly rslora?: boolean;
  } = {},
) {
  const { written = "pinch/starter", rslora = false } = options;
  const made = tinyExperiment(tinyMixture.replace("pinch/starter", JSON.stringify(written)));
  const starter = options.model ?? made.starter;
  const experiment = requireValid(await loadExperiment({ file: made.file, starter }));
  const { run } = prepareRun(experiment, options.mixture ?? "pinch", 7, "cpu");
  const { folder } = createRunFolder(join(made.folder, "runs"), run);
  const random = seededRandom("adapter");
  const matrix = (name: string, shape: [number, number]) => {
    const data = Float32Array.from({ length: shape[0] * shape[1] }, () => random() - 0.5);
    return { name: `base_model.model.${name}.weight`, dtype: "F32" as const, shape, data };
  };
  const tensors = tuned.flatMap(layer => {
    const [out = 0, width = 0] = experiment.model.tensors.get(`${layer}.weight`)?.shape ?? [];
    return [matrix(`${layer}.lora_A`, [rank, width]), matrix(`${layer}.lora_B`, [out, rank])];
  });
  writeSafetensors(join(folder, "adapter", "adapter_model.safetensors"), tensors);
  writeFileSync(
    join(folder, "adapter", "adapter_config.json"),
    JSON.stringify({
      peft_type: "LORA",
      task_type: "CAUSAL_LM",
      r: rank,
      lora_alpha: alpha,
      target_modules: tuned,
      use_rslora: rslora,
    }),
  );
  recordTrained(folder);
  endRun(folder, { status: "done", timings: { train: 4, evaluate: 2 }, peakMemoryBytes: 5e8 });
  const cell = { language: { value: 0.75, n: 4, interval: [0.2, 1] } };
  writeFileSync(
    join(folder, "metrics.json"),
    JSON.stringify({ version: 1, languages: { en: cell, sw: cell } }),
  );
  const request = (extra: Partial<ExportRequest> = {}): ExportRequest => ({
    folder,
    format: "merged",
    dtype: "float32",
    out: join(temporaryFolder(), "out"),
    maxShardBytes: 5e9,
    starter,
    ...extra,
  });
  return { folder, starter, request, adapter: new Map(tensors.map(({ name, data }) => [name, data])) };
}
