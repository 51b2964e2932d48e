// Resolves the mixtures of a file that a user names.
import { HumanError } from "../../common/errors.ts";
import type { MixtureFile, MixtureSpec } from "../../core/mixture/mixtureFile.ts";
import { findMixture } from "../../core/mixtureFile/parse.ts";

export function unknownMixture(file: MixtureFile, name: string): HumanError {
  const { meant } = findMixture(file.mixtures, name);
  const known = file.mixtures.map(mixture => mixture.name).join(", ");
  return new HumanError(`There is no mixture ${name}.`, {
    remedy: `${meant === null ? "" : `Did you mean ${meant}? `}The file has: ${known}.`,
  });
}

/**
 * Returns all mixtures, or those named by full name (`curve@10%`) or by the key of a sweep (`curve`), in the
 * file's order.
 */
export function chooseMixtures(file: MixtureFile, names: readonly string[]): readonly MixtureSpec[] {
  if (names.length === 0) return file.mixtures;
  const chosen = new Set<MixtureSpec>();
  for (const name of names) {
    const { found } = findMixture(file.mixtures, name);
    if (found.length === 0) throw unknownMixture(file, name);
    for (const mixture of found) chosen.add(mixture);
  }
  return file.mixtures.filter(mixture => chosen.has(mixture));
}
