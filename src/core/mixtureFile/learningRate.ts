// Reads the peak learning rate: one value, or a list from which each run keeps the best on development data.
import { defaultLearningRates } from "../mixture/defaults.ts";
import type { TrainingMethod, TrainingSpec } from "../mixture/mixtureFile.ts";
import type { Field, YamlReader } from "./reader.ts";
import { checkLearningRate } from "./usualRanges.ts";

type Rates = TrainingSpec["learningRate"];

const rule = { above: 0, max: 1 } as const;
export const [fewestRates, maxRates] = [2, 8];
const listExample = "Write, for example, 2e-4 or [1e-4, 2e-4, 5e-4].";

/** All rates in file order, even if there is only one. */
export function ratesOf({ learningRate }: { readonly learningRate: Rates }): readonly number[] {
  return typeof learningRate === "number" ? [learningRate] : learningRate;
}

export function choosesRate(spec: { readonly learningRate: Rates }): boolean {
  return ratesOf(spec).length > 1;
}

/**
 * @param model As written; the usual range depends on it.
 * @param hasDevelopment True if `data.dev` is present.
 */
export function readLearningRate(
  reader: YamlReader,
  field: Field | undefined,
  method: TrainingMethod,
  model: string | null,
  hasDevelopment: boolean,
): Rates {
  const usual = defaultLearningRates[method];
  if (field !== undefined && reader.isList(field)) return readList(reader, field, hasDevelopment) ?? usual;
  const before = reader.diagnostics.length;
  const rate = reader.number(field, "learningRate", rule, usual);
  if (reader.diagnostics.length === before) checkLearningRate(reader, field, rate, method, model);
  return rate;
}

/**
 * Unusual rates in a list are not reported, since development data decide between them. Returns null when no
 * choice is possible.
 */
function readList(reader: YamlReader, field: Field, hasDevelopment: boolean): readonly number[] | null {
  const items = reader.items(field);
  const rates: number[] = [];
  for (const item of items) {
    const rate = reader.number(item, "learningRate", rule, Number.NaN);
    if (Number.isNaN(rate)) continue;
    if (rates.includes(rate))
      reader.report(item.range, "duplicate-value", `${rate} is in the list twice.`, "Remove one of them.");
    else rates.push(rate);
  }
  if (items.length < fewestRates || items.length > maxRates)
    reader.report(
      field.range,
      "bad-number",
      `"learningRate" lists ${items.length} ${items.length === 1 ? "rate" : "rates"}; a list must have ${fewestRates} to ${maxRates}.`,
      listExample,
    );
  if (!hasDevelopment)
    reader.report(
      field.keyRange,
      "missing-key",
      `"learningRate" is a list, but "data.dev" is missing: choosing a rate needs development data.`,
      `Add data.dev (rows with references that are neither trained on nor evaluated), or use a single rate.`,
      { meant: "data.dev" },
    );
  return rates.length < fewestRates ? null : rates;
}
