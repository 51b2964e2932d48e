// The Models view: what can be tuned on this machine, what it takes, and why the others can't.
import * as vscode from "vscode";
import { messageOf } from "../../common/errors.ts";
import { dataContextValues, views } from "../../manifest.ts";
import type { Log } from "../../platform/log.ts";
import type { RuntimeLauncher } from "../../platform/runtimeProcess.ts";
import type { FoundModel } from "../../protocol/data.ts";

export interface ModelNode {
  readonly kind: "model";
  readonly model: FoundModel;
}

export class ModelsTree implements vscode.TreeDataProvider<ModelNode>, vscode.Disposable {
  readonly #launch: RuntimeLauncher;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  #models: Promise<readonly FoundModel[]> | undefined;

  constructor(launch: RuntimeLauncher, log: Log) {
    this.#launch = launch;
    this.#log = log;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** Looks again; asked when the view is shown. */
  refresh(): void {
    this.#models = undefined;
    this.#changed.fire(undefined);
  }

  /** As last found; looked for when they are asked for first. */
  models(): Promise<readonly FoundModel[]> {
    this.#models ??= this.#find();
    return this.#models;
  }

  async getChildren(node?: ModelNode): Promise<ModelNode[]> {
    // They are looked for by a process, in the folders of the workspace.
    if (node !== undefined || !vscode.workspace.isTrusted) return [];
    try {
      return (await this.models()).map(model => ({ kind: "model", model }));
    } catch (error) {
      this.#log.warn(`Models could not be listed: ${messageOf(error)}`);
      return [];
    }
  }

  getTreeItem({ model }: ModelNode): vscode.TreeItem {
    return modelItem(model);
  }

  async #find(): Promise<readonly FoundModel[]> {
    const folders = (vscode.workspace.workspaceFolders ?? [])
      .filter(({ uri }) => uri.scheme === "file")
      .map(({ uri }) => uri.fsPath);
    const runtime = this.#launch();
    try {
      const { starter } = runtime;
      const asked = runtime.call("pinch/models", { folders, starter });
      return (await vscode.window.withProgress({ location: { viewId: views.models } }, () => asked)).models;
    } finally {
      await runtime.end();
    }
  }
}

const icons: Readonly<Record<FoundModel["kind"], string>> = {
  builtIn: "star-full",
  hub: "cloud",
  folder: "folder",
  gguf: "file-binary",
};

const sources: Readonly<Record<FoundModel["kind"], string>> = {
  builtIn: "Comes with Pinch",
  hub: "In the Hugging Face cache",
  folder: "A folder of the workspace",
  gguf: "A GGUF file",
};

function gigabytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.round(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}

/** `5.1 M`: three digits at most. */
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
