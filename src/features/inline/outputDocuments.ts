// Virtual documents with a run's outputs, for the peek view and the diff editor; nothing is written to disk.
import * as vscode from "vscode";
import type { SampleRecord } from "../../core/records/records.ts";
import { outputText } from "../../core/samples/outputText.ts";
import { outputsScheme } from "../../manifest.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { type AnsweredRun, nameOf } from "./answeredRuns.ts";

/** Content of a document: the output for one prompt, or all outputs in a language. */
export interface OutputsWanted {
  readonly language: string;
  /** Null for every prompt. */
  readonly id: string | null;
}

export function outputsUri(run: AnsweredRun, wanted: OutputsWanted): vscode.Uri {
  const what = wanted.id === null ? wanted.language : `${wanted.language} ${wanted.id}`;
  return vscode.Uri.from({
    scheme: outputsScheme,
    path: `/${nameOf(run)} (${what})`.replaceAll("\\", "/"),
    query: JSON.stringify({ run: run.uri.toString(), ...wanted }),
  });
}

export class OutputDocuments implements vscode.TextDocumentContentProvider {
  readonly #workspace: Workspace;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { run, language, id } = JSON.parse(uri.query) as OutputsWanted & { readonly run: string };
    const folder = vscode.Uri.parse(run, true);
    const index = await this.#workspace.samples.index(folder);
    const filter = { language, outcome: "all", responseLanguage: null } as const;
    const rows = id === null ? index.find(filter).rows : [index.rowOf(language, id)];
    const samples = await this.#workspace.samples.read(folder, rows);
    const found: SampleRecord[] = samples.flatMap(sample => sample ?? []);
    return found.length === 0 ? "This output no longer exists.\n" : outputText(found);
  }
}
