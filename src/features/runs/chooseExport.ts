// Asks for a tuned run and the form in which to export or push it.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import type { ExportFormat, GgufDtype } from "../../protocol/runtime.ts";
import type { RunStore } from "../../workspace/runs/runStore.ts";
import { countWords, scoreWords } from "../../workspace/runs/runText.ts";
import type { StoredRun } from "../../workspace/runs/storedRun.ts";

export interface Form extends vscode.QuickPickItem {
  readonly format: ExportFormat;
  /** Null for the data type of the untuned model. */
  readonly dtype: GgufDtype | null;
}

/** Size in bytes at which the Hugging Face Hub and transformers split weights. */
export const maxShardBytes = 5e9;

const adapterForms: readonly Form[] = [
  {
    label: "Adapter",
    detail: "Small: only the trained matrices, for PEFT. Loading it also requires the base model.",
    format: "adapter",
    dtype: null,
  },
  {
    label: "Adapter as GGUF",
    detail: "Only the trained matrices, for llama.cpp. Loading it also requires the base model as GGUF.",
    format: "gguf-adapter",
    dtype: null,
  },
];

const mergedForms: readonly Form[] = [
  {
    label: "Whole model",
    detail: "Base model and adapter merged, for transformers and compatible programs.",
    format: "merged",
    dtype: null,
  },
  ...(["bfloat16", "float16", "float32"] as const).map(dtype => ({
    label: `Whole model in ${dtype}`,
    format: "merged" as const,
    dtype,
  })),
  ...(["float16", "q8_0"] as const).map(dtype => ({
    label: `GGUF in ${dtype}`,
    detail: "Base model and adapter merged in one file, for llama.cpp and Ollama.",
    format: "gguf" as const,
    dtype,
  })),
];

/** @param verb What is done with the run: `Export`. */
export async function pickTunedRun(store: RunStore, verb: string): Promise<StoredRun | undefined> {
  const runs = (await store.all()).filter(run => run.tuned);
  if (runs.length === 0)
    throw new HumanError("There is no tuned model yet.", { remedy: "Run a mixture first." });
  const items = runs.map(run => ({
    label: run.record.mixture,
    description: `seed ${run.record.seed} · ${scoreWords(run.metrics) ?? countWords(run.record.counts)}`,
    detail: `${run.record.configuration.model}, ${new Date(run.record.started).toLocaleString()}`,
    run,
  }));
  const item = await vscode.window.showQuickPick(items, {
    title: `${verb} which run?`,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return item?.run;
}

export async function pickForm({ record }: StoredRun, verb: string): Promise<Form | undefined> {
  const whole = record.configuration.train?.method === "full";
  return vscode.window.showQuickPick(whole ? mergedForms : [...adapterForms, ...mergedForms], {
    title: `${verb} ${record.mixture} as`,
  });
}
