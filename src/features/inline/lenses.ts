// Code lenses above prompts and mixtures that peek at the outputs of the latest runs.

import * as vscode from "vscode";
import { baseName } from "../../common/baseName.ts";
import { displayName } from "../../core/language/tags.ts";
import { commands, mixtureFileGlob } from "../../manifest.ts";
import { besideIcons } from "../../platform/markdown.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { type AnsweredRun, latestRuns } from "./answeredRuns.ts";
import type { PeekTarget } from "./peek.ts";
import { isOfMixture, mixtureLines, promptRows } from "./promptRows.ts";

/** Maximum number of runs, newest first, whose indexes are read for a file of prompts. */
const maxRuns = 12;
/** Length of the longest text that is searched, in characters; evaluation sets are far smaller. */
const maxText = 4_000_000;

export function registerLenses(workspace: Workspace): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const provider = (
    provide: (document: vscode.TextDocument) => Promise<vscode.CodeLens[]>,
  ): vscode.CodeLensProvider => ({
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses: async document => {
      try {
        return await provide(document);
      } catch (error) {
        workspace.log.error(error instanceof Error ? error : String(error));
        return [];
      }
    },
  });
  return vscode.Disposable.from(
    changed,
    workspace.runs.onDidChange(() => changed.fire()),
    vscode.languages.registerCodeLensProvider(
      { pattern: mixtureFileGlob },
      provider(document => mixtureLenses(workspace, document)),
    ),
    vscode.languages.registerCodeLensProvider(
      { pattern: "**/*.jsonl" },
      provider(document => promptLenses(workspace, document)),
    ),
  );
}

async function mixtureLenses(
  workspace: Workspace,
  document: vscode.TextDocument,
): Promise<vscode.CodeLens[]> {
  const runs = latestRuns(await workspace.runs.all()).filter(run => isOf(run, document.uri));
  if (runs.length === 0) return [];
  return mixtureLines(document.getText()).flatMap(({ name, line }) => {
    const own = runs.filter(({ record }) => isOfMixture(record.mixture, name));
    const languages = [...new Set(own.flatMap(({ metrics }) => Object.keys(metrics?.languages ?? {})))];
    const marks = [...new Set(own.map(({ apart }) => apart ?? ""))];
    const mark = marks.join("; ");
    const said = mark === "" ? "" : ` (${marks.includes("") ? "some of " : ""}other settings)`;
    return languages.map((language, i) =>
      lens(
        document,
        line,
        `${i === 0 ? `$(comment-discussion) Outputs${said}: ` : ""}${besideIcons(language)}`,
        {
          language,
          id: null,
          mixture: name,
          tooltip: `Responses of the latest runs of ${name} in ${displayName(language)}${mark === "" ? "" : `. Not of the newest experiment: ${mark}`}`,
        },
      ),
    );
  });
}

async function promptLenses(workspace: Workspace, document: vscode.TextDocument): Promise<vscode.CodeLens[]> {
  const text = document.getText();
  if (text.length > maxText) return [];
  const runs = latestRuns(await workspace.runs.all()).slice(0, maxRuns);
  if (runs.length === 0) return [];
  const rows = promptRows(text, baseName(document.uri.path));
  if (rows.length === 0) return [];
  const indexed = (
    await Promise.all(
      runs.map(async ({ uri, apart }) => {
        const index = await workspace.samples.index(uri).catch(() => null);
        return index === null ? [] : [{ index, apart }];
      }),
    )
  ).flat();
  return rows.flatMap(({ line, language, id }) => {
    const found = indexed.filter(({ index }) => index.rowOf(language, id) !== undefined);
    const others = found.filter(({ apart }) => apart !== undefined).length;
    const count = found.length === 1 ? "1 output" : `${found.length} outputs`;
    return found.length === 0
      ? []
      : [
          lens(
            document,
            line,
            `$(comment-discussion) ${count}${others === 0 ? "" : `, ${others} of other settings`}`,
            { language, id, mixture: null, tooltip: "Responses of the latest runs to this prompt" },
          ),
        ];
  });
}

function lens(
  document: vscode.TextDocument,
  line: number,
  title: string,
  { tooltip, ...wanted }: Omit<PeekTarget, "uri" | "line"> & { readonly tooltip: string },
): vscode.CodeLens {
  const target: PeekTarget = { uri: document.uri, line, ...wanted };
  return new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
    title,
    tooltip,
    command: commands.peekOutputs,
    arguments: [target],
  });
}

function isOf({ record }: AnsweredRun, file: vscode.Uri): boolean {
  return vscode.Uri.file(record.configuration.file).fsPath === file.fsPath;
}
