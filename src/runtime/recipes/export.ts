// Recipe that exports a run: its adapter or a whole model, for PEFT and transformers or for llama.cpp.
import { copyFileSync, existsSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { untunedName } from "../../core/mixture/mixtureFile.ts";
import { runFiles } from "../../core/records/records.ts";
import type { RunRecord } from "../../core/records/runRecord.ts";
import { adapterScale } from "../../graph/nn/weights.ts";
import { requireFreeFolder, writeFolderAtomically } from "../../node/atomicFolder.ts";
import { throwIfCancelled } from "../../node/cancelled.ts";
import { requirePlainFolder } from "../../node/plainFiles.ts";
import type { ExportDtype, ExportOutcome, ExportRequest, GgufDtype } from "../../protocol/runtime.ts";
import type { RecipeContext } from "../context/context.ts";
import { Pace } from "../context/pace.ts";
import { requireUnchanged } from "../files/fileHashes.ts";
import { readMetrics, readSamples } from "../files/readRun.ts";
import { hasTrainedWeights, readRunRecord } from "../files/runFolder.ts";
import { localFiles } from "../hub/localFiles.ts";
import { isRepositoryId } from "../hub/repository.ts";
import {
  type ExportedTensor,
  mergedTensors,
  requireFinite,
  storedTensors,
  writeWeights,
} from "../model/exportModel.ts";
import { windowUnknownToLlama, writeGgufAdapter, writeGgufModel } from "../model/gguf/exportGguf.ts";
import { isGgufName } from "../model/gguf/ggufModel.ts";
import { modelfile } from "../model/gguf/modelfile.ts";
import { modelCard } from "../model/modelCard.ts";
import { writeConfigFiles, writeTokenizerFiles } from "../model/modelFiles.ts";
import type { ModelFolder } from "../model/modelFolder.ts";
import { openModel } from "../model/openModel.ts";
import { resolveModelFolder, starterModel } from "../model/resolveModel.ts";
import { openSafetensors } from "../model/safetensors.ts";
import { adapterOfTower } from "../model/textTower.ts";
import { adapterFiles, nameBase, readAdapterConfig } from "../train/adapterFiles.ts";

/** Writes `request.out` completely or not at all. */
export async function exportRun(request: ExportRequest, context: RecipeContext): Promise<ExportOutcome> {
  const { folder, format, out } = request;
  requirePlainFolder(folder);
  const record = readRunRecord(folder);
  requireExportable(folder, record, format);
  requireUnchanged(folder, record, [runFiles.adapter, runFiles.model]);
  requireFreeFolder(out);
  const { base: givenBase } = request;
  if (givenBase !== undefined && !isRepositoryId(givenBase))
    throw new HumanError(`${givenBase} is not the id of a model on the Hub.`, {
      remedy: "Write it as shown on its page: org/name.",
    });
  const path = resolveModelFolder(record.configuration.model, record.configuration.file, request.starter);
  const base = openModel(path, record.configuration.chat);
  const dtype = dtypeOf(request, base);
  const pace = new Pace({ load: 0, save: 1 }, context.progress);
  if (format !== "adapter") {
    pace.update("load", 0, 1, "Checking the base model");
    requireSameBase(record, base);
  }
  throwIfCancelled(context.signal);
  const names = nameOf(record.configuration.model, path, givenBase);
  const onTensor = (name: string, done: number, total: number): void => {
    throwIfCancelled(context.signal);
    pace.update("save", done, total, name);
  };
  await writeFolderAtomically(out, async temporary => {
    if (isForLlama(format)) await writeGgufFiles(temporary, request, { base, record, dtype }, onTensor);
    else {
      if (format === "adapter") copyAdapter(folder, temporary, names.hubId);
      else {
        const stored = floatDtype(dtype);
        writeConfigFiles(temporary, base, stored);
        await writeWeights(temporary, weightsOf(folder, base), stored, request.maxShardBytes, onTensor);
      }
      const note = writeTokenizerFiles(temporary, base);
      if (note !== null) context.log("warn", note);
    }
    const gguf = readdirSync(temporary).find(isGgufName);
    const facts = {
      record,
      metrics: readMetrics(folder, record),
      format,
      dtype,
      ...names,
      ...(request.repository !== undefined && { repository: request.repository }),
      template: base.template,
      ...(gguf !== undefined && { gguf: { file: gguf, unwindowed: windowUnknownToLlama(base) } }),
    };
    writeFileSync(join(temporary, "README.md"), modelCard(facts));
  });
  const files = localFiles(out).map(({ name, bytes }) => ({ name, bytes }));
  context.log("info", `Exported ${basename(folder)} to ${out}`);
  return { folder: out, files };
}

function isForLlama(format: ExportRequest["format"]): format is "gguf" | "gguf-adapter" {
  return format === "gguf" || format === "gguf-adapter";
}

function copyAdapter(folder: string, target: string, hubId: string | null): void {
  openSafetensors(join(folder, runFiles.adapter, adapterFiles[0]));
  for (const name of adapterFiles) copyFileSync(join(folder, runFiles.adapter, name), join(target, name));
  nameBase(target, hubId);
}

/** Number of a run's own prompts, spread over its languages, on which tokenizers are compared. */
const maxTexts = 300;

async function writeGgufFiles(
  target: string,
  { folder, format }: ExportRequest,
  {
    base,
    record,
    dtype,
  }: {
    readonly base: ModelFolder;
    readonly record: RunRecord;
    readonly dtype: GgufDtype;
  },
  onTensor: (name: string, bytesDone: number, bytesTotal: number) => void,
): Promise<void> {
  const name = `${base.name.replace(/\.gguf$/i, "")} ${record.mixture}`;
  if (format === "gguf-adapter") {
    const from = join(folder, runFiles.adapter);
    const adapter = adapterOfTower(openSafetensors(join(from, adapterFiles[0])));
    const shape = readAdapterConfig(from);
    const alpha = adapterScale(shape) * shape.rank; // llama.cpp divides it by the rank
    const path = join(target, `${basename(folder)}-lora.gguf`);
    await writeGgufAdapter(path, base, { adapter, alpha, name }, onTensor);
    return;
  }
  const tensors = weightsOf(folder, base).map(tensor => ({
    ...tensor,
    values: () => {
      const values = tensor.values();
      requireFinite(tensor.name, values, dtype);
      return values;
    },
  }));
  const samples = readSamples(folder);
  const every = Math.ceil(samples.length / maxTexts);
  const texts = samples.filter((_, i) => i % every === 0).map(({ prompt }) => prompt);
  const file = `${basename(folder)}-${dtype}.gguf`;
  await writeGgufModel(join(target, file), base, { tensors, dtype, name, texts }, onTensor);
  writeFileSync(join(target, "Modelfile"), modelfile(file, base));
}

function requireExportable(folder: string, record: RunRecord, format: ExportRequest["format"]): void {
  const name = basename(folder);
  if (record.mixture === untunedName)
    throw new HumanError(`${name} is a run of the untuned model: there is nothing to export.`, {
      remedy: "Choose a run of a mixture.",
    });
  if (record.configuration.imported !== undefined)
    throw new HumanError(`${name} was imported: it has responses, and no weights to export.`, {
      remedy: "Export its samples: --format alpaca-eval or lm-eval.",
    });
  if (!hasTrainedWeights(folder))
    throw new HumanError(`The training of ${name} has not ended: there are no weights to export.`, {
      remedy: "Resume the run, or run the mixture again.",
    });
  if (format === "gguf-adapter" && record.configuration.train?.lora.dora === true)
    throw new HumanError(`${name} was trained with DoRA, which adapters for llama.cpp do not have.`, {
      remedy: "Export it merged: --format gguf.",
    });
  if (format.endsWith("adapter") && !existsSync(join(folder, runFiles.adapter)))
    throw new HumanError(`${name} was trained in full: it has no adapter.`, {
      remedy: "Export it merged, as a whole model.",
    });
}

function requireSameBase(record: RunRecord, base: ModelFolder): void {
  if (record.lock === null || record.lock.model === base.sha256()) return;
  throw new HumanError(`${base.path} is no longer the model that the run was trained on: its hash differs.`, {
    remedy: "Restore the model's files, or run the mixture again.",
  });
}

function floatDtype(dtype: GgufDtype): ExportDtype {
  if (dtype !== "q8_0") return dtype;
  throw new HumanError("q8_0 is a data type of GGUF files.", {
    remedy: "Export with --format gguf, or choose float16, bfloat16 or float32.",
  });
}

/** Data type as asked for; by default float16 in a GGUF file, else that of the base or bfloat16. */
function dtypeOf({ dtype, format }: ExportRequest, { configJson }: ModelFolder): GgufDtype {
  const stored = configJson.torch_dtype ?? configJson.dtype;
  const usual = stored === "float32" || stored === "float16" ? stored : "bfloat16";
  return dtype ?? (isForLlama(format) ? "float16" : usual);
}

function weightsOf(folder: string, base: ModelFolder): ExportedTensor[] {
  const adapter = join(folder, runFiles.adapter);
  if (!existsSync(adapter))
    return storedTensors(base, openSafetensors(join(folder, runFiles.model, "model.safetensors")));
  return mergedTensors(
    base,
    adapterOfTower(openSafetensors(join(adapter, adapterFiles[0]))),
    readAdapterConfig(adapter),
  );
}

/**
 * A Hub id is shown in full. Of a folder or file, only the last part is shown, because the rest is private.
 * @param given Hub id as the user gave it.
 */
function nameOf(
  model: string,
  path: string,
  given?: string,
): { readonly baseName: string; readonly hubId: string | null } {
  if (given !== undefined) return { baseName: given, hubId: given };
  const cached = path.includes(`models--${model.replace("/", "--")}`);
  const known = cached || model === starterModel;
  return { baseName: known ? model : basename(model), hubId: cached ? model : null };
}
