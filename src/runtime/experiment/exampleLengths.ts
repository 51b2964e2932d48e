// Checks the examples of mixtures against the token limit before anything is computed.

import type { Diagnostic } from "../../common/diagnostic.ts";
import { HumanError } from "../../common/errors.ts";
import type { Example } from "../../core/dataset/example.ts";
import { type ChatTokenizer, loadTokenizer } from "../model/tokenizer.ts";
import { lengthsOf, type TooLong, tooLong } from "../train/tooLong.ts";
import { chooseMixtures } from "./chooseMixtures.ts";
import { type DrawnMixture, drawingOf, overlongWords } from "./drawWithin.ts";
import { type Experiment, isValid, type ValidExperiment } from "./experiment.ts";
import { evaluationRowsOf } from "./prepareRun.ts";
import { specialTokenFaults } from "./specialTokens.ts";
import { unknownTokenFaults } from "./unknownTokens.ts";

/**
 * Diagnostics of all examples that the mixtures use with any of the file's seeds, each counted once: those
 * that are too long, problems with the model's tokenizer or template, special tokens in the data, and text that
 * has no tokens.
 * @param names Names of the mixtures; empty means all.
 */
export function lengthFaults(experiment: Experiment, names: readonly string[] = []): Diagnostic[] {
  if (!isValid(experiment)) return [];
  const { parsed } = experiment;
  const fault = (
    code: string,
    at: readonly string[],
    { message, remedy }: Pick<HumanError, "message" | "remedy">,
    severity: Diagnostic["severity"] = "error",
  ): Diagnostic => {
    const found = parsed.locate(at);
    const isWritten = found.start.line > 0 || found.start.column > 0;
    const range = isWritten ? found : parsed.locate(["data", "train"]);
    return { severity, code, message, remedy, range };
  };
  try {
    const loaded = loadTokenizer(experiment.model);
    const tokenizer = naming(loaded);
    renderHeldOut(experiment, tokenizer);
    const told = [
      ...loaded.notes.map(note => fault("template", ["model"], { message: note, remedy: "" }, "warning")),
      ...specialTokenFaults(experiment, tokenizer),
      ...unknownTokenFaults(experiment, loaded),
    ];
    const long = overlongFault(experiment, names, tokenizer);
    return long === null ? told : [...told, fault(long.code, ["train", long.key], long, long.severity)];
  } catch (error) {
    if (!(error instanceof HumanError)) throw error;
    return [fault("tokenizer", ["model"], error)];
  }
}

type Formatter = Pick<ChatTokenizer, "formatPrompt" | "formatExample" | "specialIn">;

/** Wraps a tokenizer so that its errors name the row. */
function naming(tokenizer: Formatter): Formatter {
  const named = <T>(asked: object, use: () => T): T => {
    try {
      return use();
    } catch (error) {
      const { language, id } = asked as Partial<Example>;
      if (!(error instanceof HumanError) || id === undefined) throw error;
      throw new HumanError(`Row ${language}/${id}: ${error.message}`, { remedy: error.remedy, cause: error });
    }
  };
  return {
    formatPrompt: asked => named(asked, () => tokenizer.formatPrompt(asked)),
    formatExample: (example, loss) => named(example, () => tokenizer.formatExample(example, loss)),
    specialIn: text => tokenizer.specialIn(text),
  };
}

/** @throws HumanError for a prompt or a reference that can't be formatted for the model */
function renderHeldOut(experiment: ValidExperiment, tokenizer: Formatter): void {
  const evaluated = [...evaluationRowsOf(experiment).values()].flat();
  const development = [...experiment.development.languages.values()].flatMap(({ rows }) => rows);
  for (const row of [...evaluated, ...development]) {
    if (row.reference === undefined) tokenizer.formatPrompt(row);
    else tokenizer.formatExample({ ...row, response: row.reference }, "last");
  }
}

/** Diagnostic code for examples over the limit, however they are handled. */
export const tooLongCode = "example-too-long";

interface OverlongFault {
  readonly code: string;
  readonly severity: Diagnostic["severity"];
  /** Key under `train`. */
  readonly key: string;
  readonly message: string;
  readonly remedy: string;
}

function overlongFault(
  experiment: ValidExperiment,
  names: readonly string[],
  tokenizer: Formatter,
): OverlongFault | null {
  const { config, model } = experiment;
  const drawing = drawingOf(experiment, tokenizer);
  const drawn = chooseMixtures(config, names).flatMap(spec =>
    config.seeds.map(seed => drawing.draw(spec, seed)),
  );
  const [short] = drawn.flatMap(({ diagnostics }) => diagnostics);
  if (short !== undefined) return { ...short, key: "overlong" };
  const { overlong = "refuse" } = config.train;
  if (overlong === "refuse") {
    const examples = takenBy(experiment, drawn);
    const lengths = examples.map(example => tokenizer.formatExample(example).ids.length);
    const found = tooLong(examples, lengths, config.train, model.config.maxPositions);
    return found === null ? null : { ...found, code: tooLongCode, severity: "error", key: "maxTokens" };
  }
  const once = (long: readonly TooLong[]): TooLong[] => [
    ...new Map(long.map(one => [`${one.language}/${one.id}`, one])).values(),
  ];
  const all = {
    dropped: once(drawn.flatMap(({ dropped }) => dropped)),
    cut: once(drawn.flatMap(({ cut }) => cut)),
  };
  const message = overlongWords(all, drawing.limit);
  if (message === null) return null;
  const { longest } = lengthsOf([...all.dropped, ...all.cut]);
  const remedy =
    longest === undefined || longest.tokens > model.config.maxPositions
      ? "Shorten these examples to keep them whole."
      : `Set train.maxTokens to ${longest.tokens} to keep all of them whole.`;
  return { code: tooLongCode, severity: "warning", key: "overlong", message, remedy };
}

function takenBy({ train }: ValidExperiment, drawn: readonly DrawnMixture[]): Example[] {
  const taken = new Map<string, Set<string>>();
  for (const { language, id } of drawn.flatMap(({ examples }) => examples))
    taken.set(language, (taken.get(language) ?? new Set()).add(id));
  return [...taken].flatMap(
    ([language, ids]) => train.languages.get(language)?.rows.filter(({ id }) => ids.has(id)) ?? [],
  );
}
