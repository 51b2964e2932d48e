// The results panel: one table for each experiment, and the samples behind every cell.

import * as vscode from "vscode";
import { commands } from "../../manifest.ts";
import { showFailure, withNotification } from "../../platform/messages.ts";
import { openWebview, type WebviewChannel } from "../../platform/webviewHost.ts";
import type {
  DifferenceFound,
  DifferenceQuery,
  ExportFormat,
  ExportTarget,
  FromResultsView,
  HiddenParts,
  PairsPage,
  PairsQuery,
  ResultsHostCalls,
  ResultsPageCalls,
  ResultsViewState,
  StudiesFound,
  ToResultsView,
} from "../../protocol/resultsView.ts";
import type { Analysis } from "../../protocol/runtime.ts";
import type { StoredRun } from "../../workspace/runs/storedRun.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { analyse } from "./analysing.ts";
import { pickExport, saveFigure, saveReport } from "./exporting.ts";
import { pairsPageOf } from "./pairPages.ts";
import { locatedRuns, panelState, resultsGroups, type ShownRuns, shownRuns } from "./panelState.ts";
import { SampleRequests } from "./sampleRequests.ts";
import { type WantedComparison, wantedMetric } from "./wantedComparison.ts";

export class ResultsPanel implements vscode.Disposable {
  readonly #panel: vscode.WebviewPanel;
  readonly #workspace: Workspace;
  readonly #channel: WebviewChannel<ToResultsView, ResultsPageCalls>;
  readonly #listening: vscode.Disposable;
  readonly #samples: SampleRequests;
  /** Run folder or mixture file whose experiment is shown; null for the newest. */
  #group: string | null;
  /** Path of the table's mixture file. */
  #file: string | null = null;
  #hidden: HiddenParts = { languages: [], mixtures: [] };
  /** Whether the page is ready for messages. A hidden page is discarded and created again when shown. */
  #ready = false;
  /** Side-by-side scores for the page to show once it is ready. */
  #wanted: WantedComparison | null = null;

  constructor(panel: vscode.WebviewPanel, group: string | null, workspace: Workspace) {
    this.#panel = panel;
    this.#workspace = workspace;
    this.#group = group;
    const samples = new SampleRequests(workspace, folder => this.#find(folder));
    this.#samples = samples;
    this.#channel = openWebview<ToResultsView, FromResultsView, ResultsHostCalls, ResultsPageCalls>(
      panel.webview,
      workspace.extension,
      { name: "results", title: "Pinch Results" },
      {
        log: workspace.log,
        receive: message => this.#receive(message),
        handlers: {
          samples: query => samples.find(query),
          sampleRows: ({ query, from, count }) => samples.rows(query, from, count),
          sampleRatings: two => samples.ratings(two),
          rateSample: request => samples.rate(request),
          rateBlind: two => samples.rateBlind(two),
          pairs: query => this.#pairs(query),
          studies: () => this.#studies(),
          difference: query => this.#difference(query),
        },
      },
    );
    const update = () => this.#run(this.#update());
    this.#listening = vscode.Disposable.from(
      this.#channel,
      panel.onDidChangeViewState(() => {
        if (!panel.visible) this.#ready = false;
      }),
      workspace.runs.onDidChange(update),
      workspace.queue.onDidChangeRunning(update),
      workspace.comparisons.onDidChange(update),
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
    work.catch((error: unknown) => this.#workspace.log.error(error instanceof Error ? error : String(error)));
  }

  async #receive(message: FromResultsView): Promise<void> {
    switch (message.type) {
      case "ready":
        this.#ready = true;
        this.#group ??= message.group;
        this.#hidden = message.hidden;
        return this.#update();
      case "chooseGroup":
        this.#group = message.group;
        return this.#update();
      case "hide":
        this.#hidden = message.hidden;
        return this.#update();
      case "export":
        return this.export();
      case "run":
        await vscode.commands.executeCommand(commands.runMixture);
        return;
      case "compare":
        await vscode.commands.executeCommand(commands.compareRuns);
        return;
      case "rate":
        await vscode.commands.executeCommand(commands.ratePairs, {
          folder: message.folder,
          comparison: message.comparison,
        });
        return;
      case "openSamplesFile":
        return this.#samples.openFile(message.folder);
      case "diffSamples":
        await vscode.commands.executeCommand(commands.compareOutputs, {
          folders: message.folders,
          language: message.language,
        });
    }
  }

  async #update(): Promise<void> {
    const wanted = this.#wanted;
    if (wanted !== null && wanted !== "newest") {
      const run = await this.#find(wanted.folder);
      this.#group = run?.folder ?? this.#group;
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
    const state = await panelState(this.#workspace, this.#group, this.#hidden);
    const run = state.group === null ? undefined : await this.#find(state.group);
    this.#file = run?.record.configuration.file ?? null;
    return state;
  }

  async #shown(): Promise<ShownRuns> {
    return shownRuns(resultsGroups(await locatedRuns(this.#workspace.runs)), this.#group, this.#hidden);
  }

  async #studies(): Promise<StudiesFound> {
    const { studies, leftOut } = await this.#analyse({
      wanted: "studies",
      metric: "followed",
      against: null,
    });
    return { studies, leftOut };
  }

  async #difference({ mixture, against, metric }: DifferenceQuery): Promise<DifferenceFound> {
    const rows = [mixture, against];
    const { differences, leftOut } = await this.#analyse({ wanted: "differences", metric, against, rows });
    return { differences, leftOut };
  }

  async #analyse(request: Parameters<typeof analyse>[2]): Promise<Analysis> {
    return analyse(this.#workspace.launch, await this.#shown(), request, this.#hidden);
  }

  /** Asks for the figures, samples or reports to export, and saves them. */
  async export(): Promise<void> {
    try {
      const { figures, samples } = await this.#channel.request("exportable", undefined);
      const choice = await pickExport(figures, samples);
      if (choice === undefined) return;
      if (choice.kind === "figure") return await this.#saveFigure(choice);
      if (choice.kind === "samples") return await this.#samples.save(choice.format, this.#base());
      const report = await withNotification({ title: "Writing the report…" }, () =>
        this.#analyse({ wanted: "report", metric: "followed", against: null }),
      );
      await saveReport(report, this.#base());
    } catch (error) {
      showFailure(this.#workspace.log, error);
    }
  }

  /** Saves or copies a figure as drawn by the page. */
  async takeOut(figure: string, format: ExportFormat, target: ExportTarget): Promise<void> {
    try {
      if (target === "file") return await this.#saveFigure({ figure, format });
      const content = await this.#channel.request("render", { figure, format });
      if (content !== null) await vscode.env.clipboard.writeText(content);
    } catch (error) {
      showFailure(this.#workspace.log, error);
    }
  }

  async #saveFigure(figure: { readonly figure: string; readonly format: ExportFormat }): Promise<void> {
    await saveFigure(figure, await this.#channel.request("render", figure), this.#base());
  }

  /** Default folder for exports: that of the mixture file. */
  #base(): vscode.Uri {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file("/");
    return this.#file === null ? folder : vscode.Uri.joinPath(vscode.Uri.file(this.#file), "..");
  }

  async #pairs(query: PairsQuery): Promise<PairsPage> {
    const run = await this.#find(query.folder);
    const found = run === undefined ? [] : await this.#workspace.comparisons.of(run.uri);
    const comparison = found.find(({ name }) => name === query.comparison);
    if (comparison === undefined) throw new Error("This comparison no longer exists.");
    return pairsPageOf(await this.#workspace.comparisons.verdicts(comparison.uri), query);
  }

  async #find(folder: string): Promise<StoredRun | undefined> {
    return (await locatedRuns(this.#workspace.runs)).find(run => run.folder === folder);
  }
}
