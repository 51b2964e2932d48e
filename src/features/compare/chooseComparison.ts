// Asks for the runs to compare, the baseline and the judge, unless the caller or the settings name them.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { differenceMark, groupDifferences } from "../../core/experiments/settingDifferences.ts";
import { settings } from "../../manifest.ts";
import type { JudgeChoice } from "../../platform/judgeSetting.ts";
import { readJudging } from "../../platform/settings.ts";
import type { JudgeSettings } from "../../protocol/comparison.ts";
import { listLanguageModels } from "../../workspace/comparisons/languageModelJudge.ts";
import type { StoredRun } from "../../workspace/runs/storedRun.ts";
import { judgeKey, originOf } from "./judgeKey.ts";

export interface Baseline {
  /** Baseline, in the form that the runtime's call expects. */
  readonly value: string | null;
  readonly words: string;
}

export async function pickRuns(runs: readonly StoredRun[]): Promise<readonly StoredRun[] | undefined> {
  const items = runs.map((run, i) => ({
    label: run.record.mixture,
    description: `seed ${run.record.seed}`,
    detail: `${vscode.workspace.asRelativePath(run.record.configuration.file)}, ${new Date(run.record.started).toLocaleString()}`,
    picked: i === 0,
    run,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: "Compare which runs?",
    placeHolder: "Each one is compared with the baseline, prompt by prompt",
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
  });
  return chosen === undefined || chosen.length === 0 ? undefined : chosen.map(({ run }) => run);
}

export async function pickBaseline(
  compared: readonly StoredRun[],
  runs: readonly StoredRun[],
): Promise<Baseline | undefined> {
  const marks = new Map(runs.map(run => [run, markOf(run, compared)]));
  const near = runs.filter(run => marks.get(run) === "");
  const files = new Set(compared.map(run => run.record.configuration.file));
  const apart = runs.filter(run => marks.get(run) !== "" && files.has(run.record.configuration.file));
  const mixtures = [...new Set(near.map(run => run.record.mixture))];
  const several = mixtures.filter(mixture => near.filter(run => run.record.mixture === mixture).length > 1);
  const languages = monolingualLanguages(near);
  const separator = (label: string) => ({ label, kind: vscode.QuickPickItemKind.Separator, baseline: null });
  const items: (vscode.QuickPickItem & { readonly baseline: Baseline | null })[] = [
    {
      label: "$(star) Monolingual run of each language",
      description: languages.length === 0 ? "none yet" : languages.join(" "),
      detail: "Tuned on that language alone with the whole budget, as in the paper.",
      baseline: { value: null, words: "the monolingual run of each language" },
    },
    separator("One mixture for all languages, with the run's own seed if available"),
    ...mixtures.map(mixture => ({ label: mixture, baseline: { value: mixture, words: mixture } })),
    ...(several.length === 0 ? [] : [separator("One run")]),
    ...near.filter(run => several.includes(run.record.mixture)).map(run => oneRun(run, "")),
    ...(apart.length === 0 ? [] : [separator("One run of another experiment: the result is marked")]),
    ...apart.map(run => oneRun(run, marks.get(run) ?? "")),
  ];
  const title = compared.length === 1 ? compared[0]?.record.mixture : `${compared.length} runs`;
  const item = await vscode.window.showQuickPick(items, {
    title: `Compare ${title} with`,
    matchOnDescription: true,
  });
  return item?.baseline ?? undefined;
}

/** Differences from the compared runs; empty for a run of the same experiment. */
function markOf({ record }: StoredRun, compared: readonly StoredRun[]): string {
  return differenceMark(
    groupDifferences(
      [record],
      compared.map(run => run.record),
    ),
  );
}

function oneRun({ record, uri }: StoredRun, mark: string) {
  const words = `${record.mixture}, seed ${record.seed}`;
  return {
    label: record.mixture,
    description: [`seed ${record.seed}`, mark].filter(part => part !== "").join(" · "),
    detail: new Date(record.started).toLocaleString(),
    baseline: { value: uri.fsPath, words: mark === "" ? words : `${words} (${mark})` },
  };
}

/** Languages with a run that was tuned on only that language, with the whole budget. */
function monolingualLanguages(runs: readonly StoredRun[]): string[] {
  const languages = runs.flatMap(({ record }) => {
    const used = Object.entries(record.counts).filter(([, count]) => count > 0);
    const [only] = used;
    return used.length === 1 && only !== undefined && only[1] === record.configuration.budget
      ? [only[0]]
      : [];
  });
  return [...new Set(languages)].sort();
}

/**
 * The judge from the settings, or a panel of judges.
 * @throws HumanError if the settings name no judge that can be asked.
 */
export async function chooseJudges(
  secrets: vscode.SecretStorage,
): Promise<readonly JudgeSettings[] | undefined> {
  const { judges, unknown, concurrency } = readJudging();
  if (unknown.length > 0) {
    throw new HumanError(
      `${settings.section}.${settings.judge} lists ${unknown.join(", ")}, which is not a judge.`,
      {
        remedy:
          'Write rule, openai, vscode or local, or an object such as {"kind": "openai", "url": …, "model": …}.',
      },
    );
  }
  const chosen: JudgeSettings[] = [];
  for (const choice of judges) {
    const judge = await judgeOf(choice, concurrency, secrets);
    if (judge === undefined) return undefined;
    chosen.push(judge);
  }
  return chosen;
}

async function judgeOf(
  { kind, url, model, promptLanguage }: JudgeChoice,
  concurrency: number,
  secrets: vscode.SecretStorage,
): Promise<JudgeSettings | undefined> {
  switch (kind) {
    case "rule":
      return { kind };
    case "openai":
      if (originOf(url) === null) {
        throw new HumanError(
          url === "" ? "The judge's server address is not set." : `"${url}" is not a server address.`,
          {
            remedy: `Set ${settings.section}.${settings.judgeUrl}, for example to http://127.0.0.1:8000/v1.`,
          },
        );
      }
      if (model === "") throw unnamed("as the server names it");
      return { kind, url, model, promptLanguage, concurrency, key: await judgeKey(secrets, url) };
    case "local":
      if (model === "") throw unnamed("to a Hugging Face folder, a .gguf file, a Hub id or pinch/starter");
      return { kind, model, promptLanguage };
    case "vscode": {
      const chosen = model === "" ? await pickLanguageModel() : model;
      return chosen === undefined ? undefined : { kind, model: chosen, promptLanguage, concurrency };
    }
  }
}

function unnamed(how: string): HumanError {
  return new HumanError("The judge's model is not set.", {
    remedy: `Set ${settings.section}.${settings.judgeModel}, ${how}.`,
  });
}

async function pickLanguageModel(): Promise<string | undefined> {
  const models = await listLanguageModels();
  if (models.length === 0) {
    throw new HumanError("VS Code offers no language model.", {
      remedy:
        "Install or sign in to an extension that provides one, or set pinch.judge to another judge; rule needs no model.",
    });
  }
  const items = models.map(model => ({
    label: model.name,
    description: `${model.vendor}, ${model.id}`,
    id: model.id,
  }));
  return (
    await vscode.window.showQuickPick(items, { title: "Which model should judge?", matchOnDescription: true })
  )?.id;
}
