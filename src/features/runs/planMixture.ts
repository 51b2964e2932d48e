// Pinch: Plan: what a mixture file would train, in tokens, time and memory, as a page; nothing is trained.
import * as vscode from "vscode";
import { formatDuration } from "../../common/duration.ts";
import { displayName } from "../../core/language/tags.ts";
import type { Log } from "../../platform/log.ts";
import type { RuntimeLauncher } from "../../platform/runtimeProcess.ts";
import { readSettings } from "../../platform/settings.ts";
import type { Plan } from "../../protocol/runtime.ts";
import type { ChosenRuns } from "./chooseRuns.ts";

const scheme = "pinch-plan";

export class PlanView implements vscode.Disposable {
  readonly #launch: RuntimeLauncher;
  readonly #log: Log;
  readonly #pages = new Map<string, string>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #registered: vscode.Disposable;

  constructor(launch: RuntimeLauncher, log: Log) {
    this.#launch = launch;
    this.#log = log;
    this.#registered = vscode.workspace.registerTextDocumentContentProvider(scheme, {
      onDidChange: this.#changed.event,
      provideTextDocumentContent: uri =>
        this.#pages.get(uri.toString()) ?? "Run _Pinch: Plan_ again: a plan is not kept.",
    });
  }

  dispose(): void {
    vscode.Disposable.from(this.#registered, this.#changed).dispose();
  }

  async show(chosen: ChosenRuns): Promise<void> {
    const plan = await this.#plan(chosen);
    if (plan === null) return;
    const name = chosen.file.path.slice(chosen.file.path.lastIndexOf("/") + 1);
    const uri = vscode.Uri.from({ scheme, path: `/${name}.plan.md` });
    this.#pages.set(uri.toString(), planPage(name, plan));
    this.#changed.fire(uri);
    await vscode.commands.executeCommand("markdown.showPreview", uri);
  }

  /** null: the person cancelled. */
  async #plan({ file, mixtures }: ChosenRuns): Promise<Plan | null> {
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: "Planning: two steps are tried, nothing is kept",
      cancellable: true,
    };
    return vscode.window.withProgress(options, async (_progress, token) => {
      const runtime = this.#launch();
      try {
        const { device } = readSettings(file);
        const request = { file: file.fsPath, mixtures, device, starter: runtime.starter };
        return await runtime.call("pinch/plan", request, token);
      } catch (error) {
        if (!token.isCancellationRequested) throw error;
        this.#log.info("The plan was cancelled.");
        return null;
      } finally {
        await runtime.end();
      }
    });
  }
}

/** Markdown. */
function planPage(name: string, { model, runs, diagnostics, layersTried, evaluationRows }: Plan): string {
  const seconds = runs.reduce((sum, run) => sum + run.predictedSeconds, 0);
  const memory = Math.max(0, ...runs.map(run => run.predictedMemoryBytes));
  const rows = runs.map(run => {
    const counts = Object.entries(run.counts)
      .filter(([, count]) => count > 0)
      .map(([language, count]) => `${displayName(language)} ${count.toLocaleString("en")}`);
    return [
      run.mixture,
      String(run.seed),
      counts.join(", ") || "untuned",
      run.trainTokens.toLocaleString("en"),
      run.steps.toLocaleString("en"),
      formatDuration(run.predictedSeconds),
      gigabytes(run.predictedMemoryBytes),
    ];
  });
  const prompts = Object.values(evaluationRows).reduce((sum, count) => sum + count, 0);
  const basis =
    layersTried === null
      ? "Time is a rough guess from this machine's rate in matrix products."
      : `Time was measured in two steps of ${layersTried.tried} of ${layersTried.of} layers.`;
  return [
    `# Plan of ${cell(name)}`,
    `${runs.length} ${runs.length === 1 ? "run" : "runs"}, **${formatDuration(seconds)}** one after another, at most **${gigabytes(memory)}** of memory.`,
    ...(model === null
      ? []
      : [`Model ${cell(model.name)}, ${model.parameters.toLocaleString("en")} parameters.`]),
    `${prompts.toLocaleString("en")} evaluation prompts in ${Object.keys(evaluationRows).length} languages for each run. ${basis}`,
    ...diagnostics.map(
      ({ severity, message, remedy }) => `- **${severity}**: ${cell(`${message} ${remedy}`)}`,
    ),
    [
      "| Mixture | Seed | Examples | Tokens an epoch | Steps | Time | Memory |",
      "| --- | ---: | --- | ---: | ---: | ---: | ---: |",
      ...rows.map(row => `| ${row.map(cell).join(" | ")} |`),
    ].join("\n"),
  ].join("\n\n");
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function cell(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>]/g, "\\$&").replace(/\s+/g, " ");
}
