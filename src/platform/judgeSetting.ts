// Parses the judge setting: one judge, or a list that forms a panel.

const judgeKinds = ["rule", "openai", "vscode", "local"] as const;

/** Settings of one judge; unusable values are replaced by empty or default ones. */
export interface JudgeChoice {
  readonly kind: (typeof judgeKinds)[number];
  readonly url: string;
  /** Empty if no model is named. */
  readonly model: string;
  readonly promptLanguage: "en" | "own";
}

export interface JudgeChoices {
  /** Judges, at least one. */
  readonly judges: readonly JudgeChoice[];
  /** Invalid entries, as written; comparisons are refused while there are any. */
  readonly unknown: readonly string[];
}

/**
 * @param written A kind, as in earlier versions; or a list of kinds and of `{ kind, url, model,
 * promptLanguage }`.
 * @param defaults Values of the other settings, for properties that an entry leaves out.
 */
export function judgeChoices(written: unknown, defaults: Omit<JudgeChoice, "kind">): JudgeChoices {
  if (!Array.isArray(written))
    return { judges: [{ ...defaults, kind: kindOf(written) ?? "rule" }], unknown: [] };
  const read = written.map((entry: unknown) => choiceOf(entry, defaults));
  const judges = read.flatMap(choice => choice ?? []);
  const unknown = written.flatMap((entry: unknown, i) => (read[i] === null ? [JSON.stringify(entry)] : []));
  return judges.length === 0 ? { judges: [{ ...defaults, kind: "rule" }], unknown } : { judges, unknown };
}

function choiceOf(entry: unknown, defaults: Omit<JudgeChoice, "kind">): JudgeChoice | null {
  const { kind, url, model, promptLanguage } = (
    typeof entry === "object" && entry !== null ? entry : { kind: entry }
  ) as Readonly<Record<string, unknown>>;
  const named = kindOf(kind);
  const text = (value: unknown, otherwise: string) => (typeof value === "string" ? value.trim() : otherwise);
  return named === null
    ? null
    : {
        kind: named,
        url: text(url, defaults.url),
        model: text(model, defaults.model),
        promptLanguage:
          promptLanguage === "own" || promptLanguage === "en" ? promptLanguage : defaults.promptLanguage,
      };
}

function kindOf(value: unknown): JudgeChoice["kind"] | null {
  const name = typeof value === "string" ? value.trim() : "";
  return judgeKinds.find(kind => kind === name) ?? null;
}
