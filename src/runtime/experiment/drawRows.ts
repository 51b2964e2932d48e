// Draws the first examples for a run of a mixture, without computing anything.
import { HumanError } from "../../common/errors.ts";
import type { Example } from "../../core/dataset/example.ts";
import { drawMixture } from "../../core/mixture/draw.ts";
import type { MixtureSpec } from "../../core/mixture/mixtureFile.ts";
import { findMixture, type ParsedMixtureFile } from "../../core/mixtureFile/parse.ts";
import { loadTrainingData } from "../dataFiles/loadData.ts";

export interface DrawnRows {
  readonly spec: MixtureSpec;
  /** Seed of the draw, the file's first one. */
  readonly seed: number;
  readonly counts: Readonly<Record<string, number>>;
  /** Examples in the order of the run. */
  readonly examples: readonly Example[];
}

/**
 * Works for files with errors elsewhere. A null `language` stands for all of the mixture's.
 * @throws HumanError if this mixture can't be drawn.
 */
export async function drawRows(
  { draft }: ParsedMixtureFile,
  file: string,
  wanted: { readonly mixture: string; readonly language: string | null; readonly count: number },
): Promise<DrawnRows> {
  const { found, meant } = findMixture(draft.mixtures, wanted.mixture);
  const [spec] = found;
  const [seed = 0] = draft.seeds;
  if (spec === undefined && draft.mixtures.length > 0) {
    const names = draft.mixtures.map(({ name }) => name).join(", ");
    throw new HumanError(`There is no valid mixture ${wanted.mixture}.`, {
      remedy: `${meant === null ? "" : `Did you mean ${meant}? `}The file has: ${names}.`,
    });
  }
  if (spec === undefined || draft.budget === null || draft.data.train === null) {
    throw new HumanError(`The contents of ${wanted.mixture} can't be determined yet.`, {
      remedy: "The file needs a budget, data.train and this mixture, without errors.",
    });
  }
  const { languages } = await loadTrainingData(draft.data.train, file);
  const available = new Map([...languages].map(([tag, { rows }]) => [tag, rows.map(row => row.id)]));
  const { examples, counts, diagnostics } = drawMixture(
    spec,
    { budget: draft.budget, data: draft.data },
    available,
    seed,
  );
  const [fault] = diagnostics;
  if (fault !== undefined) throw new HumanError(fault.message, { remedy: fault.remedy });
  const { language } = wanted;
  if (language !== null && !(language in counts)) {
    throw new HumanError(`${spec.name} has no examples in ${language}.`, {
      remedy: `Its languages: ${Object.keys(counts).join(", ")}.`,
    });
  }
  const chosen = examples
    .filter(example => language === null || example.language === language)
    .slice(0, wanted.count);
  return {
    spec,
    seed,
    counts,
    examples: chosen.flatMap(
      ({ language: tag, id }) => languages.get(tag)?.rows.find(row => row.id === id) ?? [],
    ),
  };
}
