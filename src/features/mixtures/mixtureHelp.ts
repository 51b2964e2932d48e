// What works on mixture files and their data once one is open: loaded with the first of them, not at activation.
import * as vscode from "vscode";
import type { Log } from "../../platform/log.ts";
import type { RuntimeLauncher } from "../../platform/runtimeProcess.ts";
import type { DataIndex } from "../../workspace/data/dataIndex.ts";
import type { MixtureFiles } from "../../workspace/mixtures/mixtureFiles.ts";
import { MixtureTexts } from "../../workspace/mixtures/mixtureTexts.ts";
import { DataFileHelp } from "./dataFileHelp.ts";
import { DataFiles } from "./dataFiles.ts";
import { MixtureDiagnostics } from "./diagnostics.ts";
import { ExamplePreview } from "./examplePreview.ts";
import { KnownFacts, type ModelsFound, type ResultsOfRuns } from "./knownFacts.ts";
import { registerLanguageHelp } from "./languageHelp.ts";
import { MixtureView, type RunState } from "./mixtureView.ts";
import { SmallData } from "./smallData.ts";

export interface HelpParts {
  readonly extension: vscode.Uri;
  readonly files: MixtureFiles;
  readonly launch: RuntimeLauncher;
  readonly index: DataIndex;
  readonly runs: RunState;
  readonly results: ResultsOfRuns;
  readonly models: ModelsFound;
  readonly log: Log;
}

export class MixtureHelp implements vscode.Disposable {
  readonly preview: ExamplePreview;
  readonly #parts: HelpParts;
  readonly #texts = new MixtureTexts();
  readonly #smallData: SmallData;
  readonly #diagnostics: MixtureDiagnostics;
  readonly #registered: vscode.Disposable;

  constructor(parts: HelpParts) {
    const texts = this.#texts;
    const data = new DataFiles();
    const openData = new DataFileHelp(data, parts.log);
    const smallData = new SmallData(parts.log);
    const facts = new KnownFacts({ ...parts, texts, smallData });
    this.#parts = parts;
    this.#smallData = smallData;
    this.#diagnostics = new MixtureDiagnostics({ ...parts, texts, openData, smallData });
    this.preview = new ExamplePreview({ ...parts, texts, data });
    this.#registered = vscode.Disposable.from(
      registerLanguageHelp({ texts, diagnostics: this.#diagnostics, facts, runs: parts.runs }),
      this.preview,
      facts,
      smallData,
      openData,
      data,
      this.#diagnostics,
      texts,
    );
  }

  dispose(): void {
    this.#registered.dispose();
  }

  /** Fills the Mixture view. */
  show(view: vscode.WebviewView): void {
    const shown = new MixtureView(view, {
      ...this.#parts,
      texts: this.#texts,
      diagnostics: this.#diagnostics,
      smallData: this.#smallData,
    });
    view.onDidDispose(() => shown.dispose());
  }
}
