// Labels and tooltips of the sources in the Datasets view: a Hub dataset, or a file with several languages.
import * as vscode from "vscode";
import { countOf } from "../../common/words.ts";
import { isCommit, parseHubSource } from "../../core/sources/hubSource.ts";
import { commands } from "../../manifest.ts";
import type { IndexedLanguage } from "../../protocol/data.ts";
import { parallelWords, purposes, warning } from "./datasetItems.ts";
import type { SourceNode } from "./namedSources.ts";

export function languagesOfSource({ side, data }: SourceNode): readonly IndexedLanguage[] {
  return data?.[side] ?? [];
}

export function sourceItem(node: SourceNode): vscode.TreeItem {
  const { source, side, isOfHub, mixtureFile } = node;
  const hub = isOfHub ? parseHubSource(source.file) : null;
  const languages = languagesOfSource(node);
  const label = hub?.id ?? source.file;
  const collapsed =
    languages.length === 0 ? vscode.TreeItemCollapsibleState.None : vscode.TreeItemCollapsibleState.Collapsed;
  const item = new vscode.TreeItem(label, collapsed);
  item.id = `${side} ${mixtureFile.toString()} ${JSON.stringify(source)}`;
  item.iconPath = new vscode.ThemeIcon(isOfHub ? "cloud" : side === "train" ? "database" : "beaker");
  const part = [source.config, source.split, hub?.path].filter(word => typeof word === "string");
  const words = [...part, ...stateWords(node, languages, hub?.revision ?? null)];
  item.description = words.join(" · ");
  const named = `${purposes[side]} data of ${vscode.workspace.asRelativePath(mixtureFile)}: ${source.file}`;
  item.tooltip = node.failure === undefined ? named : `${named}\n${node.failure}`;
  item.accessibilityInformation = { label: `${label}, ${purposes[side].toLowerCase()}: ${item.description}` };
  if (node.failure !== undefined || node.data === undefined) return item;
  if (languages.length === 0 || languages.some(({ faults }) => faults > 0)) item.iconPath = warning();
  if (isOfHub && languages.length === 0) {
    const asked = [node.download];
    item.command = { command: commands.downloadDataset, title: "Download Dataset…", arguments: asked };
    item.tooltip = `${named}\nNot downloaded, or no rows in a known language. Click to download it.`;
  }
  return item;
}

function stateWords(
  { data, failure, isOfHub }: SourceNode,
  languages: readonly IndexedLanguage[],
  revision: string | null,
): string[] {
  if (failure !== undefined) return ["could not be read"];
  if (data === undefined) return ["reading…"];
  if (languages.length === 0)
    return [isOfHub ? "not downloaded, or no rows in a known language" : "no rows in a known language"];
  const rows = languages.reduce((sum, language) => sum + language.rows, 0);
  const faults = languages.reduce((sum, language) => sum + language.faults, 0);
  return [
    countOf(languages.length, "language"),
    countOf(rows, "row"),
    parallelWords({ data }, languages),
    faults === 0 ? "" : countOf(faults, "fault"),
    isCommit(revision) ? `at ${revision.slice(0, 7)}` : "",
  ].filter(word => word !== "");
}
