// Pinch: Show Example as the Model Sees It, for the row at the cursor or for a mixture.

import * as vscode from "vscode";
import { baseName } from "../../common/baseName.ts";
import { HumanError } from "../../common/errors.ts";
import type { CurrentMixtureFile } from "../../workspace/mixtures/currentMixtureFile.ts";
import { isMixtureFile } from "../../workspace/mixtures/mixtureFiles.ts";
import type { MixtureParser } from "../../workspace/mixtures/mixtureParser.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { type DataFiles, readingOf } from "./dataFiles.ts";
import { mixtureDocument } from "./planMixture.ts";
import { PreviewPanel, type Shown } from "./previewPanel.ts";

/** Number of examples of a mixture shown at a time. */
const shownExamples = 10;

export class ExamplePreview implements vscode.Disposable {
  readonly #current: CurrentMixtureFile;
  readonly #parser: MixtureParser;
  readonly #data: DataFiles;
  readonly #panel: PreviewPanel;

  constructor(workspace: Workspace, parser: MixtureParser, data: DataFiles) {
    this.#current = workspace.currentMixtureFile;
    this.#parser = parser;
    this.#data = data;
    this.#panel = new PreviewPanel(workspace);
  }

  dispose(): void {
    this.#panel.dispose();
  }

  /** Shows examples of the mixture with this key, or of the first mixture if the key is not a string. */
  async showMixture(target: unknown, key: unknown): Promise<void> {
    const [current, parser] = [this.#current, this.#parser];
    const document = await mixtureDocument(current, target);
    await this.#panel.show(mixtureShown(parser, document, typeof key === "string" ? key : null));
  }

  /** Previews the row or mixture at the cursor. */
  async showUnderCursor(target: unknown): Promise<void> {
    const [current, parser] = [this.#current, this.#parser];
    const editor = editorOf(target);
    if (editor === undefined) {
      throw new HumanError("No data file and no mixture file is open.", {
        remedy: "Open a .jsonl file of a mixture file, and put the cursor on a row.",
      });
    }
    const { document, selection } = editor;
    await this.#panel.show(
      isMixtureFile(document)
        ? mixtureShown(
            parser,
            await mixtureDocument(current, document.uri),
            keyAt(parser, document, selection.active),
          )
        : await rowShown(current, this.#data, document, selection.active.line),
    );
  }
}

function editorOf(target: unknown): vscode.TextEditor | undefined {
  if (!(target instanceof vscode.Uri)) return vscode.window.activeTextEditor;
  const wanted = target.toString();
  return vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === wanted);
}

function keyAt(
  parser: MixtureParser,
  document: vscode.TextDocument,
  position: vscode.Position,
): string | null {
  const path = parser.parse(document).pathAt({ line: position.line, column: position.character });
  return path?.[0] === "mixtures" && path.length > 1 ? String(path[1]) : null;
}

/** @param key Null for the first mixture of the file. */
function mixtureShown(parser: MixtureParser, document: vscode.TextDocument, key: string | null): Shown {
  const mixture = key ?? parser.parse(document).draft.mixtures[0]?.key;
  if (mixture === undefined) {
    throw new HumanError("The file has no mixture without errors.", {
      remedy: "Correct the underlined lines first.",
    });
  }
  return {
    mixtureFile: document,
    what: { kind: "mixture", mixture, language: null, count: shownExamples },
    title: `Examples of ${mixture}`,
  };
}

async function rowShown(
  current: CurrentMixtureFile,
  data: DataFiles,
  document: vscode.TextDocument,
  line: number,
): Promise<Shown> {
  const file = await data.of(document.uri);
  if (file === null) {
    throw new HumanError(
      "No mixture file names this file as its data, so there is no model to show it for.",
      {
        remedy:
          "Write its path under data in a mixture file, with {language}, or the column, for the language.",
      },
    );
  }
  const mixtureFile = await mixtureDocument(current, file.mixtureFile);
  const row = document.lineAt(line).text;
  const name = baseName(document.uri.path);
  return {
    mixtureFile,
    what: { kind: "row", row, purpose: file.purpose, ...readingOf(file) },
    title: `${name}, line ${line + 1}`,
  };
}
