// Texts about mixtures.
import { capitalised } from "../../src/common/words.ts";
import { displayName, ownName } from "../../src/core/language/tags.ts";
import { formWords } from "../../src/core/mixture/formWords.ts";
import type { MixtureForm } from "../../src/core/mixture/mixtureFile.ts";
import type { MixtureItem } from "../../src/protocol/mixtureView.ts";

/** Maximum number of points named in the line of a sweep; the list below contains them all. */
const maxNamed = 4;

/** One-line description of a mixture's form. */
export function formLine({ points, sweep }: MixtureItem): string {
  const [first] = points;
  if (first === undefined) return "";
  const names = points.map(({ label }) => (first.form.kind === "monolingual" ? displayName(label) : label));
  const values = !sweep ? null : names.length > maxNamed ? `${names[0]} … ${names.at(-1)}` : names.join(", ");
  return capitalised(formWords(first.form, values));
}

/** `600 examples` */
export function examplesWords(count: number): string {
  return `${number(count)} ${count === 1 ? "example" : "examples"}`;
}

export function number(count: number): string {
  return count.toLocaleString("en");
}

/** Share of a whole: `0.7 %`, `12 %`. */
export function shareWords(count: number, total: number): string {
  if (total === 0) return "0 %";
  const percent = (100 * count) / total;
  const rounded = percent < 10 ? Number(percent.toFixed(1)) : Math.round(percent);
  return count > 0 && rounded === 0 ? "< 0.1 %" : `${rounded} %`;
}

/** English name, followed by the language's own name if that differs, as plain text for options of a list. */
export function languageText(tag: string): string {
  const name = displayName(tag);
  const own = ownName(tag);
  // Isolates keep a right-to-left name from reordering the text that follows it.
  return own === name ? `${name} (${tag})` : `${name} (${tag}) \u2068${own}\u2069`;
}

const formNames: Readonly<Record<MixtureForm["kind"], string>> = {
  monolingual: "One language",
  spread: "A base and a spread",
  uniform: "Evenly over languages",
  shares: "Fixed shares",
  temperature: "By size, with a temperature",
};

export const formOptions = Object.entries(formNames).map(([value, label]) => ({
  value: value as MixtureForm["kind"],
  label,
}));
