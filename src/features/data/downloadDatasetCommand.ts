// Pinch: Download Dataset. Chooses a part of a Hub dataset, downloads it and pins it in the mixture file.
import * as vscode from "vscode";
import type { DatasetToDownload } from "../../common/diagnostic.ts";
import { HumanError } from "../../common/errors.ts";
import { countOf } from "../../common/words.ts";
import { guessLanguageColumn } from "../../core/dataset/guessColumns.ts";
import { type HubSourceFields, hubSourceYaml, pinHubSource } from "../../core/mixtureFile/writeHubSource.ts";
import { type HubSource, pastedHubSource } from "../../core/sources/hubSource.ts";
import { showHubFailure, withHubProgress } from "../../platform/hubProgress.ts";
import { hubToken } from "../../platform/hubToken.ts";
import { showFailure, showNotice } from "../../platform/messages.ts";
import type { RuntimeProcess } from "../../platform/runtimeProcess.ts";
import { requireTrust } from "../../platform/trust.ts";
import type { DatasetDownload } from "../../protocol/data.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { chooseHubPart, type HubPart } from "./chooseHubPart.ts";
import { askLanguage } from "./chooseMapping.ts";
import { useInMixtureFile } from "./useInMixture.ts";

/** Place in a mixture file that names the dataset, where its commit is written. */
export interface WrittenAt {
  readonly document: vscode.Uri;
  readonly range: vscode.Range;
}

/** @param asked Answers given by the command's callers; the user is asked when absent. */
export async function downloadDataset(
  workspace: Workspace,
  asked: DatasetToDownload | undefined,
  at: WrittenAt | undefined,
): Promise<DatasetDownload | undefined> {
  requireTrust("Downloads");
  const written = asked?.source ?? (await askSource());
  if (written === undefined || written.trim() === "") return undefined;
  const source = pastedHubSource(written);
  if (source === null)
    throw new HumanError(`${written} is not the id of a Hub dataset.`, {
      remedy: "Write the id as on the dataset's page, org/name, optionally followed by @ and a commit.",
    });
  const runtime = workspace.launch();
  try {
    const fetched = await fetchDataset(workspace, runtime, source, asked ?? {});
    if (fetched === null) return undefined;
    const { outcome, part } = fetched;
    const isKnown = outcome.languages.length > 0 || asked?.language !== undefined || asked?.in !== undefined;
    const language =
      isKnown || (asked !== undefined && at === undefined) ? {} : await languageOfRows(runtime, outcome);
    const { config, split } = part;
    const fields = {
      ...(config !== undefined && { config }),
      ...(split !== undefined && { split }),
      ...language,
    };
    workspace.dataIndex.refresh();
    if (at === undefined) tell(workspace, outcome, fields);
    else if (written !== outcome.source || Object.keys(fields).some(name => !(name in (asked ?? {}))))
      await pinWritten(at, written, outcome.source, fields);
    return outcome;
  } catch (error) {
    showHubFailure(workspace.log, error);
    return undefined;
  } finally {
    await runtime.end();
  }
}

function askSource(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: "Download a dataset from the Hugging Face Hub",
    prompt: "org/name; @revision after it pins a branch, tag or commit.",
    placeHolder: "CohereForAI/aya_dataset",
    ignoreFocusOut: true,
    validateInput: text =>
      text.trim() === "" || pastedHubSource(text) !== null ? null : "A dataset id has the form org/name.",
  });
}

/** Returns null if cancelled. Downloaded parts are kept, and the next download resumes from them. */
async function fetchDataset(
  { secrets }: Workspace,
  runtime: RuntimeProcess,
  source: HubSource,
  written: Omit<DatasetToDownload, "source">,
): Promise<{ outcome: DatasetDownload; part: HubPart } | null> {
  const { id, revision } = source;
  const token = await hubToken(secrets);
  const listed = await withHubProgress(runtime, id, stop =>
    runtime.call("pinch/hubDataset", { id, revision, token }, stop),
  );
  if (listed === null) return null;
  const part = await chooseHubPart(listed, source, written);
  if (part === undefined) return null;
  const request = { id, revision: listed.commit, token, ...part };
  const outcome = await withHubProgress(runtime, id, stop =>
    runtime.call("pinch/downloadDataset", request, stop),
  );
  return outcome === null ? null : { outcome, part };
}

/** Returns an empty list when dismissed. */
async function languageOfRows(
  runtime: RuntimeProcess,
  { firstFile }: DatasetDownload,
): Promise<HubSourceFields> {
  const { columns } = await runtime.call("pinch/datasetColumns", { source: firstFile });
  const chosen = await askLanguage(columns, undefined, guessLanguageColumn(columns), { detect: false });
  if (chosen?.kind === "column") return { language: chosen.column };
  return chosen?.kind === "fixed" ? { in: chosen.tag } : {};
}

async function pinWritten(
  { document, range }: WrittenAt,
  source: string,
  pinned: string,
  fields: HubSourceFields,
): Promise<void> {
  const open = await vscode.workspace.openTextDocument(document);
  const between = { from: open.offsetAt(range.start), to: open.offsetAt(range.end) };
  const edit = new vscode.WorkspaceEdit();
  for (const { from, to, text } of pinHubSource(open.getText(), between, source, pinned, fields))
    edit.replace(document, new vscode.Range(open.positionAt(from), open.positionAt(to)), text);
  await vscode.workspace.applyEdit(edit);
}

function tell({ log }: Workspace, outcome: DatasetDownload, fields: HubSourceFields): void {
  const { source, commit, folder, files, languages, unread } = outcome;
  log.info(`${source} was downloaded to ${folder}.`);
  if (unread.length > 0)
    log.warn(`${source}: ${unread.join(", ")} are not read, because no language has this name.`);
  const yaml = hubSourceYaml(source, fields);
  const use = () =>
    useInMixtureFile({ place: "train", yaml }).catch((error: unknown) => showFailure(log, error));
  const what = languages.length === 0 ? countOf(files, "file") : countOf(languages.length, "language");
  const left =
    unread.length === 0 ? "" : ` ${countOf(unread.length, "part is", "parts are")} not read (see the log).`;
  showNotice(
    `${what} of the dataset, at commit ${commit.slice(0, 7)}, are in the Hugging Face cache.${left}`,
    [{ title: "Use in Mixture File", run: use }],
  );
}
