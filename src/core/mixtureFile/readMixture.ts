// Reads an entry under `mixtures`: its form, or the members of a sweep.
import { examplesOf, formatAmount, parseAmount, parsePercent } from "../mixture/amounts.ts";
import type { Amount, MixtureForm, MixtureSpec } from "../mixture/mixtureFile.ts";
import { checkedTag, readLanguage, readLanguages } from "./languageFields.ts";
import type { Field, YamlReader } from "./reader.ts";
import { readSweep } from "./sweep.ts";

/** Keys that determine the form, each with the keys allowed next to it. */
const formKeys = {
  monolingual: ["monolingual"],
  spread: ["base", "spread", "over", "grow"],
  uniform: ["uniform"],
  shares: ["shares"],
  temperature: ["temperature", "languages"],
} as const;
type FormName = keyof typeof formKeys;

const formExample = "{ monolingual: en } or { base: en, spread: 10%, over: all }";

/** Tolerated deviation of percentages from a total of 100, left by rounding to two decimals. */
const shareTolerance = 0.011;

/** A form with the suffix of its name: empty, or `@1%` in a sweep. */
interface Member {
  readonly suffix: string;
  readonly form: MixtureForm;
}

/**
 * `budget` is null when the file's budget is missing or invalid. Faults that depend on it are then not
 * reported.
 */
export function readMixture(
  reader: YamlReader,
  key: string,
  field: Field,
  budget: number | null,
): MixtureSpec[] {
  const entries = reader.entries(field, `Mixture "${key}"`, formExample);
  if (entries === null) return [];
  const before = reader.diagnostics.length;
  reader.unknownKeys(entries, "mixtures.*");
  const forms = (Object.keys(formKeys) as FormName[]).filter(form =>
    formKeys[form].some(k => entries.has(k)),
  );
  const form = forms[0];
  if (form === undefined) {
    // An unknown key with a suggestion needs no second message.
    if (reader.diagnostics.length === before) {
      reader.report(
        field.keyRange,
        "no-form",
        `Mixture "${key}" names no languages.`,
        `Write, for example, ${formExample}.`,
      );
    }
    return [];
  }
  if (forms.length > 1) {
    const mixed = [...entries.values()].find(entry =>
      formKeys[forms[1] as FormName].some(k => k === entry.path.at(-1)),
    );
    reader.report(
      mixed?.keyRange ?? field.keyRange,
      "mixed-forms",
      `Mixture "${key}" combines ${forms.map(name => `"${name}"`).join(" and ")}.`,
      "A mixture has one form: split it into two mixtures, or remove the extra keys.",
    );
    return [];
  }
  const members = { monolingual, spread, uniform, shares, temperature }[form](
    reader,
    key,
    field,
    entries,
    budget,
  );
  return members.map(member => ({ name: key + member.suffix, key, form: member.form }));
}

type Entries = ReadonlyMap<string, Field>;

function monolingual(reader: YamlReader, _key: string, _field: Field, entries: Entries): Member[] {
  const field = entries.get("monolingual");
  if (field === undefined) return [];
  if (!reader.isList(field)) {
    const language = readLanguage(reader, field, "monolingual");
    return language === null ? [] : [{ suffix: "", form: { kind: "monolingual", language } }];
  }
  const languages = readLanguages(reader, field, "monolingual");
  if (languages === null || languages === "all") return [];
  return languages.map(language => ({ suffix: `@${language}`, form: { kind: "monolingual", language } }));
}

function spread(
  reader: YamlReader,
  key: string,
  field: Field,
  entries: Entries,
  budget: number | null,
): Member[] {
  for (const name of ["base", "spread", "over"] as const) {
    if (entries.has(name)) continue;
    const example = { base: "base: en", spread: "spread: 10%", over: "over: all" }[name];
    reader.report(
      field.keyRange,
      "missing-key",
      `Mixture "${key}" has no "${name}".`,
      `Add it, for example ${example}.`,
      { meant: `mixtures.*.${name}` },
    );
  }
  const baseField = entries.get("base");
  const spreadField = entries.get("spread");
  const overField = entries.get("over");
  const base = baseField === undefined ? null : readLanguage(reader, baseField, "base");
  const over = overField === undefined ? null : readLanguages(reader, overField, "over");
  const growField = entries.get("grow");
  const grow = growField !== undefined && reader.flag(growField, "grow");
  if (spreadField === undefined) return [];
  const most = grow ? null : budget;
  const amounts = readSweep(reader, spreadField, "spread", item => readSpread(reader, item, most));
  if (base === null || over === null) return [];
  if (budget !== null && over !== "all") {
    for (const { value, field: item } of amounts) {
      const examples = examplesOf(value, budget);
      if (examples > 0 && examples < over.length && (grow || examples <= budget)) {
        reader.report(
          item.range,
          "spread-thin",
          `${examples} ${examples === 1 ? "example" : "examples"} spread over ${over.length} languages leave ${over.length - examples} of them without any.`,
          `Spread at least ${over.length}, or list fewer languages.`,
          { severity: "warning", meant: String(over.length) },
        );
      }
    }
  }
  return amounts.map(({ value, suffix }) => ({
    suffix,
    form: { kind: "spread", base, spread: value, over, ...(grow ? { grow } : {}) },
  }));
}

/** `budget` is null when the spread has no upper limit. */

function readSpread(
  reader: YamlReader,
  field: Field,
  budget: number | null,
): { value: Amount; label: string } | null {
  const amount = parseAmount(reader.scalar(field));
  if (amount === null) {
    const percent = parsePercent(reader.scalar(field));
    if (percent !== null) {
      reader.report(
        field.range,
        "spread-over-budget",
        `A spread of ${percent}% is more than the budget.`,
        "Use at most 100%.",
        { meant: "100%" },
      );
    } else {
      reader.wrongType(
        field,
        "spread",
        "a number of examples or a percentage",
        "Write, for example, 40 or 10%.",
      );
    }
    return null;
  }
  if (budget !== null && examplesOf(amount, budget) > budget) {
    reader.report(
      field.range,
      "spread-over-budget",
      `A spread of ${formatAmount(amount)} is more than the budget of ${budget}.`,
      `Use at most ${budget}, or raise the budget.`,
      { meant: String(budget) },
    );
    return null;
  }
  return { value: amount, label: formatAmount(amount) };
}

function uniform(reader: YamlReader, _key: string, _field: Field, entries: Entries): Member[] {
  const field = entries.get("uniform");
  const over = field === undefined ? null : readLanguages(reader, field, "uniform");
  return over === null ? [] : [{ suffix: "", form: { kind: "uniform", over } }];
}

function shares(reader: YamlReader, _key: string, _field: Field, entries: Entries): Member[] {
  const field = entries.get("shares");
  const parts = field === undefined ? null : reader.entries(field, '"shares"', "{ en: 80%, sw: 20% }");
  if (field === undefined || parts === null) return [];
  if (parts.size === 0) {
    reader.report(
      field.range,
      "no-languages",
      `"shares" lists no languages.`,
      "Write, for example, { en: 80%, sw: 20% }.",
    );
    return [];
  }
  const result: Record<string, number> = {};
  let valid = true;
  let sum = 0;
  for (const [written, part] of parts) {
    const tag = checkedTag(reader, { ...part, range: part.keyRange }, written);
    const percent = parsePercent(reader.scalar(part));
    if (percent === null) {
      const number = reader.scalar(part);
      reader.wrongType(
        part,
        written,
        "a percentage",
        typeof number === "number" ? `Write ${number}%.` : "Write, for example, 80%.",
        typeof number === "number" && number >= 0 ? `${number}%` : null,
      );
    }
    if (tag !== null && tag in result) {
      reader.report(
        part.keyRange,
        "duplicate-language",
        `"${written}" is listed twice, as ${tag}.`,
        "Remove one of them.",
      );
      valid = false;
    }
    if (tag === null || percent === null) {
      valid = false;
      if (percent === null) sum = Number.NaN;
      else sum += percent;
      continue;
    }
    sum += percent;
    result[tag] = percent;
  }
  if (!Number.isNaN(sum) && Math.abs(sum - 100) > shareTolerance) {
    const rounded = Number(sum.toFixed(4));
    const difference = Number(Math.abs(100 - sum).toFixed(4));
    reader.report(
      field.range,
      "shares-sum",
      `The percentages add up to ${rounded}%, not 100%.`,
      `${sum < 100 ? "Add" : "Subtract"} ${difference}%.`,
    );
    valid = false;
  }
  return valid ? [{ suffix: "", form: { kind: "shares", shares: result } }] : [];
}

function temperature(reader: YamlReader, key: string, field: Field, entries: Entries): Member[] {
  const temperatureField = entries.get("temperature");
  const languagesField = entries.get("languages");
  if (temperatureField === undefined) {
    reader.report(
      field.keyRange,
      "missing-key",
      `Mixture "${key}" has no "temperature".`,
      "Add it, for example temperature: 3.",
      { meant: "mixtures.*.temperature" },
    );
  }
  if (languagesField === undefined) {
    reader.report(
      field.keyRange,
      "missing-key",
      `Mixture "${key}" has no "languages".`,
      "Add it, for example languages: all.",
      { meant: "mixtures.*.languages" },
    );
  }
  const over = languagesField === undefined ? null : readLanguages(reader, languagesField, "languages");
  if (temperatureField === undefined) return [];
  const values = readSweep(reader, temperatureField, "temperature", item => {
    const value = reader.number(item, "temperature", { above: 0 }, Number.NaN);
    return Number.isNaN(value) ? null : { value, label: String(value) };
  });
  if (over === null) return [];
  return values.map(({ value, suffix }) => ({
    suffix,
    form: { kind: "temperature", temperature: value, over },
  }));
}
