// The Mixture view: what the mixture file says, with counts and faults, and forms that edit its text.
import * as vscode from "vscode";
import { HumanError, messageOf } from "../../common/errors.ts";
import { sortedTags } from "../../core/language/tags.ts";
import { commands, views } from "../../manifest.ts";
import type { Log } from "../../platform/log.ts";
import { openWebview, type WebviewChannel } from "../../platform/webviewHost.ts";
import type {
  FromMixtureView,
  MixtureChange,
  MixtureViewState,
  ToMixtureView,
} from "../../protocol/webviews.ts";
import { applyChange, smallestEdit } from "./changes.ts";
import { DataCatalog, type RowCounts } from "./dataCatalog.ts";
import { type MixtureDiagnostics, placeOf, toRange } from "./diagnostics.ts";
import type { MixtureFiles } from "./mixtureFiles.ts";
import { cardsOf, problemsOf } from "./mixtureState.ts";

/** Whether a run is under way, as the composition root knows it. */
export interface RunState {
  readonly running: () => boolean;
  readonly onDidChange: vscode.Event<void>;
}

export interface MixtureViewParts {
  readonly extension: vscode.Uri;
  readonly files: MixtureFiles;
  readonly diagnostics: MixtureDiagnostics;
  readonly runs: RunState;
  readonly log: Log;
}

/** Time in which changes are gathered before the view is told: less than a person notices. */
const settleMs = 120;

type Channel = WebviewChannel<ToMixtureView, FromMixtureView>;

export function registerMixtureView(parts: MixtureViewParts): vscode.Disposable {
  const provider: vscode.WebviewViewProvider = {
    resolveWebviewView(view) {
      const shown = new MixtureView(view, parts);
      view.onDidDispose(() => shown.dispose());
    },
  };
  return vscode.window.registerWebviewViewProvider(views.mixture, provider);
}

class MixtureView implements vscode.Disposable {
  readonly #view: vscode.WebviewView;
  readonly #parts: MixtureViewParts;
  readonly #channel: Channel;
  readonly #catalog = new DataCatalog();
  readonly #listening: vscode.Disposable;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Changes are made one after the other: each works on the text that the one before left. */
  #changes: Promise<void> = Promise.resolve();

  constructor(view: vscode.WebviewView, parts: MixtureViewParts) {
    this.#view = view;
    this.#parts = parts;
    this.#channel = openWebview(view.webview, parts.extension, { name: "mixture", title: "Mixture" });
    const soon = () => this.#soon();
    this.#listening = vscode.Disposable.from(
      this.#channel.onMessage(message => this.#run(this.#receive(message))),
      parts.files.onDidChange(soon),
      parts.diagnostics.onDidCheckData(soon),
      parts.runs.onDidChange(soon),
      vscode.workspace.onDidGrantWorkspaceTrust(soon),
      view.onDidChangeVisibility(soon),
    );
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#listening.dispose();
  }

  #run(work: Promise<void>): void {
    work.catch((error: unknown) => this.#parts.log.error(error instanceof Error ? error : String(error)));
  }

  #soon(): void {
    clearTimeout(this.#timer);
    if (this.#view.visible) this.#timer = setTimeout(() => this.#run(this.#update()), settleMs);
  }

  async #update(): Promise<void> {
    const state = await this.#state();
    this.#channel.post({ type: "state", state });
  }

  async #state(): Promise<MixtureViewState> {
    const document = await this.#parts.files.document();
    const common = {
      hasWorkspace: (vscode.workspace.workspaceFolders ?? []).length > 0,
      canRun: vscode.workspace.isTrusted,
      running: this.#parts.runs.running(),
    };
    if (document === undefined) {
      return {
        ...common,
        file: null,
        problems: [],
        stale: false,
        model: "",
        budget: null,
        languages: [],
        mixtures: [],
      };
    }
    const { draft, file } = this.#parts.files.parse(document);
    const rows = await this.#rows(document);
    const folder = vscode.workspace.asRelativePath(vscode.Uri.joinPath(document.uri, ".."), false);
    return {
      ...common,
      file: { name: document.uri.path.slice(document.uri.path.lastIndexOf("/") + 1), folder },
      problems: problemsOf(this.#parts.diagnostics.of(document)),
      stale: file === null,
      model: draft.model ?? "",
      budget: draft.budget,
      languages: sortedTags(rows.keys()),
      mixtures: cardsOf(this.#shown(document), rows),
    };
  }

  /** A text whose mixtures can't be read shows those of the last text that had some. */
  #shown(document: vscode.TextDocument) {
    const parsed = this.#parts.files.parse(document);
    if (parsed.draft.mixtures.length > 0) return parsed;
    return this.#parts.files.lastSound(document) ?? parsed;
  }

  async #rows(document: vscode.TextDocument): Promise<RowCounts> {
    const pattern = this.#parts.files.parse(document).draft.data.train;
    if (pattern === null || document.uri.scheme !== "file") return new Map();
    try {
      return await this.#catalog.count(document.uri, pattern);
    } catch (error) {
      this.#parts.log.warn(`The training data ${pattern} could not be counted: ${messageOf(error)}`);
      return new Map();
    }
  }

  async #receive(message: FromMixtureView): Promise<void> {
    switch (message.type) {
      case "ready":
        return this.#update();
      case "change":
        this.#changes = this.#changes.then(() => this.#change(message.change));
        return this.#changes;
      case "newFile":
        await vscode.commands.executeCommand(commands.newMixtureFile);
        return;
      case "stop":
        await vscode.commands.executeCommand(commands.stopRun);
        return;
      case "run":
        await vscode.commands.executeCommand(
          commands.runMixture,
          this.#parts.files.current,
          message.mixture ?? undefined,
        );
        return;
      case "openFile":
        return this.#open(document => ({ uri: document.uri, range: undefined }));
      case "openMixture":
        return this.#open(document => ({
          uri: document.uri,
          range: toRange(this.#parts.files.parse(document).locate(["mixtures", message.key], "key")),
        }));
      case "openProblem":
        return this.#open(document => {
          const fault = this.#parts.diagnostics.of(document)[message.index];
          return fault === undefined
            ? { uri: document.uri, range: undefined }
            : { uri: placeOf(document.uri, fault), range: toRange(fault.range) };
        });
    }
  }

  async #open(
    place: (document: vscode.TextDocument) => { uri: vscode.Uri; range: vscode.Range | undefined },
  ): Promise<void> {
    const document = await this.#parts.files.document();
    if (document === undefined) return;
    const { uri, range } = place(document);
    await vscode.window.showTextDocument(uri, range === undefined ? {} : { selection: range });
  }

  async #change(change: MixtureChange): Promise<void> {
    try {
      const document = await this.#parts.files.document();
      if (document === undefined)
        throw new HumanError("The mixture file is gone.", { remedy: "Open another." });
      const before = document.getText();
      const languages = sortedTags((await this.#rows(document)).keys());
      const after = applyChange(before, this.#parts.files.parse(document), change, languages);
      const { start, end, text } = smallestEdit(before, after);
      const edit = new vscode.WorkspaceEdit();
      const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
      edit.replace(document.uri, range, text);
      if (start !== end || text !== "") {
        if (!(await vscode.workspace.applyEdit(edit))) {
          throw new HumanError("The mixture file could not be changed.", { remedy: "Is it read-only?" });
        }
      }
      this.#channel.post({ type: "accepted", change });
    } catch (error) {
      const message = error instanceof HumanError ? `${error.message} ${error.remedy}` : messageOf(error);
      if (!(error instanceof HumanError)) this.#parts.log.error(error instanceof Error ? error : message);
      this.#channel.post({ type: "refused", change, message });
      await this.#update();
    }
  }
}
