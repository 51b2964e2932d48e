// What a change asked for in the Mixture view makes of the file's text.
import { HumanError } from "../../common/errors.ts";
import { isLanguageTag } from "../../core/language/tags.ts";
import { parseAmount } from "../../core/mixture/amounts.ts";
import { removeMixture, setBudget, setLanguageAmounts, setMixture } from "../../core/mixture/edit.ts";
import type { MixtureForm } from "../../core/mixture/mixtureFile.ts";
import type { ParsedMixtureFile } from "../../core/mixture/parse.ts";
import type { MixtureChange } from "../../protocol/webviews.ts";

/** The new text. `all`: the languages with training data, for a mixture that takes all but one. */
export function applyChange(
  text: string,
  parsed: ParsedMixtureFile,
  change: MixtureChange,
  all: readonly string[],
): string {
  switch (change.kind) {
    case "setBudget":
      if (!Number.isSafeInteger(change.budget) || change.budget < 1) {
        throw new HumanError("The budget is a whole number of examples.", {
          remedy: "Write a number from 1 up.",
        });
      }
      return setBudget(text, change.budget);
    case "removeMixture":
      return removeMixture(text, change.key);
    case "addMixture":
      if (change.name === "") throw new HumanError("The mixture has no name.", { remedy: "Give it one." });
      if (parsed.draft.mixtures.some(mixture => mixture.key === change.name)) {
        throw new HumanError(`There is a mixture "${change.name}" already.`, {
          remedy: "Choose another name.",
        });
      }
      return setMixture(text, change.name, change.form);
    case "setSpread": {
      const amount = parseAmount(/^\d+$/.test(change.amount) ? Number(change.amount) : change.amount);
      if (amount === null) {
        throw new HumanError(`"${change.amount}" is no amount.`, {
          remedy: "Write a number of examples, like 40, or a share, like 10%.",
        });
      }
      return setMixture(
        text,
        change.key,
        formsOf(parsed, change.key).map(form =>
          form.kind === "spread" ? { ...form, spread: amount } : form,
        ),
      );
    }
    case "addLanguage":
      if (!isLanguageTag(change.language)) {
        throw new HumanError(`"${change.language}" is no language tag.`, {
          remedy: "Write a BCP-47 tag, like fi or zh.",
        });
      }
      return withLanguage(text, change.key, formsOf(parsed, change.key), change.language);
    case "removeLanguage":
      return withoutLanguage(text, change.key, formsOf(parsed, change.key), change.language, all);
  }
}

/** Languages of a mixture that can be taken out one by one. */
export function removableLanguages(form: MixtureForm, all: readonly string[]): readonly string[] {
  switch (form.kind) {
    case "monolingual":
      return [];
    case "shares": {
      const languages = Object.keys(form.shares);
      return languages.length > 1 ? languages : [];
    }
    default: {
      const over = form.over === "all" ? all : form.over;
      return over.length > 1 ? over : [];
    }
  }
}

function formsOf(parsed: ParsedMixtureFile, key: string): MixtureForm[] {
  const forms = parsed.draft.mixtures.filter(mixture => mixture.key === key).map(mixture => mixture.form);
  if (forms.length === 0) {
    throw new HumanError(`The mixture "${key}" can't be changed here, since it has a mistake.`, {
      remedy: "Correct the underlined line in the file first.",
    });
  }
  return forms;
}

function withLanguage(text: string, key: string, forms: readonly MixtureForm[], language: string): string {
  const [first] = forms;
  if (first?.kind === "shares") {
    // The newcomer gets an equal part; the others keep their proportions.
    const count = Object.keys(first.shares).length;
    return setLanguageAmounts(text, key, { ...first.shares, [language]: 100 / Math.max(1, count) });
  }
  if (first?.kind === "monolingual") {
    const languages = forms.flatMap(form => (form.kind === "monolingual" ? [form.language] : []));
    return forms.length > 1
      ? setMixture(text, key, [...forms, { kind: "monolingual", language }])
      : setMixture(text, key, { kind: "uniform", over: [...languages, language] });
  }
  return setMixture(
    text,
    key,
    forms.map(form =>
      "over" in form && form.over !== "all" ? { ...form, over: [...form.over, language] } : form,
    ),
  );
}

function withoutLanguage(
  text: string,
  key: string,
  forms: readonly MixtureForm[],
  language: string,
  all: readonly string[],
): string {
  const [first] = forms;
  if (first?.kind === "shares") {
    const { [language]: _, ...others } = first.shares;
    return setLanguageAmounts(text, key, others);
  }
  const others = (over: readonly string[] | "all") =>
    (over === "all" ? all : over).filter(each => each !== language);
  return setMixture(
    text,
    key,
    forms.map(form => ("over" in form ? { ...form, over: others(form.over) } : form)),
  );
}

/** The smallest piece of a text that must be replaced to get another: cursors elsewhere stay where they are. */
export function smallestEdit(before: string, after: string): { start: number; end: number; text: string } {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let tail = 0;
  while (tail < shorter - start && before[before.length - 1 - tail] === after[after.length - 1 - tail])
    tail++;
  return { start, end: before.length - tail, text: after.slice(start, after.length - tail) };
}
