// Creates the judge that a comparison asks for.
import { join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { maxJudges } from "../../core/comparison/panel.ts";
import type { JudgeSettings } from "../../protocol/comparison.ts";
import type { AskHandler } from "../../protocol/connection.ts";
import { openModel } from "../model/openModel.ts";
import { resolveModelFolder } from "../model/resolveModel.ts";
import { hostJudge } from "./hostJudge.ts";
import type { Judge } from "./judge.ts";
import { LocalJudge } from "./localJudge.ts";
import { OpenAiJudge } from "./openAiJudge.ts";
import { ruleJudge } from "./ruleJudge.ts";
import { keyVariable, Secret } from "./secret.ts";

export interface JudgeHost {
  /** Folder of the built-in model. */
  readonly starter: string;
  readonly askHost: AskHandler;
}

/** Maximum concurrency: more than any endpoint accepts, but still a reasonable number of connections. */
const maxAtATime = 512;

/** Creates a judge without asking or loading anything yet. @throws HumanError for invalid settings. */
export function openJudge(settings: JudgeSettings, { starter, askHost }: JudgeHost): Judge {
  if ("concurrency" in settings) requireConcurrency(settings.concurrency);
  switch (settings.kind) {
    case "rule":
      return ruleJudge();
    case "openai":
      return new OpenAiJudge({
        ...settings,
        key: new Secret(settings.key ?? process.env[keyVariable] ?? null),
      });
    case "vscode":
      return hostJudge({ ...settings, askHost });
    case "local": {
      const here = join(process.cwd(), "model"); // relative paths are relative to the working directory
      const model = openModel(resolveModelFolder(settings.model, here, starter));
      return new LocalJudge({ model, promptLanguage: settings.promptLanguage });
    }
  }
}

/** @throws HumanError for a panel that is empty, too large, or contains a judge twice. */
export function openPanel(settings: JudgeSettings | readonly JudgeSettings[], host: JudgeHost): Judge[] {
  const all: readonly JudgeSettings[] = "kind" in settings ? [settings] : settings;
  if (all.length === 0 || all.length > maxJudges)
    throw new HumanError(`A panel of ${all.length} judges can't be asked.`, {
      remedy: `Name from 1 to ${maxJudges} judges.`,
    });
  const judges = all.map(each => openJudge(each, host));
  const names = judges.map(({ identity }) => JSON.stringify(identity));
  const twice = judges.find((_, i) => names.indexOf(names[i] ?? "") !== i)?.identity;
  if (twice !== undefined)
    throw new HumanError(`The judge ${twice.model ?? twice.kind} is in the panel twice.`, {
      remedy: "Name each judge once: the same one twice outvotes the others.",
    });
  return judges;
}

function requireConcurrency(concurrency: number): void {
  if (Number.isInteger(concurrency) && concurrency >= 1 && concurrency <= maxAtATime) return;
  throw new HumanError(`A judge can't be asked ${concurrency} questions at a time.`, {
    remedy: `Choose a whole number from 1 to ${maxAtATime}.`,
  });
}
