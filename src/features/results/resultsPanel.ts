// The results panel: one table for each experiment, and the samples behind every cell.

import * as vscode from "vscode";
import { toldText } from "../../common/systemErrors.ts";
import type { MetricKey } from "../../core/run/records.ts";
import { commands } from "../../manifest.ts";
import { showFailure, withNotification } from "../../platform/messages.ts";
import { openWebview, type WebviewChannel } from "../../platform/webviewHost.ts";
import type {
  ExportFormat,
  ExportTarget,
  FigureName,
  FromResultsView,
  HiddenParts,
  PairsQuery,
  ResultsViewState,
  ToResultsView,
} from "../../protocol/resultsView.ts";
import { analyse } from "./analysing.ts";
import { pickExport, saveRendered, saveReport } from "./exporting.ts";
import { pairsPageOf } from "./pairs.ts";
import { locatedRuns, panelState, resultsGroups, type ShownRuns, shownRuns } from "./panelState.ts";
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
  /** Run folder or mixture file whose experiment is shown; null: the newest. */
  #group: string | null;
  /** Path of the mixture file of the table. */
  #file: string | null = null;
  #hidden: HiddenParts = { languages: [], mixtures: [] };
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
        this.#hidden = message.hidden;
        return this.#update();
      case "chooseGroup":
        this.#group = message.group;
        return this.#update();
      case "hide":
        this.#hidden = message.hidden;
        return this.#update();
      case "studies":
        return this.#sendStudies();
      case "differences":
        return this.#sendDifferences(message.mixture, message.against, message.metric);
      case "export":
        return this.#orShow(() => this.#export(message.figures, message.samples));
      case "rendered":
        return this.#orShow(async () => {
          if (message.target === "file") return saveRendered(message, this.#base());
          if (message.content !== null) await vscode.env.clipboard.writeText(message.content);
        });
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

  async #orShow(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      showFailure(this.#parts.log, error);
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
    const state = await panelState(this.#parts, this.#group, this.#hidden);
    const run = state.group === null ? undefined : await this.#find(state.group);
    this.#file = run?.record.configuration.file ?? null;
    return state;
  }

  async #shown(): Promise<ShownRuns> {
    return shownRuns(resultsGroups(await locatedRuns(this.#parts)), this.#group, this.#hidden);
  }

  async #sendStudies(): Promise<void> {
    try {
      const request = { wanted: "studies", metric: "followed", against: null } as const;
      const { studies, leftOut } = await analyse(
        this.#parts.launch,
        await this.#shown(),
        request,
        this.#hidden,
      );
      this.#channel.post({ type: "studies", studies, leftOut });
    } catch (error) {
      this.#channel.post({ type: "analysisFailed", wanted: "studies", message: toldText(error) });
    }
  }

  async #sendDifferences(mixture: string, against: string, metric: MetricKey): Promise<void> {
    try {
      const request = { wanted: "differences", metric, against, rows: [mixture, against] } as const;
      const { differences, leftOut } = await analyse(
        this.#parts.launch,
        await this.#shown(),
        request,
        this.#hidden,
      );
      this.#channel.post({ type: "differences", mixture, differences, leftOut });
    } catch (error) {
      this.#channel.post({ type: "analysisFailed", wanted: "differences", message: toldText(error) });
    }
  }

  async #export(figures: readonly FigureName[], samples: boolean): Promise<void> {
    const choice = await pickExport(figures, samples);
    if (choice === undefined) return;
    if (choice.kind === "figure") {
      this.render(choice.figure, choice.format, "file");
      return;
    }
    if (choice.kind === "samples") return this.#samples.save(choice.format, this.#base());
    const request = { wanted: "report", metric: "followed", against: null } as const;
    const report = await withNotification({ title: "Writing the report…" }, async () =>
      analyse(this.#parts.launch, await this.#shown(), request, this.#hidden),
    );
    await saveReport(report, this.#base());
  }

  /** Asks the page for a figure; it comes back as `rendered`. */
  render(figure: string, format: ExportFormat, target: ExportTarget): void {
    this.#channel.post({ type: "render", figure, format, target });
  }

  /** Asks the page what there is to export. */
  askExport(): void {
    this.#channel.post({ type: "askExport" });
  }

  /** Where exports are put unless the person says otherwise: beside the mixture file. */
  #base(): vscode.Uri {
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file("/");
    return this.#file === null ? folder : vscode.Uri.joinPath(vscode.Uri.file(this.#file), "..");
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
      this.#channel.post({ type: "pairsFailed", query, message: toldText(error) });
    }
  }

  async #find(folder: string): Promise<LocatedRun | undefined> {
    return (await locatedRuns(this.#parts)).find(run => run.folder === folder);
  }
}
