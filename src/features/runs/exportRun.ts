// Pinch: Export Run. Asks for a run, a format and a folder, and shows progress.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { showNotice, withNotification } from "../../platform/messages.ts";
import type { ExportFormat, ExportOutcome, GgufDtype } from "../../protocol/runtime.ts";
import type { RunStore } from "../../workspace/runs/runStore.ts";
import { countWords, scoreWords } from "../../workspace/runs/runText.ts";
import type { BrokenRun, StoredRun } from "../../workspace/runs/storedRun.ts";
import type { Workspace } from "../../workspace/workspace.ts";

interface Form extends vscode.QuickPickItem {
  readonly format: ExportFormat;
  /** Null for the data type of the untuned model. */
  readonly dtype: GgufDtype | null;
}

/** Size in bytes at which the Hugging Face Hub and transformers split weights. */
const maxShardBytes = 5e9;

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

/** @param asked Run of the row that the command was called on; undefined to ask the user. */
export async function exportRun(
  parts: Pick<Workspace, "runs" | "launch" | "log">,
  asked: StoredRun | BrokenRun | undefined,
): Promise<void> {
  const run = asked !== undefined && "record" in asked ? asked : await pickRun(parts.runs);
  if (run === undefined) return;
  const form = await pickForm(run);
  if (form === undefined) return;
  const name = [run.folder, form.format === "gguf" ? "gguf" : null, form.dtype ?? form.format]
    .filter(part => part !== null)
    .join("-");
  const [parent] =
    (await vscode.window.showOpenDialog({
      canSelectFolders: true,
      canSelectFiles: false,
      title: `Folder in which to create ${name}`,
      openLabel: "Export Here",
    })) ?? [];
  if (parent === undefined) return;
  const outcome = await exported(parts, run, form, vscode.Uri.joinPath(parent, name));
  if (outcome === null) return;
  const folder = vscode.Uri.file(outcome.folder);
  showNotice(`Exported to ${outcome.folder}.`, [
    { title: "Show Folder", run: () => vscode.commands.executeCommand("revealFileInOS", folder) },
    {
      title: "Open Model Card",
      run: () =>
        vscode.commands.executeCommand("markdown.showPreview", vscode.Uri.joinPath(folder, "README.md")),
    },
  ]);
}

async function pickRun(store: RunStore): Promise<StoredRun | undefined> {
  const runs = (await store.all()).filter(run => run.tuned);
  if (runs.length === 0)
    throw new HumanError("There is no tuned model to export yet.", { remedy: "Run a mixture first." });
  const items = runs.map(run => ({
    label: run.record.mixture,
    description: `seed ${run.record.seed} · ${scoreWords(run.metrics) ?? countWords(run.record.counts)}`,
    detail: `${run.record.configuration.model}, ${new Date(run.record.started).toLocaleString()}`,
    run,
  }));
  const item = await vscode.window.showQuickPick(items, {
    title: "Export which run?",
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return item?.run;
}

async function pickForm({ record }: StoredRun): Promise<Form | undefined> {
  const whole = record.configuration.train?.method === "full";
  return vscode.window.showQuickPick(whole ? mergedForms : [...adapterForms, ...mergedForms], {
    title: `Export ${record.mixture} as`,
  });
}

/** Returns null if the user cancelled. */
async function exported(
  { launch, log }: Pick<Workspace, "runs" | "launch" | "log">,
  run: StoredRun,
  form: Form,
  out: vscode.Uri,
): Promise<ExportOutcome | null> {
  const title = `Exporting ${run.record.mixture}`;
  return withNotification({ title, cancellable: true }, async (progress, token) => {
    const runtime = launch();
    const listening = runtime.onProgress(({ done, total, message }) =>
      progress.say(message, total > 0 ? (100 * done) / total : 0),
    );
    try {
      const request = {
        folder: run.uri.fsPath,
        format: form.format,
        dtype: form.dtype,
        out: out.fsPath,
        maxShardBytes,
        starter: runtime.starter,
      };
      return await runtime.call("pinch/export", request, token);
    } catch (error) {
      if (!token.isCancellationRequested) throw error;
      log.info(`The export of ${run.folder} was cancelled.`);
      return null;
    } finally {
      listening.dispose();
      await runtime.end();
    }
  });
}
