// Evaluates models: responses to every prompt, their language and checks, and the likelihood of references.
import type { EvaluationRow } from "../../core/dataset/example.ts";
import type { EvaluationSpec } from "../../core/mixture/mixtureFile.ts";
import type { SampleRecord } from "../../core/records/records.ts";
import type { RecipeContext } from "../context/context.ts";
import { type Pace, tokenCosts } from "../context/pace.ts";
import { type Generated, Generator } from "../generation/generator.ts";
import { LikelihoodScorer, type Score } from "../generation/likelihood.ts";
import type { Feeds } from "../ort/session.ts";
import { type RowsByLanguage, responseScorer, sampleOf } from "./scoreResponse.ts";
import type { TunedModel } from "./tunedModel.ts";

/** Rough cost of scoring all references, in the units of `Pace`. */
export function scoringCost(rows: RowsByLanguage): number {
  const all = [...rows.values()].flat();
  return tokenCosts.score * all.filter(row => row.reference !== undefined).length * 64;
}

/** Rough cost of generating and scoring, in the units of `Pace`. */
export function evaluationCosts(
  rows: RowsByLanguage,
  spec: EvaluationSpec,
): { readonly generate: number; readonly score: number } {
  const all = [...rows.values()].flat();
  const expectedTokens = Math.min(32, spec.maxNewTokens); // answers rarely use the whole limit
  return {
    generate: tokenCosts.generate * all.length * expectedTokens,
    score: spec.metrics.includes("likelihood") ? scoringCost(rows) : 0,
  };
}

/** One of the models that an evaluator can evaluate. */
export interface Evaluated {
  readonly parameters: Feeds;
  readonly seed: number;
  readonly pace: Pace;
  /** True for the last model: memory is released after generating and after scoring. */
  readonly last: boolean;
}

/** Evaluates models that differ only in their parameters. Graphs and base weights are loaded once. */
export class Evaluator {
  readonly #all: readonly EvaluationRow[];
  readonly #scored: readonly EvaluationRow[];
  #generator: Generator | null = null;
  #scorer: LikelihoodScorer | null = null;

  constructor(
    private readonly model: TunedModel,
    private readonly rows: RowsByLanguage,
    private readonly spec: EvaluationSpec,
    private readonly context: RecipeContext,
    /** Path of a fastText model; null for Pinch's own identification. */
    private readonly identifier: string | null,
  ) {
    this.#all = [...rows.values()].flat();
    const scores = spec.metrics.includes("likelihood");
    this.#scored = scores ? this.#all.filter(row => row.reference !== undefined) : [];
  }

  /** Returns one sample per row, in the order of languages and rows. */
  async evaluate(evaluated: Evaluated): Promise<SampleRecord[]> {
    const { tokenizer } = this.model;
    const responses = await this.#respond(evaluated);
    if (evaluated.last) await this.#releaseGenerator();
    const scores = await this.#score(evaluated);
    if (evaluated.last) await this.release(); // identification loads tables of 100 MB
    const score = await responseScorer(this.rows, this.identifier);
    return this.#all.map((row, i) => {
      const { ids, stopped } = responses[i] as Generated;
      const { nll = null, tokens: nllTokens = 0 } = scores.get(row) ?? {};
      const response = tokenizer.decode(ids);
      return sampleOf(row, { response, tokens: ids.length, stopped, nll, nllTokens }, score);
    });
  }

  async release(): Promise<void> {
    await this.#releaseGenerator();
    await this.#scorer?.release();
    this.#scorer = null;
  }

  async #releaseGenerator(): Promise<void> {
    await this.#generator?.release();
    this.#generator = null;
  }

  async #respond({ parameters, seed, pace }: Evaluated): Promise<Generated[]> {
    const { model } = this;
    const { maxNewTokens, temperature, topP } = this.spec;
    const prompts = this.#all.map(row => model.tokenizer.formatPrompt(row));
    const say = (done: number): void => pace.update("generate", done, prompts.length, "Generating responses");
    say(0);
    this.#generator ??= await this.#loadGenerator(prompts);
    const { stopIds } = model.tokenizer;
    const sampling = { maxNewTokens, stopIds, temperature, topP, seed };
    const { signal } = this.context;
    return this.#generator.generate(prompts, { ...sampling, parameters, signal, onProgress: say });
  }

  #loadGenerator(prompts: readonly (readonly number[])[]): Promise<Generator> {
    const { config, plan, device, folder, maxPositions } = this.model;
    const { maxNewTokens } = this.spec;
    const longest = prompts.reduce((most, prompt) => Math.max(most, prompt.length), 0) + maxNewTokens;
    if (longest > maxPositions)
      this.context.log(
        "warn",
        `The longest prompt with ${maxNewTokens} new tokens takes ${longest} positions; the model was made for ${maxPositions}.`,
      );
    const store = (bytes: Uint8Array): string => folder.write("generation", bytes);
    return Generator.create({ config, plan, parameters: {}, device, store, maxPositions: longest });
  }

  async #score({ parameters, pace }: Evaluated): Promise<Map<EvaluationRow, Score>> {
    if (this.#scored.length === 0) return new Map();
    const { model, context } = this;
    const say = (done: number): void => pace.update("score", done, this.#scored.length, "Scoring references");
    say(0);
    if (this.#scorer === null) {
      const { config, plan, device, folder, tokenizer } = model;
      const examples = this.#scored.map(row =>
        tokenizer.formatExample({ ...row, response: row.reference ?? "" }, "last"),
      );
      const store = (bytes: Uint8Array): string => folder.write("scoring", bytes);
      this.#scorer = await LikelihoodScorer.create(examples, { config, plan, device, store });
    }
    const scores = await this.#scorer.score(parameters, context.signal, say);
    return new Map(this.#scored.map((row, i) => [row, scores[i] as Score]));
  }
}
