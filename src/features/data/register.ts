// The Datasets and Models views, and the commands that add data and models.

import * as vscode from "vscode";
import type { DatasetToDownload } from "../../common/diagnostic.ts";
import { isObject } from "../../common/json.ts";
import { commands, views } from "../../manifest.ts";
import { registerCommand } from "../../platform/messages.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import type { AddDatasetOptions } from "./addDataset.ts";
import type { DataNode } from "./dataNodes.ts";
import { DatasetsTree } from "./datasetsTree.ts";
import type { WrittenAt } from "./downloadDatasetCommand.ts";
import { type ModelNode, ModelsTree } from "./modelsTree.ts";
import type { Reference } from "./useInMixture.ts";

export function registerData(workspace: Workspace): vscode.Disposable {
  const { log, dataIndex, models, secrets } = workspace;
  const datasets = new DatasetsTree(dataIndex);
  return vscode.Disposable.from(
    datasets,
    vscode.window.createTreeView(views.datasets, { treeDataProvider: datasets, showCollapseAll: true }),
    vscode.window.createTreeView(views.models, {
      treeDataProvider: new ModelsTree(models, log),
    }),
    registerCommand(log, commands.addDataset, async (source, options) => {
      const { addDataset } = await import("./addDataset.ts");
      return addDataset(
        workspace,
        () => datasets.languages(),
        source instanceof vscode.Uri ? source : undefined,
        isOptions(options) ? options : {},
      );
    }),
    registerCommand(log, commands.downloadModel, async id => {
      const { downloadModel } = await import("./downloadModelCommand.ts");
      const outcome = await downloadModel(workspace, typeof id === "string" ? id : undefined);
      if (outcome !== undefined) models.refresh();
      return outcome;
    }),
    registerCommand(log, commands.downloadDataset, async (asked, at) => {
      const { downloadDataset } = await import("./downloadDatasetCommand.ts");
      return downloadDataset(
        workspace,
        isToDownload(asked) ? asked : undefined,
        isWrittenAt(at) ? at : undefined,
      );
    }),
    registerCommand(log, commands.setHubToken, async () => {
      const { setHubToken } = await import("../../platform/hubToken.ts");
      await setHubToken(secrets);
    }),
    registerCommand(log, commands.refreshData, () => {
      dataIndex.refresh();
      models.refresh();
    }),
    registerCommand(log, commands.useInMixtureFile, async node => {
      const reference = isNode(node) ? referenceOf(node) : null;
      if (reference === null) return;
      const { useInMixtureFile } = await import("./useInMixture.ts");
      await useInMixtureFile(reference);
    }),
    registerCommand(log, commands.revealData, async node => {
      const place = isNode(node) ? placeOf(node) : null;
      if (place === null) return;
      const inside = vscode.workspace.getWorkspaceFolder(place) !== undefined;
      await vscode.commands.executeCommand(inside ? "revealInExplorer" : "revealFileInOS", place);
    }),
    registerCommand(log, commands.copyDataPath, async node => {
      if (isNode(node)) await vscode.env.clipboard.writeText(pathOf(node));
    }),
  );
}

type Node = DataNode | ModelNode;

function isNode(node: unknown): node is Node {
  return isObject(node) && "kind" in node;
}

/** The explorer passes the selected files as a second argument. */
function isOptions(value: unknown): value is AddDatasetOptions {
  return isObject(value);
}

function isToDownload(value: unknown): value is DatasetToDownload {
  return isObject(value) && typeof value.source === "string";
}

function isWrittenAt(value: unknown): value is WrittenAt {
  return isObject(value) && "document" in value && "range" in value;
}

function referenceOf(node: Node): Reference | null {
  if (node.kind === "dataset") return { place: node.dataset.purpose, path: node.pattern };
  if (node.kind === "language" || node.kind === "source") return null;
  const { model, path } = node.model;
  return model === path ? { place: "model", path: vscode.Uri.file(path) } : { place: "model", name: model };
}

function placeOf(node: Node): vscode.Uri | null {
  if (node.kind === "model") return vscode.Uri.file(node.model.path);
  if (node.kind === "language") return vscode.Uri.file(node.indexed.path);
  if (node.kind === "source") return node.mixtureFile;
  const [first] = node.dataset.files.values();
  return first === undefined ? null : vscode.Uri.from({ scheme: "file", path: first });
}

function pathOf(node: Node): string {
  if (node.kind === "model") return node.model.path;
  if (node.kind === "source") return node.source.file;
  return node.kind === "language" ? node.indexed.path : node.pattern.fsPath;
}
