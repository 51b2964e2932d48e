// The Mixture view, or composer: shows the mixture file with counts and faults, and edits its text.

import * as vscode from "vscode";
import { baseName } from "../../common/baseName.ts";
import { HumanError, messageOf } from "../../common/errors.ts";
import { messageAndRemedy } from "../../common/systemErrors.ts";
import { smallestEdit } from "../../core/mixtureFile/textEdit.ts";
import { commands, views } from "../../manifest.ts";
import type { RuntimeProcess } from "../../platform/runtimeProcess.ts";
import { mayCompute } from "../../platform/trust.ts";
import { openWebview, type WebviewChannel } from "../../platform/webviewHost.ts";
import type {
  FromMixtureView,
  LanguageItem,
  MixtureChange,
  MixtureHostCalls,
  MixtureViewState,
  PreviewPage,
  PreviewQuery,
  ToMixtureView,
} from "../../protocol/mixtureView.ts";
import type { MixtureParser } from "../../workspace/mixtures/mixtureParser.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { applyChange } from "./changes.ts";
import { ComposerLanguages } from "./composerLanguages.ts";
import { languagesWithData } from "./dataCatalog.ts";
import type { MixtureDiagnostics } from "./diagnostics.ts";
import { placeOf, toRange } from "./editorFaults.ts";
import { itemsOf, problemsOf, withToldApart } from "./mixtureState.ts";
import type { SmallData } from "./smallData.ts";

/** Parts that the view shares with the language features of mixture files. */
export interface MixtureSources {
  readonly parser: MixtureParser;
  readonly diagnostics: MixtureDiagnostics;
  readonly smallData: SmallData;
}

/** Changes within this time update the view once, in milliseconds; the delay is too short to notice. */
const settleMs = 40;
/** Number of examples in a preview. */
const previewedExamples = 10;

export class MixtureView implements vscode.Disposable {
  readonly #view: vscode.WebviewView;
  readonly #workspace: Workspace;
  readonly #sources: MixtureSources;
  readonly #channel: WebviewChannel<ToMixtureView>;
  readonly #known: ComposerLanguages;
  readonly #listening: vscode.Disposable;
  /** Processes that draw examples, by mixture. */
  readonly #drawing = new Map<string, RuntimeProcess>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Queue of changes: each one edits the text that the previous one produced. */
  #changes: Promise<unknown> = Promise.resolve();

  constructor(view: vscode.WebviewView, workspace: Workspace, sources: MixtureSources) {
    this.#view = view;
    this.#workspace = workspace;
    this.#sources = sources;
    this.#known = new ComposerLanguages({
      log: workspace.log,
      index: workspace.dataIndex,
      smallData: sources.smallData,
      named: languagesWithData,
      mayCompute,
    });
    this.#channel = openWebview<ToMixtureView, FromMixtureView, MixtureHostCalls>(
      view.webview,
      workspace.extension,
      { name: "mixture", title: "Mixture" },
      {
        log: workspace.log,
        receive: message => this.#receive(message),
        handlers: {
          change: change =>
            this.#inOrder(async () => ({
              refused: await this.#change(change),
              // Immediately, not with the next batch of changes: the view waits for the result of its
              // gesture.
              state: await this.#state(),
            })),
          preview: query => this.#preview(query),
        },
      },
    );
    const soon = () => this.#scheduleUpdate();
    this.#listening = vscode.Disposable.from(
      this.#channel,
      workspace.currentMixtureFile.onDidChange(soon),
      sources.diagnostics.onDidCheckData(soon),
      workspace.dataIndex.onDidChange(soon),
      sources.smallData.onDidChange(soon),
      workspace.queue.onDidChangeRunning(soon),
      vscode.workspace.onDidGrantWorkspaceTrust(soon),
      view.onDidChangeVisibility(soon),
    );
  }

  dispose(): void {
    clearTimeout(this.#timer);
    for (const runtime of this.#drawing.values()) runtime.kill();
    this.#listening.dispose();
  }

  #run(work: Promise<void>): void {
    work.catch((error: unknown) => this.#workspace.log.error(error instanceof Error ? error : String(error)));
  }

  #scheduleUpdate(): void {
    clearTimeout(this.#timer);
    if (this.#view.visible) this.#timer = setTimeout(() => this.#run(this.#update()), settleMs);
  }

  async #update(): Promise<void> {
    const state = await this.#state();
    this.#channel.post({ type: "state", state });
  }

  async #state(): Promise<MixtureViewState> {
    const { parser, diagnostics } = this.#sources;
    const document = await this.#workspace.currentMixtureFile.document();
    const common = {
      hasWorkspace: (vscode.workspace.workspaceFolders ?? []).length > 0,
      whyNoRun: whyNoRun(document),
      running: this.#workspace.queue.running,
    };
    if (document === undefined) return { ...common, ...nothing };
    const languages = await this.#languages(document);
    const parsed = parser.parse(document);
    const sound = parser.lastSound(document);
    return {
      ...common,
      file: {
        id: document.uri.toString(),
        name: baseName(document.uri.path),
      },
      problems: problemsOf(diagnostics.of(document)),
      stale: parsed.file === null,
      editable: !parsed.diagnostics.some(({ code }) => code === "yaml"),
      model: parsed.draft.model ?? sound?.draft.model ?? "",
      budget: parsed.draft.budget ?? sound?.draft.budget ?? null,
      seed: parsed.draft.seeds[0] ?? 0,
      languages: withToldApart(parsed, languages),
      mixtures: itemsOf(parsed, sound, languages),
    };
  }

  /** Languages with data for the text, or for the last text without errors while its paths can't be read. */
  #languages(document: vscode.TextDocument): Promise<LanguageItem[]> {
    const { train, eval: evaluation, dev } = this.#sources.parser.parse(document).draft.data;
    const sound = this.#sources.parser.lastSound(document)?.draft.data;
    return this.#known.of(document.uri, {
      train: train ?? sound?.train ?? null,
      eval: evaluation ?? sound?.eval ?? null,
      dev: dev ?? sound?.dev ?? null,
    });
  }

  async #receive(message: FromMixtureView): Promise<void> {
    switch (message.type) {
      case "ready":
        return this.#update();
      case "undo":
      case "redo":
        return this.#inOrder(() => this.#inEditor(message.type));
      case "newStudy":
        await vscode.commands.executeCommand(commands.newStudy);
        return;
      case "openExample":
        await vscode.commands.executeCommand(commands.openExample);
        return;
      case "stop":
        await vscode.commands.executeCommand(commands.stopRun);
        return;
      case "run":
        await vscode.commands.executeCommand(
          commands.runMixture,
          this.#workspace.currentMixtureFile.uri,
          message.mixture ?? undefined,
        );
        return;
      case "openFile":
        return this.#open(document => ({ uri: document.uri, range: undefined }));
      case "openMixture":
        return this.#open(document => ({
          uri: document.uri,
          range: toRange(this.#sources.parser.parse(document).locate(["mixtures", message.key], "key")),
        }));
      case "openProblem":
        return this.#open(document => {
          const fault = this.#sources.diagnostics.of(document)[message.index];
          return fault === undefined
            ? { uri: document.uri, range: undefined }
            : { uri: placeOf(document.uri, fault), range: toRange(fault.range) };
        });
    }
  }

  #inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#changes.then(work);
    this.#changes = done.catch(() => undefined);
    return done;
  }

  /**
   * Undoes an edit of the text. The editor's own undo works on the focused editor; the focus then returns to
   * the view.
   */
  async #inEditor(command: "undo" | "redo"): Promise<void> {
    const document = await this.#workspace.currentMixtureFile.document();
    if (document === undefined) return;
    const shown = vscode.window.visibleTextEditors.find(editor => editor.document === document);
    await vscode.window.showTextDocument(document, {
      preview: false,
      ...(shown?.viewColumn === undefined ? {} : { viewColumn: shown.viewColumn }),
    });
    await vscode.commands.executeCommand(command);
    await vscode.commands.executeCommand(`${views.mixture}.focus`);
    this.#channel.post({ type: "focus" });
  }

  /**
   * Returns null if the same mixture was requested again.
   * @throws HumanError, RuntimeDied.
   */
  async #preview(query: PreviewQuery): Promise<PreviewPage | null> {
    this.#drawing.get(query.mixture)?.kill();
    const document = await this.#workspace.currentMixtureFile.document();
    if (document === undefined) return null;
    if (!mayCompute(document.uri)) {
      throw document.uri.scheme === "file"
        ? new HumanError("Examples are drawn only in a trusted workspace.", {
            remedy: "Trust the workspace first (Workspaces: Manage Workspace Trust).",
          })
        : new HumanError("Examples can be drawn only from files on disk.", {
            remedy: "Save the mixture file and its data in a local folder first.",
          });
    }
    const runtime = this.#workspace.launch();
    this.#drawing.set(query.mixture, runtime);
    const current = () => this.#drawing.get(query.mixture) === runtime;
    try {
      return await runtime.call("pinch/drawExamples", {
        ...query,
        file: document.uri.fsPath,
        text: document.getText(),
        count: previewedExamples,
      });
    } catch (error) {
      if (!current()) return null;
      throw error;
    } finally {
      if (current()) this.#drawing.delete(query.mixture);
      await runtime.end();
    }
  }

  async #open(
    place: (document: vscode.TextDocument) => { uri: vscode.Uri; range: vscode.Range | undefined },
  ): Promise<void> {
    const document = await this.#workspace.currentMixtureFile.document();
    if (document === undefined) return;
    const { uri, range } = place(document);
    await vscode.window.showTextDocument(uri, range === undefined ? {} : { selection: range });
  }

  /** Returns a sentence that explains why the text was not changed; null if it was changed. */
  async #change(change: MixtureChange): Promise<string | null> {
    try {
      const document = await this.#workspace.currentMixtureFile.document();
      if (document === undefined)
        throw new HumanError("The mixture file no longer exists.", { remedy: "Open another." });
      const languages = await this.#languages(document);
      // Read after waiting, because the text may have changed.
      const before = document.getText();
      const after = applyChange(before, this.#sources.parser.parse(document), change, languages);
      const { start, end, text } = smallestEdit(before, after);
      const range = new vscode.Range(document.positionAt(start), document.positionAt(end));
      if ((start !== end || text !== "") && !(await replaced(document, range, text)))
        throw new HumanError("The mixture file could not be changed.", {
          remedy: "Check whether it is read-only.",
        });
      return null;
    } catch (error) {
      if (!(error instanceof HumanError)) {
        this.#workspace.log.error(error instanceof Error ? error : messageOf(error));
      }
      return messageAndRemedy(error);
    }
  }
}

/** Edits through a visible editor of the document if there is one, which is faster than a workspace edit. */
async function replaced(document: vscode.TextDocument, range: vscode.Range, text: string): Promise<boolean> {
  const editor = vscode.window.visibleTextEditors.find(each => each.document === document);
  if ((await editor?.edit(change => change.replace(range, text))) === true) return true;
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, range, text);
  return vscode.workspace.applyEdit(edit);
}

const nothing = {
  file: null,
  problems: [],
  stale: false,
  editable: false,
  model: "",
  budget: null,
  seed: 0,
  languages: [],
  mixtures: [],
};

function whyNoRun(document: vscode.TextDocument | undefined): string {
  if (!vscode.workspace.isTrusted) return "Runs need a trusted workspace.";
  const { scheme } = document?.uri ?? { scheme: "file" };
  return scheme === "file" || scheme === "untitled"
    ? ""
    : "Runs need a folder on a disk: copy this one to the machine that they run on.";
}
