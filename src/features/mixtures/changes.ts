// Applies a change requested in the composer to the mixture file's text.
import { HumanError } from "../../common/errors.ts";
import { isLanguageTag, sortedTags } from "../../core/language/tags.ts";
import { examplesOf, parseAmount } from "../../core/mixture/amounts.ts";
import { convertForm, moveAmount, rebalance, sharesFor } from "../../core/mixture/balance.ts";
import { drawnCounts, sumOf } from "../../core/mixture/counts.ts";
import type { MixtureForm } from "../../core/mixture/mixtureFile.ts";
import { renameMixture, setGrow } from "../../core/mixtureEditor/mixtureKeys.ts";
import { copyMixture, removeMixture, setBudget, setMixture } from "../../core/mixtureFile/edit.ts";
import { editInFocus } from "../../core/mixtureFile/editInFocus.ts";
import { faultOfName } from "../../core/mixtureFile/mixturesSection.ts";
import type { ParsedMixtureFile } from "../../core/mixtureFile/parse.ts";
import { applyEdits } from "../../core/mixtureFile/textEdit.ts";
import type { LanguageItem, MixtureChange } from "../../protocol/mixtureView.ts";
import { countsIn, sizesOf } from "./mixtureState.ts";

type ChangeOf<Kind extends MixtureChange["kind"]> = Extract<MixtureChange, { kind: Kind }>;

/**
 * Returns the new text.
 * @param languages Languages with data.
 */
export function applyChange(
  text: string,
  parsed: ParsedMixtureFile,
  change: MixtureChange,
  languages: readonly LanguageItem[],
): string {
  // Text that is not valid YAML is refused as a whole.
  const broken = parsed.diagnostics.some(({ code }) => code === "yaml");
  const edited = (key: string | null, edit: (part: string) => string): string =>
    broken ? edit(text) : editInFocus(text, key, edit);
  switch (change.kind) {
    case "setBudget":
      if (!Number.isSafeInteger(change.budget) || change.budget < 1) {
        throw new HumanError("The budget must be a whole number of examples.", {
          remedy: "Enter a number of at least 1.",
        });
      }
      return edited(null, part => setBudget(part, change.budget));
    case "removeMixture":
      return edited(change.key, part => removeMixture(part, change.key));
    case "addMixture":
      checkNewName(parsed, change.name);
      return edited(change.name, part => setMixture(part, change.name, change.form));
    case "copyMixture":
      checkNewName(parsed, change.name);
      return edited(change.key, part => copyMixture(part, change.key, change.name));
    case "renameMixture":
      return applyEdits(text, renameMixture(parsed, change.key, change.name));
    case "setGrow":
      return withGrow(text, parsed, change);
    default: {
      const forms = changedForms(parsed, change, languages);
      const member = forms.length > 1 || isSweep(parsed, change.key);
      return edited(change.key, part => setMixture(part, change.key, member ? forms : (forms[0] ?? [])));
    }
  }
}

/** Changes that rewrite a mixture's form. */
type FormChange = Exclude<
  MixtureChange,
  ChangeOf<"setBudget" | "removeMixture" | "addMixture" | "copyMixture" | "renameMixture" | "setGrow">
>;

function checkNewName(parsed: ParsedMixtureFile, name: string): void {
  const fault = name === "" ? "The mixture has no name." : faultOfName(name);
  if (fault !== null) throw new HumanError(fault, { remedy: "Enter a name." });
  const mixtures = parsed.outline().find(({ path }) => path[0] === "mixtures")?.children ?? [];
  // Includes mixtures with mistakes, which the addition would otherwise overwrite.
  if (mixtures.some(({ path }) => path[1] === name)) {
    throw new HumanError(`A mixture named "${name}" already exists.`, { remedy: "Choose another name." });
  }
}

function withGrow(text: string, parsed: ParsedMixtureFile, { key, grow }: ChangeOf<"setGrow">): string {
  const budget = budgetOf(parsed);
  const forms = formsOf(parsed, key).map((form): MixtureForm => {
    if (form.kind !== "spread") {
      throw new HumanError("Only a spread can come on top of the budget.", {
        remedy: "Choose the form with a base and a spread.",
      });
    }
    const { grow: _, ...fixed } = form;
    const spread = examplesOf(form.spread, budget);
    if (grow || spread <= budget) return grow ? { ...fixed, grow } : fixed;
    // An amount that was increased may leave less of the budget than is to be spread.
    throw new HumanError(`A spread of ${spread} is more than the budget of ${budget}.`, {
      remedy: "Lower the spread first, or raise the budget.",
    });
  });
  const edits = setGrow(text, parsed, key, grow);
  return edits === null ? setMixture(text, key, forms) : applyEdits(text, edits);
}

function changedForms(
  parsed: ParsedMixtureFile,
  change: FormChange,
  languages: readonly LanguageItem[],
): readonly MixtureForm[] {
  const forms = formsOf(parsed, change.key);
  const counts = (form: MixtureForm) => countsNow(form, parsed, languages);
  switch (change.kind) {
    case "moveLanguage":
      return withPoint(forms, change.point, form => {
        const moved = moveAmount(form, counts(form), budgetOf(parsed), change, forms.length > 1);
        if (moved !== null) return moved;
        throw new HumanError(`${change.language} can't be moved in ${change.key}.`, {
          remedy: "Unlock another language, or choose another form.",
        });
      });
    case "setValue":
      return withPoint(forms, change.point, form => withValue(form, change.value));
    case "addPoint":
      return withNewPoint(forms, change);
    case "removePoint":
      if (forms.length < 2) {
        throw new HumanError("A mixture needs at least one amount.", {
          remedy: "Remove the mixture instead.",
        });
      }
      return forms.filter((_, index) => index !== change.point);
    case "setForm":
      return forms.slice(0, 1).map(form => convertForm(form, change.form, counts(form), budgetOf(parsed)));
    case "setBase":
      return forms.map(form =>
        form.kind === "spread"
          ? { ...form, base: checkedTag(change.language) }
          : form.kind === "monolingual"
            ? { ...form, language: checkedTag(change.language) }
            : form,
      );
    case "addLanguage":
      return withLanguage(forms, checkedTag(change.language), counts);
    case "removeLanguage":
      return withoutLanguage(forms, change.language, languages, counts);
  }
}

function isSweep({ draft }: ParsedMixtureFile, key: string): boolean {
  return draft.mixtures.some(mixture => mixture.key === key && mixture.name !== key);
}

function formsOf(parsed: ParsedMixtureFile, key: string): MixtureForm[] {
  const forms = parsed.draft.mixtures.filter(mixture => mixture.key === key).map(mixture => mixture.form);
  if (forms.length === 0) {
    throw new HumanError(`The mixture "${key}" can't be changed here, because it contains an error.`, {
      remedy: "Fix the underlined line in the file first.",
    });
  }
  return forms;
}

function budgetOf({ draft }: ParsedMixtureFile): number {
  if (draft.budget !== null) return draft.budget;
  throw new HumanError("The file has no budget to divide.", {
    remedy: "Add one first, for example budget: 600.",
  });
}

function countsNow(form: MixtureForm, parsed: ParsedMixtureFile, languages: readonly LanguageItem[]) {
  return (
    countsIn(form, parsed.draft.budget, languages) ?? drawnCounts(form, budgetOf(parsed), sizesOf(languages))
  );
}

function checkedTag(language: string): string {
  if (isLanguageTag(language)) return language;
  throw new HumanError(`"${language}" is not a language tag.`, {
    remedy: "Enter a BCP-47 tag, like fi or zh.",
  });
}

function withPoint(
  forms: readonly MixtureForm[],
  point: number,
  change: (form: MixtureForm) => MixtureForm,
): MixtureForm[] {
  if (forms[point] === undefined) {
    throw new HumanError("This point of the sweep no longer exists.", { remedy: "Check the mixture file." });
  }
  return forms.map((form, index) => (index === point ? change(form) : form));
}

/** The form with another amount, temperature or language, as typed. */
function withValue(form: MixtureForm, typed: string): MixtureForm {
  const value = typed.trim();
  switch (form.kind) {
    case "spread": {
      const spread = parseAmount(/^\d+$/.test(value) ? Number(value) : value);
      if (spread !== null) return { ...form, spread };
      throw new HumanError(`"${value}" is not an amount.`, {
        remedy: "Enter a number of examples, like 40, or a share, like 10%.",
      });
    }
    case "temperature": {
      const temperature = Number(value);
      if (value !== "" && Number.isFinite(temperature) && temperature > 0) return { ...form, temperature };
      throw new HumanError(`"${value}" is not a temperature.`, {
        remedy: "Enter a number above 0: 1 keeps the proportions of the data, higher values even them out.",
      });
    }
    case "monolingual":
      return { ...form, language: checkedTag(value) };
    default:
      throw new HumanError("This form has no amount of its own.", { remedy: "Choose another form." });
  }
}

/** Adds points for one value, or for several separated by commas or spaces. */
function withNewPoint(forms: readonly MixtureForm[], { value }: ChangeOf<"addPoint">): MixtureForm[] {
  const after = [...forms];
  const [first] = forms;
  for (const typed of value.split(/[,;\s]+/).filter(each => each !== "")) {
    if (first === undefined) break;
    const added = withValue(first, typed);
    if (after.some(form => JSON.stringify(form) === JSON.stringify(added))) {
      throw new HumanError(`${typed} is already in the list.`, { remedy: "Choose another value." });
    }
    after.push(added);
  }
  return after;
}

function withLanguage(
  forms: readonly MixtureForm[],
  language: string,
  counts: (form: MixtureForm) => Readonly<Record<string, number>>,
): readonly MixtureForm[] {
  const [first] = forms;
  if (first?.kind === "shares") {
    // The added language gets an equal part; the others keep their proportions.
    const before = counts(first);
    const budget = sumOf(before);
    const part = budget / (Object.keys(before).length + 1);
    const after = rebalance({ ...before, [language]: 0 }, budget, { language, examples: part, locked: [] });
    return [{ kind: "shares", shares: sharesFor(after ?? before, budget) }];
  }
  if (first?.kind === "monolingual") {
    return forms.length > 1
      ? [...forms, { kind: "monolingual", language }]
      : [{ kind: "uniform", over: [first.language, language] }];
  }
  return forms.map(form =>
    "over" in form && form.over !== "all" ? { ...form, over: [...form.over, language] } : form,
  );
}

function withoutLanguage(
  forms: readonly MixtureForm[],
  language: string,
  languages: readonly LanguageItem[],
  counts: (form: MixtureForm) => Readonly<Record<string, number>>,
): readonly MixtureForm[] {
  const [first] = forms;
  if (first?.kind === "shares") {
    const before = counts(first);
    const { [language]: _, ...others } = rebalance(before, sumOf(before), {
      language,
      examples: 0,
      locked: [],
    }) ?? { [language]: 0 };
    if (Object.keys(others).length > 0) return [{ kind: "shares", shares: sharesFor(others, sumOf(others)) }];
    throw new HumanError("The mixture would have no language.", { remedy: "Remove the mixture instead." });
  }
  const all = sortedTags(sizesOf(languages).keys());
  const others = (over: readonly string[] | "all") =>
    (over === "all" ? all : over).filter(each => each !== language);
  return forms.map(form => ("over" in form ? { ...form, over: others(form.over) } : form));
}
