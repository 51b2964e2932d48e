// Writes a mixture's form in the syntax of a mixture file.
import { formatAmount } from "./amounts.ts";
import type { Amount, MixtureForm } from "./mixtureFile.ts";

/** A single form, or the members of a sweep: forms that differ in one amount, temperature or language. */
export type FormOrSweep = MixtureForm | readonly MixtureForm[];

/** Returns the form on one line, for example `{ base: en, spread: 10%, over: [fi, sw] }`. */
export function formYaml(form: FormOrSweep): string {
  return mapText(formValue(form));
}

/** Tags, numbers and percentages need no quotes. */
function mapText(map: FormValue): string {
  const entries = Object.entries(map).map(([key, value]) => {
    if (typeof value !== "object") return `${key}: ${value}`;
    return `${key}: ${Array.isArray(value) ? `[${value.join(", ")}]` : mapText(value as FormValue)}`;
  });
  return `{ ${entries.join(", ")} }`;
}

type Plain = string | number | boolean;
/** A form as plain data, with the keys of the file. */
export type FormValue = Readonly<Record<string, Plain | readonly Plain[] | Readonly<Record<string, Plain>>>>;

export function formValue(form: FormOrSweep): FormValue {
  const forms = Array.isArray(form) ? (form as readonly MixtureForm[]) : [form as MixtureForm];
  const [first] = forms;
  if (first === undefined || forms.some(other => other.kind !== first.kind)) {
    throw new TypeError("a sweep is one or more forms of one kind");
  }
  const oneOrList = (values: readonly Plain[]) => (values.length === 1 ? (values[0] as Plain) : values);
  switch (first.kind) {
    case "monolingual":
      return { monolingual: oneOrList(forms.flatMap(f => (f.kind === "monolingual" ? [f.language] : []))) };
    case "spread": {
      const amounts = forms.flatMap(f => (f.kind === "spread" ? [amountValue(f.spread)] : []));
      const grown = first.grow === true ? { grow: true } : {};
      return { base: first.base, spread: oneOrList(amounts), over: first.over, ...grown };
    }
    case "uniform":
      return { uniform: first.over };
    case "shares":
      return {
        shares: Object.fromEntries(Object.entries(first.shares).map(([tag, share]) => [tag, `${share}%`])),
      };
    case "temperature": {
      const temperatures = forms.flatMap(f => (f.kind === "temperature" ? [f.temperature] : []));
      return { temperature: oneOrList(temperatures), languages: first.over };
    }
  }
}

function amountValue(amount: Amount): Plain {
  return "examples" in amount ? amount.examples : formatAmount(amount);
}
