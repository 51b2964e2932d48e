// Whether the examples of mixtures fit into what one may have of tokens, said before anything is computed.
import { type Diagnostic, startOfFile } from "../../common/diagnostic.ts";
import { HumanError } from "../../common/errors.ts";
import { countOf } from "../../common/words.ts";
import type { Example } from "../../core/dataset/example.ts";
import type { TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import { realise } from "../../core/mixture/sample.ts";
import { chooseMixtures } from "../data/chooseMixtures.ts";
import { type Experiment, isValid, type ValidExperiment } from "../data/experiment.ts";
import { loadTokenizer } from "../model/tokenizer.ts";

/** @param maxPositions Of the model. @returns null where every example fits; `lengths` are theirs, in tokens. */
export function tooLong(
  examples: readonly Pick<Example, "language" | "id">[],
  lengths: readonly number[],
  { maxTokens }: Pick<TrainingSpec, "maxTokens">,
  maxPositions: number,
): { readonly message: string; readonly remedy: string } | null {
  const limit = Math.min(maxTokens, maxPositions);
  const longer = examples.flatMap((example, i) => {
    const tokens = lengths[i] ?? 0;
    return tokens > limit ? [{ ...example, tokens }] : [];
  });
  const [longest] = [...longer].sort((a, b) => b.tokens - a.tokens);
  if (longest === undefined) return null;
  const byLanguage = new Map<string, number>();
  for (const { language } of longer) byLanguage.set(language, (byLanguage.get(language) ?? 0) + 1);
  const name = limit === maxPositions ? "the model's max_position_embeddings" : "train.maxTokens";
  const counts = [...byLanguage].map(([language, count]) => `${language} ${count}`).join(", ");
  return {
    message: `${longer.length} of ${countOf(examples.length, "example is", "examples are")} longer than ${name} (${limit}): ${counts}. The longest, ${longest.language}/${longest.id}, has ${longest.tokens} tokens.`,
    remedy:
      longest.tokens > maxPositions
        ? `The model takes at most ${maxPositions} tokens: shorten or remove these examples, or choose a model for longer texts.`
        : `Set train.maxTokens to ${longest.tokens}, which takes all, or shorten or remove these examples.`,
  };
}

/**
 * Of all examples that the mixtures take with any of the file's seeds, each counted once; and what is wrong with the
 * model's tokenizer or template. @param names Of mixtures; none: all.
 */
export function lengthFaults(experiment: Experiment, names: readonly string[] = []): Diagnostic[] {
  if (!isValid(experiment)) return [];
  const { parsed, model, config } = experiment;
  const fault = (
    code: string,
    at: readonly string[],
    { message, remedy }: Pick<HumanError, "message" | "remedy">,
  ): Diagnostic => ({
    severity: "error",
    code,
    message,
    remedy,
    range: parsed.locate(at) ?? startOfFile,
  });
  try {
    const tokenizer = loadTokenizer(model);
    const examples = takenBy(experiment, names);
    const lengths = examples.map(
      ({ prompt, response, earlier }) => tokenizer.formatExample(prompt, response, earlier).ids.length,
    );
    const found = tooLong(examples, lengths, config.train, model.config.maxPositions);
    return found === null ? [] : [fault("example-too-long", ["train", "maxTokens"], found)];
  } catch (error) {
    if (!(error instanceof HumanError)) throw error;
    return [fault("tokenizer", ["model"], error)];
  }
}

function takenBy({ config, available, train }: ValidExperiment, names: readonly string[]): Example[] {
  const taken = new Map<string, Set<string>>();
  for (const spec of chooseMixtures(config, names))
    for (const seed of config.seeds)
      for (const { language, id } of realise(spec, config, available, seed).examples)
        taken.set(language, (taken.get(language) ?? new Set()).add(id));
  return [...taken].flatMap(
    ([language, ids]) => train.languages.get(language)?.rows.filter(({ id }) => ids.has(id)) ?? [],
  );
}
