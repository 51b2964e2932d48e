// Languages that can be identified from texts. For others, a response's language is not
// scored, or a wider one is.
import { alike, widerName } from "./alike.ts";
import { displayName } from "./tags.ts";

export type Identifiable =
  | { readonly kind: "itself" }
  /** Texts in the language count as being in `as`, a key of `widerNames`, and vice versa. */
  | { readonly kind: "macrolanguage"; readonly as: string }
  /** `confusedWith` is a tag, or `und-Latn` for another language in that script. */
  | { readonly kind: "not"; readonly confusedWith: string };

/** Language of a response without any word: no linguistic content (ISO 639-2). */
export const noLanguage = "zxx";

/**
 * Primary subtags that at least one of the identification models knows: eld 2 ("medium", 60
 * languages), CLD3 (107, src/script_span of its source) and fastText's lid.176 (its labels;
 * `als` is Wikipedia's code for Alemannic).
 */
// biome-ignore format: a table
const identified = new Set(
  ("af am an ar as ast av az ba bcl be bg bn bo bpy br bs bxr ca ce ceb ckb co cs cv cy da de dsb dv el en eo es et eu " +
  "fa fi fil fr fy ga gd gl gn gu gv ha haw he hi hmn hr hsb ht hu hy ia id ie ig ilo io is it ja jbo jv ka kk km kn ko " +
  "krc ku kv kw ky la lb lez lo lt lv mg mhr mi min mk ml mn mr mrj ms mt my myv nah nds ne new nl no ny oc or os pa " +
  "pam pl ps pt qu rm ro ru sa sah sd si sk sl sm sn so sq sr st su sv sw ta te tg th tk tl to tr tt tyv ug uk ur uz " +
  "vep vi vo wa war xal xh xmf yi yo zh zu").split(" "),
);

// Standards of one language that count as each other, with a common name.
const joined: Readonly<Record<string, string>> = { hr: "sh", ms: "ms" };

const widerNames: Readonly<Record<string, string>> = {
  sh: "Serbo-Croatian in Latin script",
  ms: "Malay or Indonesian",
};

/**
 * Close relatives that models mistake for another language too often to be scored, whether
 * or not they know them: of 60 Tatoeba sentences of each, lid.176 identifies 18 % of
 * Asturian and a third of Alemannic correctly. The others are languages of small Wikipedias
 * in whose texts the larger neighbour is the likelier answer.
 */
// biome-ignore format: a table
const neighbours: Readonly<Record<string, string>> = {
  gsw: "de", als: "de", bar: "de", pfl: "de", frr: "de", ksh: "de", li: "nl", vls: "nl", zea: "nl", sco: "en",
  an: "es", ast: "es", ext: "es", lad: "es", cbk: "es", mwl: "pt",
  eml: "it", lmo: "it", nap: "it", pms: "it", sc: "it", scn: "it", vec: "it", lij: "it", fur: "it",
  fo: "is", rue: "uk", gag: "tr", crh: "tr", pnb: "ur", mzn: "fa", glk: "fa", lrc: "fa", azb: "fa", diq: "ku", zza: "ku",
  awa: "hi", bh: "hi", bho: "hi", hif: "hi", hne: "hi", mag: "hi", mai: "hi", raj: "hi", dty: "ne", gom: "mr", kok: "mr",
  bjn: "ms", kab: "und-Latn",
};

export function identifiable(tag: string): Identifiable {
  const subtag = (tag.split("-")[0] ?? tag).toLowerCase();
  const compared = subtag === "sr" && /^sr-Latn\b/iu.test(tag) ? "hr" : alike(subtag);
  const as = joined[compared] ?? widerName(subtag);
  if (as !== null) return { kind: "macrolanguage", as };
  const neighbour = neighbours[subtag];
  if (neighbour !== undefined) return { kind: "not", confusedWith: neighbour };
  return isIdentified(subtag) ? { kind: "itself" } : { kind: "not", confusedWith: `und-${scriptOf(tag)}` };
}

function isIdentified(subtag: string): boolean {
  return identified.has(subtag) || identified.has(alike(subtag));
}

function scriptOf(tag: string): string {
  try {
    return new Intl.Locale(tag).maximize().script ?? "Latn";
  } catch {
    return "Latn";
  }
}

/**
 * Returns a remark such as `Faroese can't be distinguished from Icelandic: …`; null for an identifiable
 * language.
 */
export function identifiableWords(tag: string): string | null {
  const found = identifiable(tag);
  const name = displayName(tag);
  switch (found.kind) {
    case "itself":
      return null;
    case "macrolanguage":
      return `${name} is scored as ${widerNames[found.as] ?? displayName(found.as)}: they can't be distinguished in short texts`;
    case "not":
      return `${name} can't be distinguished from ${nameOfNeighbour(found.confusedWith)}: responses are scored by their checks only, not by their language`;
  }
}

function nameOfNeighbour(tag: string): string {
  const script = tag.startsWith("und-") ? tag.slice("und-".length) : null;
  if (script === null) return displayName(tag);
  const name = new Intl.DisplayNames(["en"], { type: "script" }).of(script) ?? script;
  return `other languages in ${name} script`;
}
