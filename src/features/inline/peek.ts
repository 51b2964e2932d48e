// Pinch: Peek Outputs. Shows outputs of the latest runs in the editor's peek view.

import * as vscode from "vscode";
import { baseName } from "../../common/baseName.ts";
import { HumanError } from "../../common/errors.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { type AnsweredRun, latestRuns } from "./answeredRuns.ts";
import { outputsUri } from "./outputDocuments.ts";
import { isOfMixture, promptRows } from "./promptRows.ts";

export interface PeekTarget {
  readonly uri: vscode.Uri;
  /** Zero-based line at which the peek view opens. */
  readonly line: number;
  readonly language: string;
  /** Null for every prompt. */
  readonly id: string | null;
  /** Key in the mixture file; null for all mixtures. */
  readonly mixture: string | null;
}

/** @param argument a `PeekTarget`; defaults to the prompt at the cursor */
export async function peekOutputs(workspace: Workspace, argument: unknown): Promise<void> {
  const target = isTarget(argument) ? argument : targetAtCursor();
  const locations = await outputLocations(workspace, target);
  if (locations.length === 0) {
    throw new HumanError("No run has outputs for this yet.", {
      remedy: "Run a mixture that is evaluated on this file.",
    });
  }
  const place = new vscode.Position(target.line, 0);
  await vscode.commands.executeCommand(
    "editor.action.peekLocations",
    target.uri,
    place,
    locations,
    "peek",
    "No outputs.",
  );
}

async function outputLocations(
  workspace: Workspace,
  { language, id, mixture, uri }: PeekTarget,
): Promise<vscode.Location[]> {
  const runs = latestRuns(await workspace.runs.all()).filter(
    ({ record }) =>
      mixture === null ||
      (isOfMixture(record.mixture, mixture) &&
        vscode.Uri.file(record.configuration.file).fsPath === uri.fsPath),
  );
  const found = await Promise.all(
    runs.map(async run => ((await hasOutput(workspace, run, language, id)) ? [run] : [])),
  );
  return found
    .flat()
    .map(run => new vscode.Location(outputsUri(run, { language, id }), new vscode.Range(0, 0, 0, 0)));
}

async function hasOutput(
  workspace: Workspace,
  { uri }: AnsweredRun,
  language: string,
  id: string | null,
): Promise<boolean> {
  const index = await workspace.samples.index(uri).catch(() => null);
  if (index === null) return false;
  return id === null ? index.languages().includes(language) : index.rowOf(language, id) !== undefined;
}

function targetAtCursor(): PeekTarget {
  const editor = vscode.window.activeTextEditor;
  const line = editor?.selection.active.line ?? -1;
  const rows =
    editor === undefined ? [] : promptRows(editor.document.getText(), baseName(editor.document.uri.path));
  const row = rows.find(each => each.line === line);
  if (editor === undefined || row === undefined)
    throw new HumanError("There is no evaluation prompt at the cursor.", {
      remedy: "Put the cursor on a row of an evaluation file (JSON Lines with ids).",
    });
  return { uri: editor.document.uri, line, language: row.language, id: row.id, mixture: null };
}

function isTarget(value: unknown): value is PeekTarget {
  return (
    typeof value === "object" &&
    value !== null &&
    "uri" in value &&
    value.uri instanceof vscode.Uri &&
    "language" in value
  );
}
