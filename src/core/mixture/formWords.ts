// Describes a mixture's form in one line.
import { displayName } from "../language/tags.ts";
import { formatAmount } from "./amounts.ts";
import type { MixtureForm } from "./mixtureFile.ts";

/**
 * For example `English, 10% spread over all languages`.
 * @param values Values of a sweep, which replace the single amount, temperature or language; null = not a
 * sweep.
 */
export function formWords(form: MixtureForm, values: string | null = null): string {
  switch (form.kind) {
    case "monolingual":
      return values === null ? `only ${displayName(form.language)}` : `one language each: ${values}`;
    case "spread": {
      const grown = form.grow === true ? ", on top of the budget" : "";
      const amounts = values ?? formatAmount(form.spread);
      return `${displayName(form.base)}, ${amounts} spread over ${languages(form.over)}${grown}`;
    }
    case "uniform":
      return `${languages(form.over)}, evenly`;
    case "shares":
      return `fixed shares of ${languages(Object.keys(form.shares))}`;
    case "temperature":
      return `${languages(form.over)} by size, temperature ${values ?? form.temperature}`;
  }
}

function languages(over: readonly string[] | "all"): string {
  if (over === "all") return "all languages";
  return over.length === 1 ? displayName(over[0] ?? "") : `${over.length} languages`;
}
