// Evaluates one model: responses to every prompt, their language and checks, and the likelihood of references.
import type { EvaluationRow } from "../../core/dataset/example.ts";
import { judge, type KnownAnswers, knownAnswers } from "../../core/evaluation/score.ts";
import type { EvaluationSpec } from "../../core/mixture/mixtureFile.ts";
import type { SampleRecord } from "../../core/run/records.ts";
import type { DecoderConfig } from "../../graph/nn/decoder.ts";
import type { WeightPlan } from "../../graph/nn/weights.ts";
import { type Generated, Generator } from "../generation/generator.ts";
import { type Score, score } from "../generation/scorer.ts";
import { createIdentifier } from "../language/identify.ts";
import type { ChatTokenizer } from "../model/tokenizer.ts";
import type { GraphFolder } from "../ort/graphFolder.ts";
import type { Device, Feeds } from "../ort/session.ts";
import type { RecipeContext } from "./context.ts";
import { type Pace, tokenCosts } from "./pace.ts";

/** A model with its tuned weights, ready to be put into graphs. */
export interface TunedModel {
  readonly config: DecoderConfig;
  readonly plan: WeightPlan;
  /** Adapters or weights by input name; empty for the untuned base. */
  readonly parameters: Feeds;
  readonly tokenizer: ChatTokenizer;
  readonly folder: GraphFolder;
  readonly device: Device;
  readonly maxPositions: number;
}

export type RowsByLanguage = ReadonlyMap<string, readonly EvaluationRow[]>;

/** Rough cost of generating and scoring, in the units of `Pace`. */
export function evaluationCosts(
  rows: RowsByLanguage,
  spec: EvaluationSpec,
): { readonly generate: number; readonly score: number } {
  const all = [...rows.values()].flat();
  const expectedTokens = Math.min(32, spec.maxNewTokens); // answers rarely use the whole limit
  const scored = spec.metrics.includes("likelihood")
    ? all.filter(row => row.reference !== undefined).length
    : 0;
  return {
    generate: tokenCosts.generate * all.length * expectedTokens,
    score: tokenCosts.score * scored * 64,
  };
}

/** One sample per row, in the order of languages and rows. */
export async function evaluateModel(
  model: TunedModel,
  rows: RowsByLanguage,
  spec: EvaluationSpec,
  seed: number,
  pace: Pace,
  context: RecipeContext,
): Promise<SampleRecord[]> {
  const all = [...rows.values()].flat();
  const responses = await respond(model, all, spec, seed, pace, context);
  const scores = spec.metrics.includes("likelihood")
    ? await scoreReferences(model, all, pace, context)
    : new Map<EvaluationRow, Score>();
  const identifier = await createIdentifier([...rows.keys()]);
  const known = knownAnswers(all);
  const references = referencesById(all);
  return all.map((row, i) =>
    sampleOf(
      row,
      responses[i] as Generated,
      model.tokenizer,
      scores.get(row),
      text => identifier.identify(text),
      references,
      known,
    ),
  );
}

async function respond(
  model: TunedModel,
  rows: readonly EvaluationRow[],
  spec: EvaluationSpec,
  seed: number,
  pace: Pace,
  context: RecipeContext,
): Promise<Generated[]> {
  const prompts = rows.map(row => model.tokenizer.formatPrompt(row.prompt));
  const longest = Math.max(0, ...prompts.map(prompt => prompt.length)) + spec.maxNewTokens;
  if (longest > model.maxPositions) {
    context.log(
      "warn",
      `The longest prompt with ${spec.maxNewTokens} new tokens takes ${longest} positions; the model was made for ${model.maxPositions}.`,
    );
  }
  pace.update("generate", 0, rows.length, "Generating responses");
  const { config, plan, parameters, device, folder } = model;
  const generator = await Generator.create({
    config,
    plan,
    parameters,
    device,
    store: bytes => folder.write("generation", bytes),
    maxPositions: longest,
  });
  const results = await generator.generate(prompts, {
    maxNewTokens: spec.maxNewTokens,
    stopIds: model.tokenizer.stopIds,
    temperature: spec.temperature,
    topP: spec.topP,
    seed,
    signal: context.signal,
    onProgress: done => pace.update("generate", done, rows.length, "Generating responses"),
  });
  await generator.release();
  return results;
}

async function scoreReferences(
  model: TunedModel,
  rows: readonly EvaluationRow[],
  pace: Pace,
  context: RecipeContext,
): Promise<Map<EvaluationRow, Score>> {
  const withReference = rows.filter(row => row.reference !== undefined);
  const examples = withReference.map(row => model.tokenizer.formatExample(row.prompt, row.reference ?? ""));
  pace.update("score", 0, examples.length, "Scoring references");
  const { config, plan, parameters, device, folder } = model;
  const options = {
    config,
    plan,
    parameters,
    device,
    store: (bytes: Uint8Array) => folder.write("scoring", bytes),
  };
  const scores = await score(examples, options, context.signal, done =>
    pace.update("score", done, examples.length, "Scoring references"),
  );
  return new Map(withReference.map((row, i) => [row, scores[i] as Score]));
}

function referencesById(rows: readonly EvaluationRow[]): ReadonlyMap<string, ReadonlyMap<string, string>> {
  const byId = new Map<string, Map<string, string>>();
  for (const { id, language, reference } of rows) {
    if (reference === undefined) continue;
    const languages = byId.get(id) ?? new Map<string, string>();
    byId.set(id, languages.set(language, reference));
  }
  return byId;
}

function sampleOf(
  row: EvaluationRow,
  generated: Generated,
  tokenizer: ChatTokenizer,
  scored: Score | undefined,
  identify: (text: string) => string,
  references: ReadonlyMap<string, ReadonlyMap<string, string>>,
  known: KnownAnswers,
): SampleRecord {
  const response = tokenizer.decode(generated.ids).trim();
  const responseLanguage = identify(response);
  return {
    language: row.language,
    id: row.id,
    prompt: row.prompt,
    response,
    reference: row.reference ?? null,
    tags: row.tags ?? {},
    tokens: generated.ids.length,
    stopped: generated.stopped,
    responseLanguage,
    ...judge(row, response, responseLanguage, references.get(row.id) ?? new Map(), known),
    nll: scored?.nll ?? null,
    nllTokens: scored?.tokens ?? 0,
  };
}
