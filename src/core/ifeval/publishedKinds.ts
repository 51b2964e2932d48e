// How other benchmarks write IFEval's kinds: M-IFEval's prefixed ids, its own words for relations, its answers.
import type { Relation } from "./kinds.ts";

export interface PublishedKind {
  /** As it is called here; may be no kind that there is. */
  readonly id: string;
  /** Arguments that the published kind has without being given them. */
  readonly preset: Readonly<Record<string, unknown>>;
  /** Why it can't be checked by rule; null: nothing stands against it. */
  readonly refusal: string | null;
}

/** `es:keywords:existence`; two letters, so that no kind of IFEval's own is taken for a language. */
const prefixed = /^([a-z]{2}):(.+:.+)$/u;

const otherNames: Readonly<Record<string, string>> = {
  "change_case:spanish_capital": "change_case:english_capital",
  "change_case:french_capital": "change_case:english_capital",
  "change_case:spanish_lowercase": "change_case:english_lowercase",
  "change_case:french_lowercase": "change_case:english_lowercase",
};

/** M-IFEval's options of `constrained_response`, by language. */
const constrainedOptions: Readonly<Record<string, readonly string[]>> = {
  es: ["Sí.", "No.", "Quizás."],
  fr: ["Oui.", "Non.", "Peut-être."],
  ja: ["はい、そうです。", "いいえ、違います。", "どちらとも言えません。"],
};

const refusals: Readonly<Record<string, string>> = {
  "fr:detectable_content:informal_address":
    "whether a text says “tu” to its reader takes more than a rule about words.",
  "fr:special_character:accents": "its list of words with and without accents is no argument of one type.",
  "ja:detectable_format:nominal_ending":
    "which sentences end in a noun takes a Japanese morphological analyser.",
};

export function publishedKind(written: string): PublishedKind {
  const [, language, kind] = prefixed.exec(written) ?? [];
  const id = kind ?? written;
  const options = language === undefined ? undefined : constrainedOptions[language];
  return {
    id: otherNames[id] ?? id,
    preset: id === "detectable_format:constrained_response" && options !== undefined ? { options } : {},
    refusal: refusals[written] ?? null,
  };
}

const relations: Readonly<Record<string, Relation>> = {
  "less than": "less than",
  "at least": "at least",
  "at most": "at most",
  "al menos": "at least",
  "como máximo": "at most",
  "au moins": "at least",
  "moins de": "less than",
  以上: "at least",
  未満: "less than",
};

/** null: not a relation in any of the benchmarks' languages. */
export function relationOf(written: string): Relation | null {
  return relations[written.trim().normalize("NFC")] ?? null;
}
