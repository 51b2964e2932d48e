// Whether a mixture file has something to look up in its development data: only then are they a part of its runs.
import type { MixtureFile } from "./mixtureFile.ts";

export function usesDevelopment({ evaluate }: Pick<MixtureFile, "evaluate">): boolean {
  return evaluate.during !== undefined;
}
