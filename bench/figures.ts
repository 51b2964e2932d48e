// Turns the measurements of all parts into the figures of the table, each with its peer and its target.
import { basename } from "node:path";
import { isObject, type JsonObject } from "../src/common/json.ts";
import { machineLine } from "./machine.ts";
import { type Figure, markdownTable, type Target } from "./table.ts";

/** Measurement of a part, or the reason why there is none. */
export type Outcome = { readonly result: JsonObject } | { readonly failure: string };

export interface Outcomes {
  /** bench/train.ts */
  readonly steady: Outcome;
  /** `pinch run`, timed from outside. */
  readonly command: Outcome;
  /** bench/trl_train.py: default, packed, packed without gradient checkpointing. */
  readonly padded: Outcome;
  readonly packed: Outcome;
  readonly unchecked: Outcome;
  /** bench/decode.ts */
  readonly decode: Outcome;
  /** bench/train.ts with a 4-bit base model. */
  readonly quantized: Outcome;
}

interface Side {
  readonly value: number | null;
  readonly shown: string;
}

/** Number from a result, formatted by `show`; a failed part shows its reason instead. */
function side(outcome: Outcome, key: string, show: (value: number) => string): Side {
  if ("failure" in outcome) return { value: null, shown: `failed: ${outcome.failure}` };
  const value = outcome.result[key];
  return typeof value === "number"
    ? { value, shown: show(value) }
    : { value: null, shown: "not measured here" };
}

function figure(name: string, ours: Side, peer: Side, target: Target | null): Figure {
  const ratio = ours.value === null || peer.value === null ? null : ours.value / peer.value;
  return { name, ours: ours.shown, peer: peer.shown, ratio, target };
}

const least = (value: number): Target => ({ kind: "least", value });
const most = (value: number): Target => ({ kind: "most", value });

function trainingFigures({ command, padded, packed, unchecked }: Outcomes): Figure[] {
  const speed = (outcome: Outcome) => side(outcome, "lossTokensPerSecond", value => value.toFixed(1));
  const memory = (outcome: Outcome) => side(outcome, "peakMemoryMiB", value => `${value} MiB`);
  const first = (outcome: Outcome) => side(outcome, "secondsToFirstStep", value => `${value.toFixed(1)} s`);
  const [rate, peak] = ["training, tokens with loss a second", "training, peak memory"];
  return [
    figure(`${rate}; against TRL default`, speed(command), speed(padded), least(2)),
    figure(`${rate}; against TRL packed`, speed(command), speed(packed), least(1.2)),
    figure(`${rate}; against TRL packed, no checkpointing`, speed(command), speed(unchecked), null),
    figure(`${peak}; against TRL packed`, memory(command), memory(packed), most(0.6)),
    figure(`${peak}; against TRL packed, no checkpointing`, memory(command), memory(unchecked), null),
    figure("command to first step; against TRL packed", first(command), first(packed), most(0.4)),
  ];
}

function gemmFigure({ steady }: Outcomes): Figure {
  const share = side(steady, "gemmShare", String).value;
  const [flops, seconds, gemm] = ["stepGflops", "stepSecondsMedian", "gemmGflops"].map(key =>
    side(steady, key, String),
  );
  return {
    name: "step FLOPs over the GEMM rate of the same moments",
    ours: share === null ? (flops?.shown ?? "") : `${flops?.shown} GFLOP in ${seconds?.shown} s`,
    peer: share === null ? "" : `GEMM ${gemm?.shown} GFLOP/s`,
    ratio: share,
    target: { kind: "least", value: 0.75, percent: true },
  };
}

function decodeFigure({ decode }: Outcomes): Figure {
  const name = "batch decoding, tokens a second; against transformers in batches of 16";
  const target = least(2);
  if ("failure" in decode) return { name, ours: `failed: ${decode.failure}`, peer: "", ratio: null, target };
  const { sides, ratio } = decode.result;
  const [ours = "", peer = ""] = (Array.isArray(sides) ? sides : []).map(rateOf);
  return { name, ours, peer, ratio: typeof ratio === "number" ? ratio : null, target };
}

/** Both sides are Pinch: the same steps over the same batches. */
function quantizedFigures({ quantized, steady }: Outcomes): Figure[] {
  const bytes = (outcome: Outcome) =>
    side(outcome, "weightBytes", value => `${(value / 2 ** 20).toFixed(0)} MiB`);
  const last = (outcome: Outcome): Side => {
    if ("failure" in outcome) return { value: null, shown: `failed: ${outcome.failure}` };
    const { losses } = outcome.result;
    const loss: unknown = Array.isArray(losses) ? losses.at(-1) : null;
    return typeof loss === "number"
      ? { value: loss, shown: loss.toFixed(4) }
      : { value: null, shown: "not measured" };
  };
  return [
    figure("4-bit base, weights; against float32", bytes(quantized), bytes(steady), most(0.2)),
    figure("4-bit base, loss of the last step; against float32", last(quantized), last(steady), most(1.02)),
  ];
}

function rateOf(side: unknown): string {
  const rates = isObject(side) ? side.tokensPerSecond : null;
  const rate: unknown = Array.isArray(rates) ? rates[0] : null;
  return typeof rate === "number" ? rate.toFixed(0) : "not measured";
}

/**
 * Shows whether both sides processed the same tokens. TRL also counts what the template prints after a turn.
 */
function dataLine({ steady, packed }: Outcomes): string {
  const count = (outcome: Outcome, key: string) => side(outcome, key, String);
  const examples = count(packed, "examples");
  const [ours, theirs] = [count(steady, "dataTokens"), count(packed, "dataTokens")];
  const [oursLoss, theirsLoss] = [count(steady, "dataLossTokens"), count(packed, "dataLossTokens")];
  return `${examples.shown} examples; tokens: ${ours.shown} for Pinch, ${theirs.shown} for TRL; with loss: ${oursLoss.shown} and ${theirsLoss.shown}.`;
}

function versionsOf(outcome: Outcome): Record<string, string> {
  const versions = "result" in outcome ? outcome.result.versions : null;
  return isObject(versions)
    ? Object.fromEntries(Object.entries(versions).map(([name, version]) => [name, String(version)]))
    : {};
}

export interface Conditions {
  readonly model: string;
  readonly steps: number;
  readonly warmup: number;
}

/** The table, with everything needed to reproduce it. */
export function reportOf(outcomes: Outcomes, { model, steps, warmup }: Conditions): string {
  const training = trainingFigures(outcomes);
  const figures = [
    ...training.slice(0, 3),
    gemmFigure(outcomes),
    ...training.slice(3),
    decodeFigure(outcomes),
    ...quantizedFigures(outcomes),
  ];
  const shape = (key: string) => side(outcomes.steady, key, String).shown;
  const batch = side(outcomes.padded, "positionsPerStep", value => value.toFixed(0)).shown;
  return [
    markdownTable(figures),
    `Machine: ${machineLine(versionsOf(outcomes.packed))}.`,
    `Command: \`npm run bench -- --model ${basename(model)}\`. LoRA of rank 16 on all linear layers, float32, ${steps} steps after ${warmup} to warm up, one part after the other. Packed: ${shape("rowsPerStep")} rows of ${shape("rowLength")} tokens a step on both sides. TRL's default: 8 examples a step, padded to ${batch} positions on average. TRL checkpoints gradients unless told otherwise, which is what a person gets.`,
    dataLine(outcomes),
  ].join("\n\n");
}
