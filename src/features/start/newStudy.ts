// Pinch: New Study… Writes the mixture file of one of the six studies, filled in from the folder's data.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { displayName } from "../../core/language/tags.ts";
import { studyFileText } from "../../core/study/studyFile.ts";
import { type StudyName, studies, studyNames } from "../../core/study/studyNames.ts";
import { commands, mixtureFileSuffix, views } from "../../manifest.ts";
import { statFile } from "../../platform/files.ts";
import type { Log } from "../../platform/log.ts";
import { showFailure } from "../../platform/messages.ts";
import type { RuntimeLauncher } from "../../platform/runtimeProcess.ts";
import type { FoundDataset, FoundDatasets } from "../../protocol/runtime.ts";

/** Number of examples in each mixture, if the data have that many. */
const defaultBudget = 600;
/** Seeds of each mixture: enough to tell a difference from chance. */
const defaultSeeds = [7, 8, 9];
const defaultEvaluation = "data/eval/{language}.jsonl";

export async function newStudy(launch: RuntimeLauncher, log: Log): Promise<void> {
  const folder = await chooseFolder();
  if (folder === undefined) return;
  const found = await findData(launch, folder.uri);
  if (found.train === null) {
    const error = new HumanError(`There are no data files named by language in ${folder.name}.`, {
      remedy: "A study needs one file for each language, for example data/train/en.jsonl.",
    });
    const openExample = () => vscode.commands.executeCommand(commands.openExample);
    showFailure(log, error, [{ title: "Open Example", run: openExample }]);
    return;
  }
  const name = await chooseStudy(found.train);
  if (name === undefined) return;
  const base = await chooseBase(found.train, studies[name].title);
  if (base === undefined) return;
  const uri = await freeFile(folder.uri, name);
  const text = textOf(name, base, found.train, found.evaluation);
  await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  await vscode.window.showTextDocument(uri);
}

async function chooseFolder(): Promise<vscode.WorkspaceFolder | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const local = folders.filter(({ uri }) => uri.scheme === "file");
  if (local.length === 0) {
    throw new HumanError("A study is written next to its data, but no local folder is open.", {
      remedy: "Open a folder first, or use Pinch: Open Example.",
    });
  }
  return local.length === 1 ? local[0] : vscode.window.showWorkspaceFolderPick();
}

/** Searches in a separate process, because a folder can be large. */
function findData(launch: RuntimeLauncher, folder: vscode.Uri): Thenable<FoundDatasets> {
  const options = { location: { viewId: views.mixture } };
  return vscode.window.withProgress(options, async () => {
    const runtime = launch();
    try {
      return await runtime.call("pinch/findData", { folder: folder.fsPath });
    } finally {
      await runtime.end();
    }
  });
}

async function chooseStudy({ pattern, languages }: FoundDataset): Promise<StudyName | undefined> {
  const items = studyNames.map(name => ({
    name,
    label: studies[name].title,
    detail: studies[name].question,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: "New Study",
    placeHolder: `Data found: ${pattern}, ${languages.length} ${languages.length === 1 ? "language" : "languages"}`,
    matchOnDetail: true,
  });
  return chosen?.name;
}

async function chooseBase({ languages }: FoundDataset, title: string): Promise<string | undefined> {
  const tags = languages.map(({ language }) => language);
  const [first] = tags;
  if (tags.length < 2) return first;
  const ordered = tags.includes("en") ? ["en", ...tags.filter(tag => tag !== "en")] : tags;
  const items = ordered.map(tag => ({ tag, label: displayName(tag), description: tag }));
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: "The language that a model is tuned on without a pinch",
  });
  return chosen?.tag;
}

async function freeFile(folder: vscode.Uri, name: string): Promise<vscode.Uri> {
  for (let number = 1; ; number++) {
    const file = `${number === 1 ? name : `${name}-${number}`}${mixtureFileSuffix}`;
    const uri = vscode.Uri.joinPath(folder, file);
    if ((await statFile(uri)) === null) return uri;
  }
}

function textOf(name: StudyName, base: string, train: FoundDataset, evaluation: FoundDataset | null): string {
  const smallest = Math.min(...train.languages.map(({ rows }) => rows));
  return studyFileText(name, {
    languages: train.languages.map(({ language }) => language),
    base,
    budget: Math.max(1, Math.min(defaultBudget, smallest)),
    model: "pinch/starter",
    seeds: defaultSeeds,
    train: train.pattern,
    eval: evaluation?.pattern ?? defaultEvaluation,
    grow: false,
  });
}
