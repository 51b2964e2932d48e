// Returns the first training examples of one language for a run of a mixture, as text.
import { parseMixtureFile } from "../../core/mixtureFile/parse.ts";
import type { DrawnExamples, DrawRequest } from "../../protocol/runtime.ts";
import { drawRows } from "../experiment/drawRows.ts";

export async function drawExamples({
  file,
  text,
  mixture,
  language,
  count,
}: DrawRequest): Promise<DrawnExamples> {
  const wanted = { mixture, language, count };
  const { seed, counts, examples } = await drawRows(parseMixtureFile(text), file, wanted);
  return {
    seed,
    total: counts[language] ?? 0,
    examples: examples.map(({ id, prompt, response }) => ({ id, prompt, response })),
  };
}
