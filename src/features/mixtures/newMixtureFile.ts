// Pinch: New Mixture File. Asks for a name, writes a valid file for the available data, and opens it.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { sortedTags } from "../../core/language/tags.ts";
import { newMixtureFileText } from "../../core/mixtureFile/template.ts";
import { mixtureFileSuffix } from "../../manifest.ts";
import { statFile } from "../../platform/files.ts";
import { showNotice } from "../../platform/messages.ts";
import { countData, filesOf } from "./dataCatalog.ts";

const trainPattern = "data/train/{language}.jsonl";
const evaluationPattern = "data/eval/{language}.jsonl";
const developmentPattern = "data/dev/{language}.jsonl";
/** Number of examples in each mixture of a new file, if the data have that many. */
const defaultBudget = 600;

export async function newMixtureFile(): Promise<void> {
  const folder = await chooseFolder();
  if (folder === undefined) return;
  const name = await vscode.window.showInputBox({
    title: "New Mixture File",
    prompt: `Name of the file in ${folder.name}; ${mixtureFileSuffix} is added`,
    value: await freeName(folder.uri),
    validateInput: async value => faultOfName(folder.uri, value),
  });
  if (name === undefined) return;
  const uri = fileOf(folder.uri, name);
  const { text, uncounted } = await textFor(uri, segmentsOf(name).length - 1);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  await vscode.window.showTextDocument(uri);
  if (uncounted.length > 0) {
    showNotice(
      `Rows were not counted in ${uncounted.join(", ")}, because these files are large: check that they have at least as many as the budget.`,
    );
  }
}

async function chooseFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length === 0) {
    throw new HumanError("A mixture file belongs in a workspace folder, but no folder is open.", {
      remedy: "Open a folder first.",
    });
  }
  return folders.length === 1 ? folders[0] : vscode.window.showWorkspaceFolderPick();
}

async function freeName(folder: vscode.Uri): Promise<string> {
  for (let number = 1; ; number++) {
    const name = number === 1 ? "pinch" : `pinch-${number}`;
    if ((await statFile(fileOf(folder, name))) === null) return name;
  }
}

/** Reason why a name is invalid, or undefined. */
async function faultOfName(folder: vscode.Uri, value: string): Promise<string | undefined> {
  const parts = segmentsOf(value);
  if (parts.at(-1) === "") return "Enter a name.";
  if (parts.some(part => part === ".." || /[<>:"|?*]/.test(part))) {
    return 'A name can have folders (experiments/first), but none of < > : " | ? * or ..';
  }
  return (await statFile(fileOf(folder, value))) === null
    ? undefined
    : "A file with this name already exists.";
}

function segmentsOf(value: string): string[] {
  const trimmed = value.trim();
  const bare = trimmed.endsWith(mixtureFileSuffix) ? trimmed.slice(0, -mixtureFileSuffix.length) : trimmed;
  return bare.split(/[\\/]+/);
}

function fileOf(folder: vscode.Uri, value: string): vscode.Uri {
  return vscode.Uri.joinPath(folder, `${segmentsOf(value).join("/")}${mixtureFileSuffix}`);
}

/**
 * Derives paths, budget and languages from training data in the file's folder or its parents, if there are
 * any.
 */
async function textFor(
  uri: vscode.Uri,
  depth: number,
): Promise<{ readonly text: string; readonly uncounted: readonly string[] }> {
  for (let up = 0; up <= depth; up++) {
    const prefix = "../".repeat(up);
    const train = `${prefix}${trainPattern}`;
    const rows = await countData(uri, train, defaultBudget);
    if (rows.size === 0) continue;
    const smallest = Math.min(...[...rows.values()].map(count => count ?? defaultBudget));
    const languages = sortedTags(rows.keys());
    const dev = `${prefix}${developmentPattern}`;
    const hasDevelopment = (await filesOf(uri, dev)).size > 0;
    const text = newMixtureFileText({
      train,
      eval: `${prefix}${evaluationPattern}`,
      ...(hasDevelopment && { dev }),
      budget: Math.max(1, Math.min(defaultBudget, smallest)),
      base: languages.includes("en") ? "en" : (languages[0] ?? "en"),
      languages,
    });
    return { text, uncounted: languages.filter(language => rows.get(language) === null) };
  }
  return { text: newMixtureFileText(), uncounted: [] };
}
