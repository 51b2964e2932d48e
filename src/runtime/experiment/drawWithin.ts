// Draws the examples of a mixture, dropping or truncating those that are too long, as the mixture file
// specifies.

import type { Diagnostic } from "../../common/diagnostic.ts";
import { countOf } from "../../common/words.ts";
import type { Example } from "../../core/dataset/example.ts";
import { isDerivedId } from "../../core/dataset/rows.ts";
import { type AvailableIds, drawMixture, type MixtureDraw } from "../../core/mixture/draw.ts";
import type { MixtureSpec, Overlong } from "../../core/mixture/mixtureFile.ts";
import { type ChatTokenizer, loadTokenizer } from "../model/tokenizer.ts";
import { hasLoss } from "../train/packing.ts";
import { lengthsOf, type TooLong } from "../train/tooLong.ts";
import type { ValidExperiment } from "./experiment.ts";

export interface DrawnMixture extends MixtureDraw {
  /** Drawn examples that were too long: dropped and replaced, or truncated. */
  readonly dropped: readonly TooLong[];
  readonly cut: readonly TooLong[];
}

export interface Drawing {
  readonly limit: number;
  draw(spec: MixtureSpec, seed: number): DrawnMixture;
}

/** Maximum tokens of an example: the smaller of the file's limit and the model's. */
function longestAllowed({ config, model }: Pick<ValidExperiment, "config" | "model">): number {
  return Math.min(config.train.maxTokens, model.config.maxPositions);
}

/**
 * Prepares draws from an experiment. An id that is too long in one language is dropped in all, so that the
 * mixtures of a file keep drawing the same translations; rows without ids are dropped individually. With
 * `overlong: refuse`, nothing is measured here.
 */
export function drawingOf(experiment: ValidExperiment, tokenizer?: ExampleFormatter): Drawing {
  const { config, available, train } = experiment;
  const limit = longestAllowed(experiment);
  const { overlong = "refuse", loss } = config.train;
  if (overlong === "refuse")
    return {
      limit,
      draw: (spec, seed) => ({ ...drawMixture(spec, config, available, seed), dropped: [], cut: [] }),
    };
  const measure = measuring(tokenizer ?? loadTokenizer(experiment.model), limit, overlong, loss);
  const rows = new Map(
    [...train.languages].map(([tag, language]) => [tag, new Map(language.rows.map(row => [row.id, row]))]),
  );
  return { limit, draw: (spec, seed) => drawWithout(spec, seed, config, available, rows, measure) };
}

interface Measured {
  readonly tokens: number;
  readonly fate: "kept" | "cut" | "dropped";
}

/** Subset of the tokenizer needed here. */
type ExampleFormatter = Pick<ChatTokenizer, "formatExample">;

type Measure = (row: Example) => Measured;

/** Truncates an example, or drops it if no token with loss would remain. */
function measuring(
  tokenizer: ExampleFormatter,
  limit: number,
  overlong: Overlong,
  loss: ValidExperiment["config"]["train"]["loss"],
): Measure {
  const known = new WeakMap<Example, Measured>();
  return row => {
    const before = known.get(row);
    if (before !== undefined) return before;
    const formatted = tokenizer.formatExample(row, loss);
    const tokens = formatted.ids.length;
    const keepsLoss =
      overlong === "truncate" && formatted.ids.some((_, at) => at < limit && hasLoss(formatted, at));
    const fate = tokens <= limit ? "kept" : keepsLoss ? "cut" : "dropped";
    const measured: Measured = { tokens, fate };
    known.set(row, measured);
    return measured;
  };
}

function drawWithout(
  spec: MixtureSpec,
  seed: number,
  config: ValidExperiment["config"],
  available: AvailableIds,
  rows: ReadonlyMap<string, ReadonlyMap<string, Example>>,
  measure: Measure,
): DrawnMixture {
  const out = new Map<string, Set<string>>();
  const dropped: TooLong[] = [];
  for (;;) {
    const eligible = out.size === 0 ? available : without(available, out);
    const drawn = drawMixture(spec, config, eligible, seed);
    const before = dropped.length;
    const cut: TooLong[] = [];
    for (const { language, id } of drawn.examples) {
      const own = rows.get(language)?.get(id);
      if (own === undefined) continue;
      const alike = isDerivedId(id) ? [language] : [...rows.keys()];
      const [longest] = alike
        .flatMap(tag => rows.get(tag)?.get(id) ?? [])
        .filter(row => measure(row).fate === "dropped")
        .sort((a, b) => measure(b).tokens - measure(a).tokens);
      if (longest !== undefined) {
        for (const tag of alike) out.set(tag, (out.get(tag) ?? new Set()).add(id));
        dropped.push({ language: longest.language, id, tokens: measure(longest).tokens });
      } else if (measure(own).fate === "cut") cut.push({ language, id, tokens: measure(own).tokens });
    }
    if (dropped.length === before)
      return { ...drawn, diagnostics: explained(drawn.diagnostics, dropped), dropped, cut };
  }
}

function without(available: AvailableIds, out: ReadonlyMap<string, ReadonlySet<string>>): AvailableIds {
  return new Map([...available].map(([tag, ids]) => [tag, ids.filter(id => out.get(tag)?.has(id) !== true)]));
}

function explained(diagnostics: readonly Diagnostic[], dropped: readonly TooLong[]): readonly Diagnostic[] {
  if (dropped.length === 0) return diagnostics;
  return diagnostics.map(fault => ({
    ...fault,
    message: `${fault.message} ${countOf(dropped.length, "example was", "examples were")} dropped as too long before.`,
  }));
}

/**
 * Describes examples that were dropped or truncated; null if there are none.
 * @param limit Limit in tokens.
 */
export function overlongWords(
  { dropped, cut }: Pick<DrawnMixture, "dropped" | "cut">,
  limit: number,
): string | null {
  const told = [
    ...(dropped.length === 0 ? [] : [`${phraseOf(dropped, limit)} dropped, and others drawn in their place`]),
    ...(cut.length === 0 ? [] : [`${phraseOf(cut, limit)} cut there`]),
  ];
  return told.length === 0 ? null : told.map(one => `${one}.`).join(" ");
}

function phraseOf(long: readonly TooLong[], limit: number): string {
  const { counts, longest } = lengthsOf(long);
  return `${countOf(long.length, "example is", "examples are")} longer than ${limit} tokens (${counts}; the longest, ${longest?.language}/${longest?.id}, has ${longest?.tokens}) and ${long.length === 1 ? "is" : "are"}`;
}
