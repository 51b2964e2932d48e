// Reads the amount of training and its division into steps: epochs, steps, and examples or tokens per step.
import { defaultTraining } from "../mixture/defaults.ts";
import { maxTaken } from "../mixture/limits.ts";
import type { TrainingSpec } from "../mixture/mixtureFile.ts";
import type { Field, YamlReader } from "./reader.ts";

type Amount = Pick<TrainingSpec, "epochs" | "steps" | "batchExamples" | "batchTokens">;

const whole = { whole: true, min: 1 } as const;

/**
 * Two of `epochs`, `steps` and `batchExamples` determine the third. Without the latter two, `batchTokens`
 * determines the number of steps. A key without effect is only a warning, since the file may share it with
 * others.
 */
export function readAmount(
  reader: YamlReader,
  entries: ReadonlyMap<string, Field>,
  budget: number | null,
): Amount {
  const optional = (name: "steps" | "batchExamples"): number | undefined => {
    const field = entries.get(name);
    const value = reader.number(field, name, whole, Number.NaN);
    return Number.isNaN(value) ? undefined : value;
  };
  const epochs = reader.number(entries.get("epochs"), "epochs", whole, defaultTraining.epochs);
  const batchTokens = reader.number(
    entries.get("batchTokens"),
    "batchTokens",
    whole,
    defaultTraining.batchTokens,
  );
  const steps = optional("steps");
  const batchExamples = optional("batchExamples");
  if (steps !== undefined && batchExamples !== undefined)
    reportUnused(reader, entries.get("epochs"), "epochs", `"steps" and "batchExamples"`);
  if (steps !== undefined || batchExamples !== undefined)
    reportUnused(
      reader,
      entries.get("batchTokens"),
      "batchTokens",
      `"${steps === undefined ? "batchExamples" : "steps"}"`,
    );
  reportTooMuch(reader, entries, { epochs, steps, batchExamples }, budget ?? 1);
  if (budget !== null) reportTooMany(reader, entries, { epochs, steps, batchExamples }, budget);
  return {
    epochs,
    batchTokens,
    ...(steps === undefined ? {} : { steps }),
    ...(batchExamples === undefined ? {} : { batchExamples }),
  };
}

function reportUnused(reader: YamlReader, field: Field | undefined, key: string, by: string): void {
  if (field === undefined) return;
  reader.report(field.keyRange, "unused-key", `"${key}" has no effect with ${by}.`, "Remove it.", "warning");
}

interface Written {
  readonly epochs: number;
  readonly steps: number | undefined;
  readonly batchExamples: number | undefined;
}

/** Reports more examples than can be put in order before the first step. */
function reportTooMuch(
  reader: YamlReader,
  entries: ReadonlyMap<string, Field>,
  { epochs, steps, batchExamples }: Written,
  budget: number,
): void {
  const byStep = steps !== undefined && batchExamples !== undefined;
  const taken = byStep ? steps * batchExamples : epochs * budget;
  const field = entries.get(byStep ? "steps" : "epochs");
  if (taken <= maxTaken || field === undefined) return;
  const each = byStep ? batchExamples : budget;
  const most = Math.max(1, Math.floor(maxTaken / each));
  reader.report(
    field.range,
    "bad-number",
    `${byStep ? `${steps} steps` : `${epochs} epochs`} of ${each} examples use ${taken} in one run; the limit is ${maxTaken}.`,
    `Use at most ${most}.`,
    { meant: String(most) },
  );
}

function reportTooMany(
  reader: YamlReader,
  entries: ReadonlyMap<string, Field>,
  { epochs, steps, batchExamples }: Written,
  budget: number,
): void {
  const batch = entries.get("batchExamples");
  if (batch !== undefined && batchExamples !== undefined && batchExamples > budget) {
    reader.report(
      batch.range,
      "bad-number",
      `A step of ${batchExamples} examples exceeds the budget of ${budget}.`,
      `Use at most ${budget}, or raise "budget".`,
      { meant: String(budget) },
    );
  }
  const stepsField = entries.get("steps");
  const most = epochs * budget;
  if (stepsField !== undefined && steps !== undefined && batchExamples === undefined && steps > most) {
    reader.report(
      stepsField.range,
      "bad-number",
      `${steps} steps need more examples than there are: ${epochs} epochs of ${budget} have ${most}.`,
      `Use at most ${most}, raise "epochs", or set "batchExamples".`,
      { meant: String(most) },
    );
  }
}

/** Describes the amount for users: `3 epochs; 16 examples a step`. */
export function describeAmount({ epochs, steps, batchExamples, batchTokens }: Amount): string {
  const passes = `${epochs} ${epochs === 1 ? "epoch" : "epochs"}`;
  const updates = `${steps} ${steps === 1 ? "step" : "steps"}`;
  const each = `${batchExamples} ${batchExamples === 1 ? "example" : "examples"}`;
  if (steps !== undefined && batchExamples !== undefined) return `${updates} of ${each}`;
  if (steps !== undefined) return `${passes} in ${updates}`;
  return `${passes}; ${batchExamples === undefined ? `${batchTokens} packed tokens` : each} a step`;
}
