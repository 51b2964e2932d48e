// The results panel: one table for each mixture file, and the samples behind every cell.
import * as vscode from "vscode";
import { messageOf } from "../../common/errors.ts";
import { buildResults } from "../../core/results/buildResults.ts";
import { withSideBySide } from "../../core/results/sideBySide.ts";
import { commands } from "../../manifest.ts";
import { openWebview, type WebviewChannel } from "../../platform/webviewHost.ts";
import type {
  FromResultsView,
  PairsQuery,
  ResultsViewState,
  ToResultsView,
} from "../../protocol/webviews.ts";
import { groupsOf, missingOf, scoredRuns } from "./groups.ts";
import { pairsPageOf } from "./pairs.ts";
import type { LocatedRun, ResultsParts } from "./parts.ts";
import type { SampleLibrary } from "./sampleLibrary.ts";
import { SampleMessages } from "./sampleMessages.ts";
import { type WantedComparison, wantedMetric } from "./wantedComparison.ts";

export class ResultsPanel implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #parts: ResultsParts;
  readonly #channel: WebviewChannel<ToResultsView, FromResultsView>;
  readonly #listening: vscode.Disposable;
  readonly #samples: SampleMessages;
  #group: string | null;
  /** False until the page has said that it listens: hidden, it is gone, and shown again it is a new one. */
  #ready = false;
  /** The side-by-side scores that the page is to turn to once it listens. */
  #wanted: WantedComparison | null = null;

  constructor(panel: vscode.WebviewPanel, group: string | null, parts: ResultsParts, library: SampleLibrary) {
    this.#panel = panel;
    this.#parts = parts;
    this.#group = group;
    panel.iconPath = vscode.Uri.joinPath(parts.extension, "media", "results.svg");
    this.#channel = openWebview(panel.webview, parts.extension, { name: "results", title: "Pinch Results" });
    this.#samples = new SampleMessages(parts, this.#channel, library, folder => this.#find(folder));
    const update = () => this.#run(this.#update());
    this.#listening = vscode.Disposable.from(
      this.#channel.onMessage(message => this.#run(this.#receive(message))),
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.#ready = false;
      }),
      parts.source.onDidChange(update),
      parts.source.onDidChangeRunning(update),
      parts.comparisons.onDidChange(update),
    );
  }

  dispose(): void {
    this.#listening.dispose();
  }

  reveal(group: string | null, sideBySide: WantedComparison | null): void {
    this.#panel.reveal();
    this.#wanted = sideBySide;
    if (sideBySide === null && (group === null || group === this.#group)) return;
    this.#group = group ?? this.#group;
    this.#run(this.#update());
  }

  #run(work: Promise<void>): void {
    work.catch((error: unknown) => this.#parts.log.error(error instanceof Error ? error : String(error)));
  }

  async #receive(message: FromResultsView): Promise<void> {
    switch (message.type) {
      case "ready":
        this.#ready = true;
        this.#group ??= message.group;
        return this.#update();
      case "chooseGroup":
        this.#group = message.group;
        return this.#update();
      case "run":
        await vscode.commands.executeCommand(commands.runMixture);
        return;
      case "pairs":
        return this.#sendPairs(message.query);
      case "compare":
        await vscode.commands.executeCommand(commands.compareRuns);
        return;
      case "rate":
        await vscode.commands.executeCommand(commands.ratePairs, {
          folder: message.folder,
          comparison: message.comparison,
        });
        return;
      default:
        return this.#samples.receive(message);
    }
  }

  async #update(): Promise<void> {
    const wanted = this.#wanted;
    if (wanted !== null && wanted !== "newest") {
      const run = await this.#find(wanted.folder);
      this.#group = run?.record.configuration.file ?? this.#group;
    }
    const state = await this.#state();
    if (!this.#ready) return;
    this.#channel.post({ type: "state", state });
    const metric = wanted === null ? undefined : wantedMetric(state.sideBySide, wanted);
    if (metric === undefined) return;
    this.#wanted = null;
    this.#channel.post({ type: "showSideBySide", metric });
  }

  async #state(): Promise<ResultsViewState> {
    const runs = await this.#runs();
    const groups = groupsOf(runs, file => vscode.workspace.asRelativePath(vscode.Uri.file(file)));
    if (!groups.some(group => group.id === this.#group)) this.#group = groups[0]?.id ?? null;
    const group = this.#group;
    const shown = group === null ? [] : scoredRuns(runs, group);
    const compared = await Promise.all(
      shown.map(async run =>
        (await this.#parts.comparisons.of(run.uri)).map(each => ({ ...each, folder: run.folder })),
      ),
    );
    const scores = shown.length === 0 ? null : withSideBySide(buildResults(shown), compared.flat());
    return {
      groups,
      group,
      table: scores?.table ?? null,
      sideBySide: scores?.sideBySide ?? [],
      canCompare: vscode.workspace.isTrusted,
      missing: group === null ? [] : missingOf(runs, group),
      running: this.#parts.source.running(),
    };
  }

  async #sendPairs(query: PairsQuery): Promise<void> {
    try {
      const run = await this.#find(query.folder);
      const found = run === undefined ? [] : await this.#parts.comparisons.of(run.uri);
      const comparison = found.find(({ name }) => name === query.comparison);
      if (comparison === undefined) throw new Error("This comparison is gone.");
      const verdicts = await this.#parts.comparisons.verdicts(comparison.uri);
      this.#channel.post({ type: "pairs", page: pairsPageOf(verdicts, query) });
    } catch (error) {
      this.#channel.post({ type: "pairsFailed", query, message: messageOf(error) });
    }
  }

  async #find(folder: string): Promise<LocatedRun | undefined> {
    return (await this.#runs()).find(run => run.folder === folder);
  }

  /** With paths spelled as VS Code does: the command line may write another drive letter. */
  async #runs(): Promise<readonly LocatedRun[]> {
    return (await this.#parts.source.runs()).map(run => {
      const file = vscode.Uri.file(run.record.configuration.file).fsPath;
      return { ...run, record: { ...run.record, configuration: { ...run.record.configuration, file } } };
    });
  }
}
