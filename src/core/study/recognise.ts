// Recognises the studies in a set of mixtures by their composition, not by their names.
import type { MixtureForm } from "../mixture/mixtureFile.ts";
import { familyOf } from "./families.ts";

/** A mixture that was trained and evaluated. */
export interface StudyMixture {
  readonly mixture: string;
  readonly form: MixtureForm;
  /** DrawnMixture examples per language; may contain zeros. */
  readonly counts: Readonly<Record<string, number>>;
  /** Budget of the file; a growing mixture has more examples. */
  readonly budget: number;
}

export interface TransferStudy {
  readonly name: "monolingual-transfer";
  /** Languages tuned on, in the order of `evaluated`, followed by those not evaluated. */
  readonly tuned: readonly { readonly language: string; readonly mixture: string }[];
  readonly evaluated: readonly string[];
}

export interface SpreadPoint {
  readonly mixture: string;
  /** Spread in percent of the budget; 0 for the base language alone. */
  readonly percent: number;
  /** Number of examples outside the base language, and number of all examples. */
  readonly others: number;
  readonly total: number;
}

export interface CurveStudy {
  readonly name: "pinch-curve" | "seen-and-unseen";
  readonly base: string;
  readonly grow: boolean;
  /** Sorted by percent. */
  readonly points: readonly SpreadPoint[];
  /** Evaluated languages other than the base: those in the spread, and the rest. */
  readonly seen: readonly string[];
  readonly unseen: readonly string[];
  /** Monolingual mixtures with the same budget, by language. */
  readonly monolingual: Readonly<Record<string, string>>;
}

export interface CountStudy {
  readonly name: "number-of-languages";
  /** One entry per permutation: its languages, and the mixtures of the first one, two, three and so on. */
  readonly orders: readonly {
    readonly languages: readonly string[];
    readonly mixtures: readonly (string | null)[];
  }[];
  /** Evaluated languages that are in no order. */
  readonly unseen: readonly string[];
}

export interface PairsStudy {
  readonly name: "bilingual-pairs";
  readonly pairs: readonly {
    readonly mixture: string;
    readonly languages: readonly [string, string];
    readonly monolingual: readonly [string, string];
    /** Evaluated languages other than these two. */
    readonly others: readonly string[];
  }[];
}

export interface FamilyStudy {
  readonly name: "language-family";
  readonly tuned: TransferStudy["tuned"];
  readonly evaluated: readonly string[];
}

export type Study = TransferStudy | CurveStudy | CountStudy | PairsStudy | FamilyStudy;

/** @param evaluated languages with scores, in display order */
export function recogniseStudies(mixtures: readonly StudyMixture[], evaluated: readonly string[]): Study[] {
  const monolingual = monolingualMixtures(mixtures);
  const curves = curveStudies(mixtures, evaluated, monolingual);
  return [
    ...transfer(monolingual, evaluated),
    ...curves.filter(({ name }) => name === "pinch-curve"),
    ...curves.filter(({ name }) => name === "seen-and-unseen"),
    ...numberOfLanguages(mixtures, evaluated, monolingual),
    ...pairs(mixtures, evaluated, monolingual),
    ...family(monolingual, evaluated),
  ];
}

function usedLanguages({ counts }: StudyMixture): string[] {
  return Object.keys(counts).filter(language => (counts[language] ?? 0) > 0);
}

/** Finds monolingual mixtures in any notation, such as a spread of zero; the first of a language counts. */
function monolingualMixtures(mixtures: readonly StudyMixture[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const mixture of mixtures) {
    const [language, ...more] = usedLanguages(mixture);
    if (language !== undefined && more.length === 0 && !found.has(language))
      found.set(language, mixture.mixture);
  }
  return found;
}

function tunedOf(
  monolingual: ReadonlyMap<string, string>,
  evaluated: readonly string[],
): TransferStudy["tuned"] {
  const known = evaluated.filter(language => monolingual.has(language));
  const rest = [...monolingual.keys()].filter(language => !evaluated.includes(language));
  return [...known, ...rest].map(language => ({ language, mixture: monolingual.get(language) ?? "" }));
}

function transfer(monolingual: ReadonlyMap<string, string>, evaluated: readonly string[]): TransferStudy[] {
  const tuned = tunedOf(monolingual, evaluated);
  return tuned.length < 2 || evaluated.length < 2 ? [] : [{ name: "monolingual-transfer", tuned, evaluated }];
}

/** Two or more spreads over the same languages from the same base make a curve. */
function curveStudies(
  mixtures: readonly StudyMixture[],
  evaluated: readonly string[],
  monolingual: ReadonlyMap<string, string>,
): CurveStudy[] {
  const groups = new Map<string, { form: SpreadForm; members: StudyMixture[] }>();
  for (const mixture of mixtures) {
    const { form } = mixture;
    if (form.kind !== "spread") continue;
    const over = form.over === "all" ? "all" : [...form.over].sort().join(" ");
    const key = [form.base, form.grow === true, over].join("|");
    const group = groups.get(key) ?? { form, members: [] };
    groups.set(key, { form, members: [...group.members, mixture] });
  }
  return [...groups.values()].flatMap(({ form, members }): CurveStudy[] => {
    const { base } = form;
    const spreadOver = new Set(members.flatMap(usedLanguages));
    const others = evaluated.filter(language => language !== base);
    const start = mixtures.find(({ mixture }) => mixture === monolingual.get(base));
    const points = [...(start === undefined ? [] : [start]), ...members]
      .map(mixture => pointOf(mixture, base))
      .sort((a, b) => a.percent - b.percent)
      .filter(({ percent }, i, all) => i === 0 || percent !== all[i - 1]?.percent);
    const seen = others.filter(language => spreadOver.has(language));
    const unseen = others.filter(language => !spreadOver.has(language));
    if (points.length < 2 || seen.length === 0) return [];
    return [
      {
        name: unseen.length === 0 ? "pinch-curve" : "seen-and-unseen",
        base,
        grow: form.grow === true,
        points,
        seen,
        unseen,
        monolingual: Object.fromEntries(monolingual),
      },
    ];
  });
}

type SpreadForm = Extract<MixtureForm, { kind: "spread" }>;

function pointOf({ mixture, form, counts, budget }: StudyMixture, base: string): SpreadPoint {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const amount = form.kind === "spread" ? form.spread : { percent: 0 };
  const percent = "percent" in amount ? amount.percent : (100 * amount.examples) / budget;
  return { mixture, percent, others: total - (counts[base] ?? 0), total };
}

/** Returns the languages if they share all examples equally (uniform, or a full spread); otherwise null. */
function evenLanguages(mixture: StudyMixture): string[] | null {
  const used = usedLanguages(mixture);
  const amounts = used.map(language => mixture.counts[language] ?? 0);
  const isEven = Math.max(...amounts) - Math.min(...amounts) <= 1;
  if (!isEven) return null;
  // The order of a list is the order in which languages joined.
  return mixture.form.kind === "uniform" && mixture.form.over !== "all" ? [...mixture.form.over] : used;
}

function numberOfLanguages(
  mixtures: readonly StudyMixture[],
  evaluated: readonly string[],
  monolingual: ReadonlyMap<string, string>,
): CountStudy[] {
  const listed = mixtures.flatMap(mixture => {
    const { form } = mixture;
    return form.kind === "uniform" && form.over !== "all"
      ? { mixture: mixture.mixture, languages: form.over }
      : [];
  });
  const isPrefix = (a: readonly string[], b: readonly string[]): boolean =>
    a.length <= b.length && a.every((language, i) => language === b[i]);
  const longest = listed.filter(
    one => !listed.some(other => other !== one && isPrefix(one.languages, other.languages)),
  );
  const chains = longest.filter(
    ({ languages }) => listed.filter(other => isPrefix(other.languages, languages)).length >= 2,
  );
  if (chains.length === 0) return [];
  const all = [...new Set(chains.flatMap(({ languages }) => languages))];
  const unseen = evaluated.filter(language => !all.includes(language));
  if (unseen.length === 0) return [];
  const whole = mixtures.find(mixture => {
    const even = evenLanguages(mixture);
    return even !== null && even.length === all.length && even.every(language => all.includes(language));
  });
  const orders = chains.map(({ languages }) => {
    const order = [...languages, ...all.filter(language => !languages.includes(language))];
    // The order in which the remaining languages would have joined is unknown if there are several.
    const known = order.length - languages.length <= 1 && whole !== undefined ? order : languages;
    const mixtureOf = (count: number): string | null => {
      if (count === 1) return monolingual.get(known[0] ?? "") ?? null;
      if (count === all.length) return whole?.mixture ?? null;
      const wanted = known.slice(0, count);
      const found = listed.find(
        other => other.languages.length === count && isPrefix(other.languages, wanted),
      );
      return found?.mixture ?? null;
    };
    return { languages: known, mixtures: known.map((_, i) => mixtureOf(i + 1)) };
  });
  return [{ name: "number-of-languages", orders, unseen }];
}

function pairs(
  mixtures: readonly StudyMixture[],
  evaluated: readonly string[],
  monolingual: ReadonlyMap<string, string>,
): PairsStudy[] {
  const found = mixtures.flatMap((mixture): PairsStudy["pairs"][number][] => {
    const even = evenLanguages(mixture);
    const [a, b] = even ?? [];
    if (a === undefined || b === undefined || even?.length !== 2) return [];
    const [monoA, monoB] = [monolingual.get(a), monolingual.get(b)];
    const others = evaluated.filter(language => language !== a && language !== b);
    if (monoA === undefined || monoB === undefined || others.length === 0) return [];
    return [{ mixture: mixture.mixture, languages: [a, b], monolingual: [monoA, monoB], others }];
  });
  return found.length === 0 ? [] : [{ name: "bilingual-pairs", pairs: found }];
}

/** Requires, among the languages tuned on, one with a relative and one from another branch. */
function family(monolingual: ReadonlyMap<string, string>, evaluated: readonly string[]): FamilyStudy[] {
  const tuned = tunedOf(monolingual, evaluated);
  const branches = tuned.map(({ language }) => familyOf(language)?.branch ?? language);
  const hasRelatives = new Set(branches).size < branches.length;
  if (!hasRelatives || new Set(branches).size < 2 || evaluated.length < 2) return [];
  return [{ name: "language-family", tuned, evaluated }];
}
