// All features for open mixture files and their data. Loaded with the first such file, not at activation.
import * as vscode from "vscode";
import type { MixtureParser } from "../../workspace/mixtures/mixtureParser.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { DataFileHelp } from "./dataFileHelp.ts";
import { DataFiles } from "./dataFiles.ts";
import { MixtureDiagnostics } from "./diagnostics.ts";
import { ExamplePreview } from "./examplePreview.ts";
import { registerLanguageHelp } from "./languageHelp.ts";
import { MixtureView } from "./mixtureView.ts";
import { SmallData } from "./smallData.ts";
import { WorkspaceFacts } from "./workspaceFacts.ts";

export class MixtureHelp implements vscode.Disposable {
  readonly preview: ExamplePreview;
  readonly #workspace: Workspace;
  readonly #parser: MixtureParser;
  readonly #smallData: SmallData;
  readonly #diagnostics: MixtureDiagnostics;
  readonly #registered: vscode.Disposable;

  constructor(workspace: Workspace, parser: MixtureParser) {
    const { log, queue } = workspace;
    const data = new DataFiles();
    const openData = new DataFileHelp(data, log);
    const smallData = new SmallData(log);
    const facts = new WorkspaceFacts(workspace, parser, smallData);
    this.#workspace = workspace;
    this.#parser = parser;
    this.#smallData = smallData;
    this.#diagnostics = new MixtureDiagnostics(workspace, { parser, openData, smallData });
    this.preview = new ExamplePreview(workspace, parser, data);
    this.#registered = vscode.Disposable.from(
      registerLanguageHelp({ parser, diagnostics: this.#diagnostics, facts, queue }),
      this.preview,
      facts,
      smallData,
      openData,
      data,
      this.#diagnostics,
    );
  }

  dispose(): void {
    this.#registered.dispose();
  }

  /** Fills the Mixture view. */
  show(view: vscode.WebviewView): void {
    const shown = new MixtureView(view, this.#workspace, {
      parser: this.#parser,
      diagnostics: this.#diagnostics,
      smallData: this.#smallData,
    });
    view.onDidDispose(() => shown.dispose());
  }
}
