// The Try a Prompt panel: asks tuned models one question and streams their answers side by side.

import * as vscode from "vscode";
import { humanErrorOf, messageAndRemedy } from "../../common/systemErrors.ts";
import { displayName } from "../../core/language/tags.ts";
import { readSettings } from "../../platform/settings.ts";
import { openWebview, type WebviewChannel } from "../../platform/webviewHost.ts";
import type { FromTryView, ToTryView, TriedModel, TryViewState } from "../../protocol/tryView.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { type AnsweredRun, nameOf } from "./answeredRuns.ts";

const maxNewTokens = 256;
/** Time that the process gets to stop by itself. */
const stopGraceMs = 5_000;

export class TryPromptPanel implements vscode.Disposable {
  readonly #workspace: Workspace;
  readonly #runs: readonly AnsweredRun[];
  readonly #channel: WebviewChannel<ToTryView>;
  readonly #listening: vscode.Disposable;
  #state: TryViewState;
  #stop: vscode.CancellationTokenSource | null = null;

  constructor(
    panel: vscode.WebviewPanel,
    runs: readonly AnsweredRun[],
    prompt: string,
    workspace: Workspace,
  ) {
    this.#workspace = workspace;
    this.#runs = runs;
    this.#state = { prompt, running: false, fault: null, models: runs.map(blank) };
    this.#channel = openWebview<ToTryView, FromTryView>(
      panel.webview,
      workspace.extension,
      { name: "tryPrompt", title: "Try a Prompt" },
      { log: workspace.log, receive: message => this.#receive(message), handlers: {} },
    );
    this.#listening = vscode.Disposable.from(
      this.#channel,
      // A hidden page is gone, and comes back empty.
      panel.onDidChangeViewState(() => this.#show()),
    );
    void this.#ask(prompt);
  }

  dispose(): void {
    this.#stop?.cancel();
    this.#listening.dispose();
  }

  #receive(message: FromTryView): void {
    switch (message.type) {
      case "ready":
        this.#show();
        return;
      case "ask":
        if (this.#stop === null) void this.#ask(message.prompt);
        return;
      case "stop":
        this.#stop?.cancel();
    }
  }

  #show(change: Partial<TryViewState> = {}): void {
    this.#state = { ...this.#state, ...change };
    this.#channel.post({ type: "state", state: this.#state });
  }

  async #ask(prompt: string): Promise<void> {
    const stop = new vscode.CancellationTokenSource();
    this.#stop = stop;
    this.#show({ prompt, running: true, fault: null, models: this.#runs.map(blank) });
    const runtime = this.#workspace.launch();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const listening = vscode.Disposable.from(
      runtime.onAnswerPart(part => this.#change(part.folder, { ...part, state: "writing" })),
      stop.token.onCancellationRequested(() => {
        timer = setTimeout(() => runtime.kill(), stopGraceMs);
      }),
    );
    try {
      const { answers } = await runtime.call(
        "pinch/tryPrompt",
        {
          folders: this.#runs.map(({ uri }) => uri.fsPath),
          prompt,
          maxNewTokens,
          device: readSettings(undefined).device,
          starter: runtime.starter,
        },
        stop.token,
      );
      for (const { folder, text, tokens, stopped, language } of answers) {
        this.#change(folder, { text, tokens, language, state: stopped ? "done" : "cut off" });
      }
    } catch (error) {
      if (!stop.token.isCancellationRequested) {
        this.#workspace.log.error(error instanceof Error ? error : String(error));
        const remedy = humanErrorOf(error) === null ? " The log has the details." : "";
        this.#show({ fault: `${messageAndRemedy(error)}${remedy}` });
      }
    } finally {
      clearTimeout(timer);
      listening.dispose();
      stop.dispose();
      this.#stop = null;
      this.#show({
        running: false,
        models: this.#state.models.map(model =>
          model.state === "waiting" || model.state === "writing" ? { ...model, state: "stopped" } : model,
        ),
      });
      await runtime.end();
    }
  }

  #change(path: string, change: Partial<Omit<TriedModel, "folder" | "name">>): void {
    const { text, tokens, language, state } = change;
    this.#show({
      models: this.#state.models.map(model =>
        model.folder === path
          ? {
              ...model,
              ...(text === undefined ? {} : { text }),
              ...(tokens === undefined ? {} : { tokens }),
              ...(language === undefined ? {} : { language, languageName: nameOfLanguage(language) }),
              ...(state === undefined ? {} : { state }),
            }
          : model,
      ),
    });
  }
}

function blank(run: AnsweredRun): TriedModel {
  return {
    folder: run.uri.fsPath,
    name: nameOf(run),
    text: "",
    tokens: 0,
    state: "waiting",
    language: "und",
    languageName: "",
  };
}

function nameOfLanguage(tag: string): string {
  return tag === "und" ? "language unclear" : displayName(tag);
}
