// The results panel: one table for each mixture file, and the samples behind every cell.
import * as vscode from "vscode";
import { messageOf } from "../../common/errors.ts";
import type { PairVerdict } from "../../core/comparison/records.ts";
import { buildResults } from "../../core/results/buildResults.ts";
import type { RunSummary } from "../../core/results/resultsTable.ts";
import { type RunComparison, withSideBySide } from "../../core/results/sideBySide.ts";
import { runFiles, type SampleRecord } from "../../core/run/records.ts";
import { commands, resultsPanel } from "../../manifest.ts";
import { readText, statFile } from "../../platform/files.ts";
import type { Log } from "../../platform/log.ts";
import { registerCommand, showNotice } from "../../platform/messages.ts";
import { openWebview, type WebviewChannel, webviewOptions } from "../../platform/webviewHost.ts";
import type {
  FromResultsView,
  PairsQuery,
  ResultsViewState,
  SamplesQuery,
  ToResultsView,
} from "../../protocol/webviews.ts";
import { groupsOf, missingOf, scoredRuns } from "./groups.ts";
import { pairsPageOf } from "./pairs.ts";
import { pageOf, parseSamples } from "./samples.ts";
import { sideBySideOf, type WantedComparison, wantedMetric } from "./wantedComparison.ts";

/** A run as this feature needs it: what it holds and where it lies. */
export interface LocatedRun extends RunSummary {
  readonly uri: vscode.Uri;
}

/** Where runs come from; the composition root connects it with the runs feature. */
export interface RunSource {
  runs(): Promise<readonly LocatedRun[]>;
  readonly onDidChange: vscode.Event<void>;
  readonly running: () => boolean;
  readonly onDidChangeRunning: vscode.Event<void>;
}

/** A run's comparison and where it lies. */
interface LocatedComparison extends Omit<RunComparison, "folder"> {
  readonly uri: vscode.Uri;
}

/** Where comparisons come from; the composition root connects it with that feature. */
export interface ComparisonSource {
  /** Of one run folder, the newest first. */
  of(run: vscode.Uri): Promise<readonly LocatedComparison[]>;
  verdicts(comparison: vscode.Uri): Promise<readonly PairVerdict[]>;
  readonly onDidChange: vscode.Event<void>;
}

export interface ResultsParts {
  readonly extension: vscode.Uri;
  readonly source: RunSource;
  readonly comparisons: ComparisonSource;
  readonly log: Log;
}

export function registerResults(parts: ResultsParts): vscode.Disposable {
  let open: ResultsPanel | undefined;
  const attach = (panel: vscode.WebviewPanel, group: string | null): ResultsPanel => {
    const attached = new ResultsPanel(panel, group, parts);
    open = attached;
    panel.onDidDispose(() => {
      attached.dispose();
      if (open === attached) open = undefined;
    });
    return attached;
  };
  return vscode.Disposable.from(
    registerCommand(parts.log, commands.showResults, async (target, wanted) => {
      const group = groupOfTarget(target);
      const sideBySide = sideBySideOf(wanted);
      if (open !== undefined) {
        open.reveal(group, sideBySide);
        return;
      }
      if ((await parts.source.runs()).length === 0) {
        showNotice("There are no runs in this workspace yet.", [
          { title: "Run Mixture", run: () => vscode.commands.executeCommand(commands.runMixture) },
        ]);
        return;
      }
      const panel = vscode.window.createWebviewPanel(
        resultsPanel,
        "Pinch Results",
        vscode.ViewColumn.Active,
        webviewOptions(parts.extension),
      );
      attach(panel, group).reveal(group, sideBySide);
    }),
    vscode.window.registerWebviewPanelSerializer(resultsPanel, {
      deserializeWebviewPanel: async panel => {
        attach(panel, null);
      },
    }),
  );
}

/** The mixture file that a command's argument stands for: a file, or a row of the Runs tree. */
function groupOfTarget(target: unknown): string | null {
  if (target instanceof vscode.Uri) return target.fsPath;
  if (typeof target !== "object" || target === null || !("run" in target)) return null;
  const { run } = target as { run: Partial<LocatedRun> };
  return run.record?.configuration.file ?? null;
}

class ResultsPanel implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #parts: ResultsParts;
  readonly #channel: WebviewChannel<ToResultsView, FromResultsView>;
  readonly #listening: vscode.Disposable;
  readonly #samples = new Map<string, { mtime: number; size: number; samples: readonly SampleRecord[] }>();
  #group: string | null;
  /** False until the page has said that it listens: hidden, it is gone, and shown again it is a new one. */
  #ready = false;
  /** The side-by-side scores that the page is to turn to once it listens. */
  #wanted: WantedComparison | null = null;

  constructor(panel: vscode.WebviewPanel, group: string | null, parts: ResultsParts) {
    this.#panel = panel;
    this.#parts = parts;
    this.#group = group;
    panel.iconPath = vscode.Uri.joinPath(parts.extension, "media", "results.svg");
    this.#channel = openWebview(panel.webview, parts.extension, { name: "results", title: "Pinch Results" });
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
      case "samples":
        return this.#sendSamples(message.query);
      case "openSamplesFile": {
        const run = await this.#find(message.folder);
        if (run === undefined) return;
        await vscode.window.showTextDocument(vscode.Uri.joinPath(run.uri, runFiles.samples));
        return;
      }
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

  async #sendSamples(query: SamplesQuery): Promise<void> {
    try {
      const samples = await this.#readSamples(query.folder);
      this.#channel.post({ type: "samples", page: pageOf(samples, query) });
    } catch (error) {
      this.#channel.post({ type: "samplesFailed", query, message: messageOf(error) });
    }
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

  async #readSamples(folder: string): Promise<readonly SampleRecord[]> {
    const run = await this.#find(folder);
    if (run === undefined) throw new Error("The run folder is gone.");
    const file = vscode.Uri.joinPath(run.uri, runFiles.samples);
    const stat = await statFile(file);
    if (stat === null) throw new Error("This run kept no samples.");
    const known = this.#samples.get(folder);
    if (known !== undefined && known.mtime === stat.mtime && known.size === stat.size) return known.samples;
    const samples = parseSamples((await readText(file)) ?? "");
    this.#samples.set(folder, { ...stat, samples });
    return samples;
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
