// The Models view: models on this machine that can be tuned, the memory they take, and why others can't be
// used.
import * as vscode from "vscode";
import { messageOf } from "../../common/errors.ts";
import { dataContextValues } from "../../manifest.ts";
import type { Log } from "../../platform/log.ts";
import type { FoundModel } from "../../protocol/data.ts";
import type { ModelList } from "../../workspace/data/modelList.ts";

export interface ModelNode {
  readonly kind: "model";
  readonly model: FoundModel;
}

export class ModelsTree implements vscode.TreeDataProvider<ModelNode> {
  readonly #models: ModelList;
  readonly #log: Log;
  readonly onDidChangeTreeData: vscode.Event<undefined>;

  constructor(models: ModelList, log: Log) {
    this.#models = models;
    this.#log = log;
    this.onDidChangeTreeData = models.onDidChange;
  }

  async getChildren(node?: ModelNode): Promise<ModelNode[]> {
    // A separate process searches for them in the folders of the workspace.
    if (node !== undefined || !vscode.workspace.isTrusted) return [];
    try {
      return (await this.#models.all()).map(model => ({ kind: "model", model }));
    } catch (error) {
      this.#log.warn(`Models could not be listed: ${messageOf(error)}`);
      return [];
    }
  }

  getTreeItem({ model }: ModelNode): vscode.TreeItem {
    return modelItem(model);
  }
}

const icons: Readonly<Record<FoundModel["kind"], string>> = {
  builtIn: "star-full",
  hub: "cloud",
  folder: "folder",
  gguf: "file-binary",
};

const sources: Readonly<Record<FoundModel["kind"], string>> = {
  builtIn: "Included with Pinch",
  hub: "In the Hugging Face cache",
  folder: "A folder in the workspace",
  gguf: "A GGUF file",
};

function gigabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** Formats a count with at most three digits: `5.1 M`. */
function parameterWords(parameters: number): string {
  const [size, unit] = parameters < 1e6 ? [1e3, "K"] : parameters < 1e9 ? [1e6, "M"] : [1e9, "B"];
  const number = parameters / size;
  return `${number < 100 ? number.toFixed(1) : Math.round(number)} ${unit}`;
}

function modelItem(model: FoundModel): vscode.TreeItem {
  const { kind, path, architecture, parameters, memory, problem } = model;
  const inWorkspace = kind === "folder" || (kind === "gguf" && model.model === path);
  const label = inWorkspace ? vscode.workspace.asRelativePath(path) : model.model;
  const item = new vscode.TreeItem(label);
  item.id = path;
  item.contextValue = problem === null ? dataContextValues.model : dataContextValues.unusableModel;
  const words = [architecture, parameters === null ? null : parameterWords(parameters)];
  if (memory !== null) words.push(`LoRA ${gigabytes(memory.lora)}`);
  if (problem !== null) words.push("can't be used");
  item.description = words.filter(word => word !== null).join(" · ");
  item.iconPath =
    problem === null
      ? new vscode.ThemeIcon(icons[kind])
      : new vscode.ThemeIcon("warning", new vscode.ThemeColor("list.warningForeground"));
  const lines = [`${sources[kind]}: ${path}`, `${gigabytes(model.bytes)} of weights`];
  if (parameters !== null) lines.push(`${parameters.toLocaleString("en")} parameters`);
  if (memory !== null)
    lines.push(
      `Predicted memory with the defaults: ${gigabytes(memory.lora)} for LoRA, ${gigabytes(memory.generation)} for generation`,
    );
  if (problem !== null) lines.push(`${problem.message} ${problem.remedy}`.trim());
  item.tooltip = lines.join("\n");
  item.accessibilityInformation = {
    label: `${label}: ${item.description}${problem === null ? "" : `. ${problem.message}`}`,
  };
  return item;
}
