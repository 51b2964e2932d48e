// The models on this machine, found by a process on the first call.
import * as vscode from "vscode";
import { views } from "../../manifest.ts";
import type { RuntimeLauncher } from "../../platform/runtimeProcess.ts";
import type { FoundModel } from "../../protocol/data.ts";

export class ModelList implements vscode.Disposable {
  readonly #launch: RuntimeLauncher;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChange = this.#changed.event;
  #models: Promise<readonly FoundModel[]> | undefined;

  constructor(launch: RuntimeLauncher) {
    this.#launch = launch;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** Discards the list, so that the next call of `all` searches again. */
  refresh(): void {
    this.#models = undefined;
    this.#changed.fire(undefined);
  }

  /**
   * The models found by the last search.
   * @throws HumanError, RuntimeDied.
   */
  all(): Promise<readonly FoundModel[]> {
    this.#models ??= this.#find();
    return this.#models;
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
