// Pinch: Show Example as the Model Sees It, of the row under the cursor or of a mixture: template, tokens, loss.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { commands } from "../../manifest.ts";
import { registerCommand } from "../../platform/messages.ts";
import type { DataFiles } from "./dataFiles.ts";
import { isMixtureFile, type MixtureFiles } from "./mixtureFiles.ts";
import { mixtureDocument } from "./planMixture.ts";
import { PreviewPanel, type PreviewParts, type Shown } from "./previewPanel.ts";

/** Examples of a mixture that are shown at a time. */
const shownExamples = 10;

export function registerExamplePreview(
  parts: PreviewParts & { readonly files: MixtureFiles; readonly data: DataFiles },
): vscode.Disposable {
  const { log, files, data } = parts;
  const panel = new PreviewPanel(parts);
  return vscode.Disposable.from(
    panel,
    registerCommand(log, commands.previewData, async (target, key) => {
      const document = await mixtureDocument(files, target);
      await panel.show(mixtureShown(files, document, typeof key === "string" ? key : null));
    }),
    registerCommand(log, commands.showExample, async target => {
      const editor = editorOf(target);
      if (editor === undefined) {
        throw new HumanError("No data file and no mixture file is open.", {
          remedy: "Open a .jsonl file of a mixture file, and put the cursor on a row.",
        });
      }
      const { document, selection } = editor;
      await panel.show(
        isMixtureFile(document)
          ? mixtureShown(
              files,
              await mixtureDocument(files, document.uri),
              keyAt(files, document, selection.active),
            )
          : await rowShown(files, data, document, selection.active.line),
      );
    }),
  );
}

function editorOf(target: unknown): vscode.TextEditor | undefined {
  if (!(target instanceof vscode.Uri)) return vscode.window.activeTextEditor;
  const wanted = target.toString();
  return vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === wanted);
}

function keyAt(files: MixtureFiles, document: vscode.TextDocument, position: vscode.Position): string | null {
  const path = files.parse(document).pathAt({ line: position.line, column: position.character });
  return path?.[0] === "mixtures" && path.length > 1 ? String(path[1]) : null;
}

/** `key` null: the file's first. */
function mixtureShown(files: MixtureFiles, document: vscode.TextDocument, key: string | null): Shown {
  const mixture = key ?? files.parse(document).draft.mixtures[0]?.key;
  if (mixture === undefined) {
    throw new HumanError("The file has no mixture without mistakes.", {
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
  files: MixtureFiles,
  data: DataFiles,
  document: vscode.TextDocument,
  line: number,
): Promise<Shown> {
  const file = await data.of(document.uri);
  if (file === null) {
    throw new HumanError(
      "No mixture file names this file as its data, so there is no model to look at it with.",
      {
        remedy: "Write its path under data in a mixture file, with {language} for the language.",
      },
    );
  }
  const mixtureFile = await mixtureDocument(files, file.mixtureFile);
  const row = document.lineAt(line).text;
  const name = document.uri.path.slice(document.uri.path.lastIndexOf("/") + 1);
  return {
    mixtureFile,
    what: { kind: "row", row, language: file.language, purpose: file.purpose },
    title: `${name}, line ${line + 1}`,
  };
}
