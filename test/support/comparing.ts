// Runs to compare inside the extension host, and a person who answers what the command asks.
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as vscode from "vscode";
import type { ComparisonRecord, PairVerdict } from "../../src/core/records/comparison.ts";
import { commands, settings } from "../../src/manifest.ts";
import { madeUpRun } from "../unit/judge/madeUpRuns.ts";
import { inWorkspace } from "./host.ts";
import { questionParts } from "./judgeQuestions.ts";

/** Of seven pairs in two languages: `pinch` against the monolingual run of each. */
export class ComparedRuns {
  readonly #root = inWorkspace(".pinch", "runs").fsPath;
  readonly #folders: readonly string[];
  readonly run: string;

  constructor() {
    const file = inWorkspace("compared.mixture.yaml").fsPath;
    this.run = madeUpRun(this.#root, {
      mixture: "pinch",
      file,
      counts: { en: 6, sw: 2 },
      responses: { en: ["good", "good", "run 2"], sw: ["good", "run 1", "run 2", "run 3"] },
    });
    const baseline = (language: string, responses: readonly string[]) =>
      madeUpRun(this.#root, {
        mixture: `only-${language}`,
        file,
        counts: { [language]: 8 },
        responses: { [language]: responses },
      });
    const english = baseline("en", ["base 0", "base 1", "base 2"]);
    this.#folders = [this.run, english, baseline("sw", ["base 0", "good", "base 2", "base 3"])];
    const metrics = JSON.stringify({ version: 1, languages: { en: {}, sw: {} } });
    for (const folder of this.#folders) writeFileSync(join(folder, "metrics.json"), metrics);
  }

  /** On the row of the run, as its menu does. */
  async compare(): Promise<void> {
    const record = JSON.parse(readFileSync(join(this.run, "run.json"), "utf8")) as unknown;
    const run = { uri: vscode.Uri.file(this.run), folder: basename(this.run), record };
    await vscode.commands.executeCommand(commands.compareRuns, { kind: "stored", run });
  }

  /** What this model has judged. */
  comparisons(model: string): { record: ComparisonRecord; verdicts: readonly PairVerdict[] }[] {
    const folder = join(this.run, "comparisons");
    if (!existsSync(folder)) return [];
    return readdirSync(folder).flatMap(name => {
      const text = (file: string) => readFileSync(join(folder, name, file), "utf8");
      const record = JSON.parse(text("comparison.json")) as ComparisonRecord;
      const verdicts = text("verdicts.jsonl").trimEnd().split("\n");
      return record.judge.model === model
        ? [{ record, verdicts: verdicts.map(line => JSON.parse(line) as PairVerdict) }]
        : [];
    });
  }

  async remove(): Promise<void> {
    for (const folder of [...this.#folders, join(this.#root, "verdicts")])
      rmSync(folder, { recursive: true, force: true });
    await vscode.commands.executeCommand(commands.refreshRuns);
  }
}

/** A verdict on a pair of `ComparedRuns`: the response called good; else what the prompt's number says. */
export function judged(question: string): string {
  const { code, prompt, a, b } = questionParts(question);
  const verdict = (choice: string) => `A reason.\nVERDICT ${code}: ${choice}`;
  if (a === "good" || b === "good") return verdict(a === "good" ? "A" : "B");
  if (prompt === "en prompt 2") return verdict("TIE");
  if (prompt === "sw prompt 2") return verdict("A"); // whichever stands first
  return a.startsWith("run") ? "I like both." : verdict("B");
}

const judgeSettings = [settings.judge, settings.judgeModel, settings.judgeUrl, settings.judgeConcurrency];

export async function setJudge(
  values: Readonly<Partial<Record<(typeof judgeSettings)[number], unknown>>>,
): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(settings.section);
  for (const name of judgeSettings)
    await configuration.update(name, values[name], vscode.ConfigurationTarget.Workspace);
}

export interface Person {
  /** To the questions that somebody's model would be asked. */
  agrees: boolean;
  /** What input boxes are answered with. */
  types: string;
  /** Dialogs that were shown. */
  readonly asked: string[];
  restore(): void;
}

/** Somebody who takes the monolingual baselines. Nobody sits before a test host: its dialogs would never close. */
export function person(): Person {
  const window = vscode.window as unknown as Record<string, unknown>;
  const { showQuickPick, showWarningMessage, showInputBox } = window;
  const somebody: Person = {
    agrees: true,
    types: "",
    asked: [],
    restore: () => Object.assign(window, { showQuickPick, showWarningMessage, showInputBox }),
  };
  window.showQuickPick = (items: readonly vscode.QuickPickItem[]) =>
    Promise.resolve(items.find(({ label }) => label.includes("Monolingual run of each language")));
  window.showWarningMessage = (text: string, { detail }: vscode.MessageOptions, ...buttons: string[]) => {
    somebody.asked.push(`${text}\n${detail}`);
    return Promise.resolve(somebody.agrees ? buttons[0] : undefined);
  };
  window.showInputBox = () => Promise.resolve(somebody.types);
  return somebody;
}
