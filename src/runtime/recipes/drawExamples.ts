// The first examples of one language that a run of a mixture would be tuned on, as text.
import { parseMixtureFile } from "../../core/mixture/parse.ts";
import type { DrawnExamples, DrawRequest } from "../../protocol/runtime.ts";
import { drawRows } from "../data/drawRows.ts";

export function drawExamples({ file, text, mixture, language, count }: DrawRequest): DrawnExamples {
  const { seed, counts, examples } = drawRows(parseMixtureFile(text), file, { mixture, language, count });
  return {
    seed,
    total: counts[language] ?? 0,
    examples: examples.map(({ id, prompt, response }) => ({ id, prompt, response })),
  };
}
