// Recipe that exports a run: its adapter in PEFT's format, or a whole model in that of transformers.
import { copyFileSync, existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { untunedName } from "../../core/mixture/mixtureFile.ts";
import { runFiles } from "../../core/records/records.ts";
import type { RunRecord } from "../../core/records/runRecord.ts";
import { requireFreeFolder, writeFolderAtomically } from "../../node/atomicFolder.ts";
import { throwIfCancelled } from "../../node/cancelled.ts";
import { requirePlainFolder } from "../../node/plainFiles.ts";
import type { ExportDtype, ExportOutcome, ExportRequest } from "../../protocol/runtime.ts";
import type { RecipeContext } from "../context/context.ts";
import { Pace } from "../context/pace.ts";
import { requireUnchanged } from "../files/fileHashes.ts";
import { readMetrics } from "../files/readRun.ts";
import { hasTrainedWeights, readRunRecord } from "../files/runFolder.ts";
import { type ExportedTensor, mergedTensors, storedTensors, writeWeights } from "../model/exportModel.ts";
import { modelCard } from "../model/modelCard.ts";
import { writeConfigFiles, writeTokenizerFiles } from "../model/modelFiles.ts";
import type { ModelFolder } from "../model/modelFolder.ts";
import { openModel } from "../model/openModel.ts";
import { resolveModelFolder, starterModel } from "../model/resolveModel.ts";
import { openSafetensors } from "../model/safetensors.ts";
import { adapterFiles, nameBase, readAdapterConfig } from "../train/adapterFiles.ts";

/** Writes `request.out` completely or not at all. */
export async function exportRun(request: ExportRequest, context: RecipeContext): Promise<ExportOutcome> {
  const { folder, format, out } = request;
  requirePlainFolder(folder);
  const record = readRunRecord(folder);
  requireExportable(folder, record, format);
  requireUnchanged(folder, record, [runFiles.adapter, runFiles.model]);
  requireFreeFolder(out);
  const path = resolveModelFolder(record.configuration.model, record.configuration.file, request.starter);
  const base = openModel(path, record.configuration.chat);
  const dtype = request.dtype ?? dtypeOf(base);
  const pace = new Pace({ load: 0, save: 1 }, context.progress);
  if (format === "merged") {
    pace.update("load", 0, 1, "Checking the base model");
    requireSameBase(record, base);
  }
  throwIfCancelled(context.signal);
  await writeFolderAtomically(out, async temporary => {
    if (format === "adapter") {
      openSafetensors(join(folder, runFiles.adapter, adapterFiles[0]));
      for (const name of adapterFiles)
        copyFileSync(join(folder, runFiles.adapter, name), join(temporary, name));
      nameBase(temporary, nameOf(record.configuration.model, path).hubId);
    } else {
      writeConfigFiles(temporary, base, dtype);
      await writeWeights(
        temporary,
        weightsOf(folder, base),
        dtype,
        request.maxShardBytes,
        (name, done, total) => {
          throwIfCancelled(context.signal);
          pace.update("save", done, total, name);
        },
      );
    }
    writeTokenizerFiles(temporary, base);
    const facts = {
      record,
      metrics: readMetrics(folder, record),
      format,
      dtype,
      ...nameOf(record.configuration.model, path),
      template: base.template,
    };
    writeFileSync(join(temporary, "README.md"), modelCard(facts));
  });
  const files = readdirSync(out)
    .sort()
    .map(name => ({ name, bytes: statSync(join(out, name)).size }));
  context.log("info", `Exported ${basename(folder)} to ${out}`);
  return { folder: out, files };
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
  if (format === "adapter" && !existsSync(join(folder, runFiles.adapter)))
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

/** Data type according to the base model; if it names none, bfloat16, like most models of this type. */
function dtypeOf({ configJson }: ModelFolder): ExportDtype {
  const stored = configJson.torch_dtype ?? configJson.dtype;
  return stored === "float32" || stored === "float16" ? stored : "bfloat16";
}

function weightsOf(folder: string, base: ModelFolder): ExportedTensor[] {
  const adapter = join(folder, runFiles.adapter);
  if (!existsSync(adapter))
    return storedTensors(base, openSafetensors(join(folder, runFiles.model, "model.safetensors")));
  return mergedTensors(base, openSafetensors(join(adapter, adapterFiles[0])), readAdapterConfig(adapter));
}

/**
 * A Hub id is shown in full. Of a folder or file, only the last part is shown, because the rest is private.
 */
function nameOf(model: string, path: string): { readonly baseName: string; readonly hubId: string | null } {
  const cached = path.includes(`models--${model.replace("/", "--")}`);
  const known = cached || model === starterModel;
  return { baseName: known ? model : basename(model), hubId: cached ? model : null };
}
