// Labels, descriptions and tooltips of the rows of the Datasets view.
import * as vscode from "vscode";
import { countOf } from "../../common/words.ts";
import { displayName, ownName } from "../../core/language/tags.ts";
import { dataContextValues } from "../../manifest.ts";
import type { IndexedLanguage } from "../../protocol/data.ts";
import type { DatasetNode, LanguageNode } from "./dataNodes.ts";

export const warning = (): vscode.ThemeIcon =>
  new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"));

export const purposes = { train: "Training", eval: "Evaluation", dev: "Development" } as const;

export function datasetItem(node: DatasetNode, languages: readonly IndexedLanguage[]): vscode.TreeItem {
  const pattern = vscode.workspace.asRelativePath(node.pattern);
  const label = pattern.replace(/\/\{language\}\.jsonl$/, ""); // the common suffix carries no information
  const { purpose } = node.dataset;
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `${purpose} ${node.pattern.toString()}`;
  item.contextValue = dataContextValues.dataset;
  item.iconPath = new vscode.ThemeIcon(purpose === "train" ? "database" : "beaker");
  item.tooltip = `${purposes[purpose]} data: ${pattern}`;
  const words = [countOf(node.dataset.files.size, "language")];
  if (node.failure !== undefined) {
    item.iconPath = warning();
    words.push("could not be read");
    item.tooltip = `${item.tooltip}\n${node.failure}`;
  } else if (node.data === undefined) words.push("reading…");
  else {
    const rows = languages.reduce((sum, language) => sum + language.rows, 0);
    const faults = languages.reduce((sum, language) => sum + language.faults, 0);
    words.push(countOf(rows, "row"), parallelWords(node, languages));
    if (faults > 0) {
      item.iconPath = warning();
      words.push(countOf(faults, "fault"));
    }
  }
  item.description = words.filter(word => word !== "").join(" · ");
  item.accessibilityInformation = {
    label: `${label}, ${purposes[purpose].toLowerCase()}: ${item.description}`,
  };
  return item;
}

export function parallelWords(
  { data }: Pick<DatasetNode, "data">,
  languages: readonly IndexedLanguage[],
): string {
  if (data === undefined || languages.length < 2) return "";
  const { shared, missing } = data.parallel;
  if (shared === 0) return "not parallel";
  const lacking = Object.values(missing).reduce((sum, number) => sum + number, 0);
  return lacking === 0 ? "parallel" : `parallel in ${countOf(shared, "id")}`;
}

export function languageItem({ indexed, missing }: LanguageNode): vscode.TreeItem {
  const { language, path, rows, faults, problem, tokens } = indexed;
  const name = displayName(language);
  const item = new vscode.TreeItem(name);
  item.id = `${path} ${language}`; // a file may hold several languages
  item.resourceUri = vscode.Uri.file(path);
  item.contextValue = dataContextValues.language;
  const words = [language, countOf(rows, "row")];
  if (missing > 0) words.push(`${countOf(missing, "id")} without a translation`);
  if (faults > 0) words.push(countOf(faults, "fault"));
  else if (problem !== null) words.push("could not be read");
  item.description = words.join(" · ");
  item.iconPath = problem === null ? new vscode.ThemeIcon("file") : warning();
  const lines = [`${name} (${ownName(language)})`, countOf(indexed.characters, "character")];
  if (tokens !== null) lines.push(`${Math.round(tokens.perExample)} tokens per example`);
  if (problem !== null) lines.push(`${problem.message} ${problem.remedy}`);
  item.tooltip = lines.join("\n");
  // An editor can't show compressed files.
  if (/\.(jsonl?|ndjson|csv|tsv)$/i.test(path))
    item.command = { command: "vscode.open", title: "Open", arguments: [vscode.Uri.file(path)] };
  item.accessibilityInformation = { label: `${name}: ${item.description}` };
  return item;
}
