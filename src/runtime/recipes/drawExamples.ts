// The first examples of one language that a run of a mixture would be tuned on; nothing is computed.
import { HumanError } from "../../common/errors.ts";
import { parseMixtureFile } from "../../core/mixture/parse.ts";
import { realise } from "../../core/mixture/sample.ts";
import type { DrawnExamples, DrawRequest } from "../../protocol/runtime.ts";
import { loadTrainingData } from "../data/loadData.ts";

export function drawExamples({ file, text, mixture, language, count }: DrawRequest): DrawnExamples {
  const { draft, locate } = parseMixtureFile(text);
  const spec = draft.mixtures.find(({ name }) => name === mixture);
  const [seed = 0] = draft.seeds;
  if (spec === undefined || draft.budget === null || draft.data.train === null) {
    throw new HumanError(`What ${mixture} would contain can't be told yet.`, {
      remedy: "The file needs a budget, data.train and this mixture, without mistakes.",
    });
  }
  const { languages } = loadTrainingData(draft.data.train, file, locate(["data", "train"]));
  const available = new Map([...languages].map(([tag, { rows }]) => [tag, rows.map(row => row.id)]));
  const { examples, counts, diagnostics } = realise(spec, { budget: draft.budget }, available, seed);
  const [fault] = diagnostics;
  if (fault !== undefined) throw new HumanError(fault.message, { remedy: fault.remedy });
  const rows = new Map((languages.get(language)?.rows ?? []).map(row => [row.id, row]));
  const drawn = examples
    .filter(example => example.language === language)
    .slice(0, count)
    .flatMap(({ id }) => rows.get(id) ?? []);
  return {
    seed,
    total: counts[language] ?? 0,
    examples: drawn.map(({ id, prompt, response }) => ({ id, prompt, response })),
  };
}
