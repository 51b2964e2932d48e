// The live charts panel: follows the events of the chosen runs on disk, whichever process writes them.

import * as vscode from "vscode";
import { baseName } from "../../common/baseName.ts";
import { messageOf } from "../../common/errors.ts";
import { runFiles } from "../../core/records/records.ts";
import { commands } from "../../manifest.ts";
import { LineTail } from "../../node/lineTail.ts";
import { openWebview, type WebviewChannel } from "../../platform/webviewHost.ts";
import { type FromLiveView, maxShownRuns, type ToLiveView } from "../../protocol/liveView.ts";
import { listRuns, queueInWords } from "../../workspace/runs/liveRuns.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { FollowedRun } from "./followedRun.ts";

/** Interval at which the files of the shown runs are checked, in milliseconds. */
const lookMs = 1_000;
/** Maximum number of runs to choose from, newest first. */
const maxListed = 60;

export class LivePanel implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #workspace: Pick<Workspace, "extension" | "log" | "queue" | "runs">;
  readonly #channel: WebviewChannel<ToLiveView>;
  readonly #listening: vscode.Disposable;
  readonly #followed = new Map<string, FollowedRun>();
  /** Chosen runs; null for the current runs, or the newest. */
  #wanted: readonly string[] | null;
  #shown: readonly string[] = [];
  #ready = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sent = "";
  #disposed = false;

  constructor(
    panel: vscode.WebviewPanel,
    workspace: Pick<Workspace, "extension" | "log" | "queue" | "runs">,
    first: readonly string[] | null,
  ) {
    this.#panel = panel;
    this.#workspace = workspace;
    this.#wanted = first;
    this.#channel = openWebview<ToLiveView, FromLiveView>(
      panel.webview,
      workspace.extension,
      { name: "live", title: "Live Charts" },
      { log: workspace.log, receive: message => this.#receive(message), handlers: {} },
    );
    this.#listening = vscode.Disposable.from(
      this.#channel,
      panel.onDidChangeViewState(() => {
        // A hidden panel has no page, so that reading for it would be wasted.
        if (!panel.visible) this.#ready = false;
      }),
    );
  }

  /** Brings the panel to the front, with the given runs if there are any. */
  show(runs: readonly string[]): void {
    this.#panel.reveal();
    if (runs.length > 0) this.#wanted = runs;
    this.#sent = "";
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#timer);
    this.#listening.dispose();
  }

  #receive(message: FromLiveView): void {
    switch (message.type) {
      case "ready":
        this.#ready = true;
        this.#wanted ??= message.memory?.runs ?? null;
        this.#sent = "";
        for (const followed of this.#followed.values()) followed.forget();
        this.#look();
        return;
      case "choose":
        this.#wanted = message.runs.filter(run => typeof run === "string").slice(0, maxShownRuns);
        this.#look();
        return;
      case "stop":
        void vscode.commands.executeCommand(commands.stopRun);
    }
  }

  #look(): void {
    clearTimeout(this.#timer);
    this.#turn().then(
      more => {
        if (this.#ready && !this.#disposed) this.#timer = setTimeout(() => this.#look(), more ? 0 : lookMs);
      },
      (error: unknown) => {
        this.#workspace.log.error(`Live charts: ${messageOf(error)}`);
        if (!this.#disposed) this.#timer = setTimeout(() => this.#look(), lookMs);
      },
    );
  }

  #turns = 0;

  /** Returns true if there is more to read immediately. */
  async #turn(): Promise<boolean> {
    const turn = ++this.#turns;
    const { queue, runs: store } = this.#workspace;
    const runs = (await listRuns(store, queue)).slice(0, maxListed);
    this.#shown = (this.#wanted ?? runs.filter(({ state }) => state === "running").map(({ id }) => id)).slice(
      0,
      maxShownRuns,
    );
    const [newest] = runs;
    if (this.#shown.length === 0 && this.#wanted === null && newest !== undefined) this.#shown = [newest.id];
    for (const id of this.#followed.keys()) if (!this.#shown.includes(id)) this.#followed.delete(id);
    let more = false;
    for (const id of this.#shown) {
      const followed = this.#followed.get(id) ?? this.#follow(id);
      if (await followed.read()) more = true;
      if (turn !== this.#turns || !this.#ready || this.#disposed) return false;
      const patches = followed.patches();
      if (patches !== null) this.#channel.post({ type: "curves", run: id, ...patches });
    }
    const known = new Set(runs.map(({ id }) => id));
    const items = runs.map(({ id, label, state, words }) => ({
      id,
      label,
      state,
      words,
      fault: this.#followed.get(id)?.fault ?? null,
    }));
    const gone = this.#shown
      .filter(id => !known.has(id))
      .map(id => ({
        id,
        label: nameOf(id),
        state: "ended" as const,
        words: "",
        fault: "Its folder was deleted or renamed; the curves show what was read before.",
      }));
    const state = {
      runs: [...items, ...gone],
      chosen: this.#shown,
      running: queue.running || queue.others.length > 0,
      queue: await queueInWords(store, queue),
    };
    const text = JSON.stringify(state);
    if (turn !== this.#turns || !this.#ready || this.#disposed) return false;
    if (text !== this.#sent) {
      this.#sent = text;
      this.#channel.post({ type: "state", state });
    }
    return more;
  }

  #follow(id: string): FollowedRun {
    const events = vscode.Uri.joinPath(vscode.Uri.parse(id), runFiles.events);
    const followed = new FollowedRun(new LineTail(events.fsPath));
    this.#followed.set(id, followed);
    return followed;
  }
}

function nameOf(id: string): string {
  return decodeURIComponent(baseName(id));
}
