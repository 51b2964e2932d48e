// Chooses the mixture file and mixtures to run, asking only where there is a choice.

import * as vscode from "vscode";
import { baseName } from "../../common/baseName.ts";
import { HumanError } from "../../common/errors.ts";
import { capitalised } from "../../common/words.ts";
import { formWords } from "../../core/mixture/formWords.ts";
import type { MixtureFile } from "../../core/mixture/mixtureFile.ts";
import { parseMixtureFile } from "../../core/mixtureFile/parse.ts";
import { commands, mixtureFileGlob, mixtureFileSuffix } from "../../manifest.ts";
import { showNotice } from "../../platform/messages.ts";

/** A saved mixture file without errors, and the mixtures to run, not including `base`. */
export interface ChosenRuns {
  readonly file: vscode.Uri;
  /** Text of the file that was parsed. */
  readonly text: string;
  readonly parsed: MixtureFile;
  readonly mixtures: readonly string[];
}

/** Maximum number of mixture files offered in one list. */
const fileLimit = 200;

/**
 * Returns the requested file, else the one being edited, else the one in the Mixture view, else the only one,
 * else the user's choice; undefined when dismissed.
 * @param all Runs every mixture of the file without asking.
 */
export async function chooseRuns(
  asked: { readonly file?: vscode.Uri; readonly mixture?: string },
  shown: vscode.Uri | undefined,
  all = false,
): Promise<ChosenRuns | undefined> {
  const file = asked.file ?? activeMixtureFile() ?? shown ?? (await pickFile());
  if (file === undefined) return undefined;
  if (file.scheme !== "file" && file.scheme !== "untitled") {
    throw new HumanError(
      `Runs need a folder on a disk, and ${baseName(file.path)} is in a virtual workspace.`,
      {
        remedy:
          "Copy its folder to the machine that should run it and open the copy; clone it if it is a repository.",
      },
    );
  }
  const document = await vscode.workspace.openTextDocument(file);
  const text = document.getText();
  const { file: parsed, diagnostics } = parseMixtureFile(text);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (parsed === null || errors.length > 0) {
    await vscode.window.showTextDocument(document);
    await vscode.commands.executeCommand("workbench.actions.view.problems");
    const count = errors.length === 1 ? "an error" : `${errors.length} errors`;
    throw new HumanError(
      `${baseName(file.path)} has ${count}: ${errors[0]?.message ?? "it cannot be read."}`,
      {
        remedy: "Fix the errors in the Problems view, then run again.",
      },
    );
  }
  if (document.isDirty && !(await document.save())) {
    throw new HumanError(`${baseName(file.path)} could not be saved.`, {
      remedy: "Save it, then run again.",
    });
  }
  const mixtures = all
    ? parsed.mixtures.map(mixture => mixture.name)
    : asked.mixture === undefined
      ? await pickMixtures(parsed)
      : membersOf(parsed, asked.mixture);
  return mixtures === undefined ? undefined : { file, text, parsed, mixtures };
}

function activeMixtureFile(): vscode.Uri | undefined {
  const uri = vscode.window.activeTextEditor?.document.uri;
  return uri?.path.endsWith(mixtureFileSuffix) ? uri : undefined;
}

/** Mixtures that a name selects: a key selects all members of its sweep. */
function membersOf(parsed: MixtureFile, name: string): string[] {
  const members = parsed.mixtures.filter(mixture => mixture.name === name || mixture.key === name);
  if (members.length === 0) {
    throw new HumanError(`The file has no mixture "${name}".`, {
      remedy: `It has ${parsed.mixtures.map(mixture => mixture.name).join(", ")}.`,
    });
  }
  return members.map(mixture => mixture.name);
}

async function pickFile(): Promise<vscode.Uri | undefined> {
  const files = await vscode.workspace.findFiles(mixtureFileGlob, "**/node_modules/**", fileLimit);
  if (files.length === 0) {
    const create = () => vscode.commands.executeCommand(commands.newMixtureFile);
    showNotice("There is no mixture file in this workspace yet.", [
      { title: "New Mixture File", run: create },
    ]);
    return undefined;
  }
  if (files.length === 1) return files[0];
  const items = files
    .map(uri => ({ label: baseName(uri.path), description: vscode.workspace.asRelativePath(uri), uri }))
    .sort((a, b) => a.description.localeCompare(b.description));
  return (await vscode.window.showQuickPick(items, { title: "Run which mixture file?" }))?.uri;
}

type Choice = vscode.QuickPickItem & { readonly choose: () => Promise<readonly string[] | undefined> };

async function pickMixtures(parsed: MixtureFile): Promise<readonly string[] | undefined> {
  const names = parsed.mixtures.map(mixture => mixture.name);
  if (names.length <= 1) return names;
  const items: Choice[] = [
    {
      label: `$(run-all) All mixtures`,
      description: `${names.length}`,
      detail: names.join(", "),
      choose: async () => names,
    },
    {
      label: "$(checklist) Several mixtures…",
      choose: () => pickSeveral(parsed),
    },
    { label: "", kind: vscode.QuickPickItemKind.Separator, choose: async () => undefined },
    ...parsed.mixtures.map(mixture => ({
      label: mixture.name,
      description: capitalised(formWords(mixture.form)),
      choose: async () => [mixture.name],
    })),
  ];
  const title = "Run which mixtures? The untuned model is scored as well";
  const item = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  return item?.choose();
}

async function pickSeveral(parsed: MixtureFile): Promise<readonly string[] | undefined> {
  const items = parsed.mixtures.map(({ name, form }) => ({
    label: name,
    description: capitalised(formWords(form)),
    picked: true,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: "Run which mixtures?",
    canPickMany: true,
  });
  return chosen === undefined || chosen.length === 0 ? undefined : chosen.map(item => item.label);
}
