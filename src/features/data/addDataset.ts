// Pinch: Add Dataset. Asks for a file, the meaning of its columns and a target folder, then imports it.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { countOf } from "../../common/words.ts";
import { notesText } from "../../core/dataset/importNotes.ts";
import { dataEndings, packedEndings } from "../../core/sources/dataFileNames.ts";
import { showFailure, showNotice, withNotification } from "../../platform/messages.ts";
import type { RuntimeProcess } from "../../platform/runtimeProcess.ts";
import type { ColumnMapping, DatasetImport } from "../../protocol/data.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { chooseMapping } from "./chooseMapping.ts";
import { useInMixtureFile } from "./useInMixture.ts";

/** Answers that callers of the command may give in advance. */
export interface AddDatasetOptions {
  readonly mapping?: ColumnMapping;
  readonly out?: vscode.Uri;
}

export async function addDataset(
  workspace: Workspace,
  languages: () => Promise<string[]>,
  asked: vscode.Uri | undefined,
  options: AddDatasetOptions,
): Promise<DatasetImport | undefined> {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder === undefined)
    throw new HumanError("A dataset is stored in a workspace folder, but no folder is open.", {
      remedy: "Open a folder first (File: Open Folder…).",
    });
  const source = asked ?? (await chooseFile(folder.uri));
  if (source === undefined) return undefined;
  const runtime = workspace.launch();
  try {
    const { columns } = await runtime.call("pinch/datasetColumns", { source: source.fsPath });
    const mapping = options.mapping ?? (await chooseMapping(workspace.memory, columns));
    if (mapping === undefined) return undefined;
    const out = options.out ?? (await chooseFolder(folder.uri, source));
    if (out === undefined) return undefined;
    const expected = await languages();
    const done = await importWithProgress(runtime, {
      source: source.fsPath,
      mapping,
      out: out.fsPath,
      expected,
    });
    if (done !== null) tell(workspace, done, out);
    return done ?? undefined;
  } finally {
    await runtime.end();
  }
}

async function chooseFile(folder: vscode.Uri): Promise<vscode.Uri | undefined> {
  const chosen = await vscode.window.showOpenDialog({
    title: "Add Dataset",
    openLabel: "Add",
    defaultUri: folder,
    filters: { Datasets: [...dataEndings, ...packedEndings] },
  });
  return chosen?.[0];
}

/** data/train if it is still empty, else a folder named after the file. */
async function chooseFolder(workspace: vscode.Uri, source: vscode.Uri): Promise<vscode.Uri | undefined> {
  const name = source.path.replace(/^.*\//, "").replace(/\.[^.]*$/, "");
  const empty = (await vscode.workspace.findFiles("data/train/*", undefined, 1)).length === 0;
  const written = await vscode.window.showInputBox({
    title: "Folder for the dataset",
    prompt: "A folder in the workspace; each language becomes a file in it, such as en.jsonl.",
    value: empty ? "data/train" : `data/${name}`,
    ignoreFocusOut: true,
    validateInput: text =>
      text.trim() === "" || /^([\\/]|[a-z]:)/i.test(text) || text.split(/[\\/]/).includes("..")
        ? "Enter a folder in the workspace, such as data/train."
        : null,
  });
  return written === undefined ? undefined : vscode.Uri.joinPath(workspace, written.trim());
}

/** Returns null if cancelled; partial output is removed. */
function importWithProgress(
  runtime: RuntimeProcess,
  request: { source: string; mapping: ColumnMapping; out: string; expected: string[] },
): Thenable<DatasetImport | null> {
  return withNotification({ title: "Pinch: dataset", cancellable: true }, async (progress, token) => {
    const listening = runtime.onProgress(({ message, done, total }) =>
      progress.say(message, (100 * done) / Math.max(1, total)),
    );
    try {
      return await runtime.call("pinch/importDataset", request, token);
    } catch (error) {
      if (token.isCancellationRequested) return null;
      throw error;
    } finally {
      listening.dispose();
    }
  });
}

function tell({ log, dataIndex }: Workspace, { rows, notes }: DatasetImport, out: vscode.Uri): void {
  dataIndex.refresh();
  const total = Object.values(rows).reduce((sum, number) => sum + number, 0);
  const where = vscode.workspace.asRelativePath(out);
  const told = notesText(notes);
  const omitted = told === "" ? "" : ` ${told}`;
  const pattern = vscode.Uri.joinPath(out, "{language}.jsonl");
  const use = () =>
    useInMixtureFile({ place: "train", path: pattern }).catch((error: unknown) => showFailure(log, error));
  const each = Object.entries(rows).map(([language, number]) => `${language} ${number}`);
  log.info(`Imported into ${out.fsPath}: ${each.join(", ")}.${omitted}`);
  showNotice(`${countOf(total, "row")} in ${countOf(each.length, "language")} are in ${where}.${omitted}`, [
    { title: "Use in Mixture File", run: use },
  ]);
}
