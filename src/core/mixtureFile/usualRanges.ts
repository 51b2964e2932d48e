// Usual ranges of learning rates and ranks. Values outside are allowed but reported.
import { defaultLearningRates, defaultTraining } from "../mixture/defaults.ts";
import type { TrainingMethod } from "../mixture/mixtureFile.ts";
import type { Field, YamlReader } from "./reader.ts";

interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * LoRA: 1e-5 to 1e-3 (Hu et al. 2021 and QLoRA train at 1e-4 to 2e-4); full: LIMA trains at 1e-5, Alpaca at
 * 2e-5.
 */
const defaultRates: Readonly<Record<TrainingMethod, Range>> = {
  lora: { from: 1e-5, to: 1e-3 },
  full: { from: 1e-6, to: 1e-4 },
};
/** The built-in model is several hundred times smaller than those, and takes higher rates. */
const starter = "pinch/starter";
const starterFactor = 20;

/** Below this range an adapter can hardly learn a language; above it, it costs as much as full training. */
const defaultRanks: Range = { from: 4, to: 256 };

export function checkLearningRate(
  reader: YamlReader,
  field: Field | undefined,
  rate: number,
  method: TrainingMethod,
  model: string | null,
): void {
  const { from, to } = defaultRates[method];
  const most = model === starter ? to * starterFactor : to;
  if (field === undefined || typeof reader.scalar(field) !== "number" || (rate >= from && rate <= most)) {
    return;
  }
  const usual = short(defaultLearningRates[method]);
  reader.report(
    field.range,
    "unusual-learning-rate",
    `A learning rate of ${short(rate)} is ${rate < from ? "lower" : "higher"} than usual with "method: ${method}".`,
    `The usual range is ${short(from)} to ${short(most)}; the default is ${usual}.`,
    { severity: "warning", meant: usual },
  );
}

export function checkRank(reader: YamlReader, field: Field | undefined, rank: number): void {
  const { from, to } = defaultRanks;
  if (field === undefined || typeof reader.scalar(field) !== "number" || (rank >= from && rank <= to)) return;
  const usual = String(defaultTraining.lora.rank);
  reader.report(
    field.range,
    "unusual-rank",
    `A rank of ${rank} is ${rank < from ? "lower" : "higher"} than usual.`,
    `The usual range is ${from} to ${to}; the default is ${usual}.`,
    { severity: "warning", meant: usual },
  );
}

/** Common notation of rates, such as `2e-4`. */
function short(value: number): string {
  return value >= 0.01 ? String(value) : value.toExponential().replace("e+", "e");
}
