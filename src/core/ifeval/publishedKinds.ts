// Translates notations of other benchmarks: M-IFEval's prefixed ids, its localised relations, its answers.
import type { Relation } from "./kinds.ts";

export interface PublishedKind {
  /** Id in Pinch's notation, which may be unknown. */
  readonly id: string;
  /** Arguments that the published kind implies. */
  readonly preset: Readonly<Record<string, unknown>>;
  /** Reason why it can't be checked by rule; null if it can. */
  readonly refusal: string | null;
}

/**
 * Prefixed id such as `es:keywords:existence`. The prefix has two letters, so that no kind
 * of IFEval is mistaken for a language.
 */
const prefixed = /^([a-z]{2}):(.+:.+)$/u;

const otherNames: Readonly<Record<string, string>> = {
  "change_case:spanish_capital": "change_case:english_capital",
  "change_case:french_capital": "change_case:english_capital",
  "change_case:spanish_lowercase": "change_case:english_lowercase",
  "change_case:french_lowercase": "change_case:english_lowercase",
};

/** Options of `constrained_response` in M-IFEval, by language. */
const constrainedOptions: Readonly<Record<string, readonly string[]>> = {
  es: ["Sí.", "No.", "Quizás."],
  fr: ["Oui.", "Non.", "Peut-être."],
  ja: ["はい、そうです。", "いいえ、違います。", "どちらとも言えません。"],
};

const refusals: Readonly<Record<string, string>> = {
  "fr:detectable_content:informal_address":
    "recognising whether a text addresses its reader as “tu” takes more than a rule about words.",
  "fr:special_character:accents":
    "its argument, a list of words with and without accents, has no single type.",
  "ja:detectable_format:nominal_ending":
    "recognising sentences that end in a noun takes a Japanese morphological analyser.",
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

/** Returns a relation written in any of the benchmarks' languages; null for other texts. */
export function relationOf(written: string): Relation | null {
  return relations[written.trim().normalize("NFC")] ?? null;
}
