// The rules as a judge.
import { ruleVerdict, ruleVersion } from "../../core/comparison/ruleVerdict.ts";
import type { Judge } from "./judge.ts";

export function ruleJudge(): Judge {
  return {
    identity: { kind: "rule", model: null, url: null, promptVersion: ruleVersion, promptLanguage: "en" },
    concurrency: 1,
    notes: [],
    ask: ({ facts: [a, b] }) =>
      Promise.resolve({
        verdict: ruleVerdict(a, b),
        text: null,
        served: null,
        promptTokens: 0,
        completionTokens: 0,
      }),
    release: () => Promise.resolve(),
  };
}
