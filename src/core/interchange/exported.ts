// Exports samples in the formats of AlpacaEval and lm-evaluation-harness.
import { groupBy } from "../../common/groupBy.ts";
import type { SampleRecord } from "../records/records.ts";

export interface ExportedFile {
  readonly name: string;
  readonly text: string;
}

/**
 * Returns AlpacaEval's model outputs: one JSON array for all languages. Additional columns identify the
 * prompt and keep what Pinch would otherwise lose; AlpacaEval passes them through.
 */
export function alpacaOutputs(samples: readonly SampleRecord[], generator: string): ExportedFile {
  const rows = samples.map(sample => ({
    instruction: sample.prompt,
    output: sample.response,
    generator,
    dataset: `pinch/${sample.language}`,
    id: sample.id,
    language: sample.language,
    ...kept(sample),
  }));
  return { name: "model_outputs.json", text: `${JSON.stringify(rows, null, 1)}\n` };
}

/**
 * Returns samples as lm-evaluation-harness logs them with `--log_samples`: one JSON Lines
 * file per language, as one task.
 * @param time ISO 8601 time, part of the file name as the harness writes and expects it
 */
export function harnessSamples(
  samples: readonly SampleRecord[],
  generator: string,
  time: string,
): ExportedFile[] {
  const byLanguage = groupBy(samples, ({ language }) => language);
  return [...byLanguage].map(([language, own]) => ({
    name: `samples_pinch_${language}_${time.replaceAll(":", "-").replace("Z", "")}.jsonl`,
    text: own.map((sample, index) => `${JSON.stringify(harnessSample(sample, index, generator))}\n`).join(""),
  }));
}

function harnessSample(sample: SampleRecord, index: number, generator: string): object {
  const { id, language, prompt, response, reference, tags, group, checksPassed, languageCorrect } = sample;
  const scores = {
    ...(languageCorrect === null ? {} : { language: Number(languageCorrect) }),
    ...(checksPassed === null ? {} : { checks: Number(checksPassed) }),
    ...(checksPassed === null || sample.outcome === "unscored"
      ? {}
      : { followed: Number(sample.outcome === "followed") }),
  };
  return {
    doc_id: index,
    doc: { id, language, prompt, reference, tags, ...(group === undefined ? {} : { group }) },
    target: reference ?? "",
    arguments: { gen_args_0: { arg_0: prompt, arg_1: {} } },
    resps: [[response]],
    filtered_resps: [response],
    filter: "none",
    metrics: Object.keys(scores),
    ...scores,
    generator,
    ...kept(sample),
  };
}

function kept({ tokens, stopped, nll, nllTokens }: SampleRecord): object {
  return { tokens, stopped, ...(nll === null ? {} : { nll, nllTokens }) };
}
