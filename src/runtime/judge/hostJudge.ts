// A judge that only the host can reach: a model of VS Code, asked through the process that started this one.

import { Late, within } from "../../common/deadline.ts";
import { HumanError, messageOf } from "../../common/errors.ts";
import { promptVersion } from "../../core/comparison/judgeTexts.ts";
import { parseVerdict } from "../../core/comparison/verdict.ts";
import type { AskHandler } from "../../protocol/connection.ts";
import { type Judge, JudgeFailure } from "./judge.ts";

/** Timeout in milliseconds for a complete answer. */
const defaultTimeout = 300_000;

export interface HostJudgeSettings {
  readonly model: string;
  readonly promptLanguage: "en" | "own";
  readonly concurrency: number;
  readonly askHost: AskHandler;
  readonly timeoutMs?: number;
}

export function hostJudge(settings: HostJudgeSettings): Judge {
  const { model, promptLanguage, concurrency, askHost, timeoutMs = defaultTimeout } = settings;
  return {
    identity: { kind: "vscode", model, url: null, promptVersion, promptLanguage },
    concurrency,
    notes: [],
    async ask({ text: prompt, code }, signal) {
      try {
        const answer = await within(timeoutMs, signal, bounded => askHost({ model, prompt }, bounded));
        return { ...answer, served: answer.served ?? null, verdict: parseVerdict(answer.text, code) };
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof HumanError && error.kind === "input") throw error;
        if (error instanceof Late)
          throw new JudgeFailure(`${model} did not answer within ${timeoutMs / 1000} s.`, {
            retry: true,
            remedy: "Lower the concurrency, or take a faster model.",
          });
        const remedy = error instanceof HumanError ? error.remedy : "Try again later.";
        throw new JudgeFailure(messageOf(error), { retry: true, remedy });
      }
    },
    release: () => Promise.resolve(),
  };
}
