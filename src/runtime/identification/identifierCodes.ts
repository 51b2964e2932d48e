// Converts the language names of the identification libraries to and from BCP-47 primary subtags.
import { alike } from "../../core/language/alike.ts";

// franc uses ISO 639-3. Lists the codes that differ from the primary subtag.
// biome-ignore format: a table
export const francCodes: Readonly<Record<string, string>> = {
  af: "afr", am: "amh", ar: "arb", az: "azj", be: "bel", bg: "bul", bn: "ben", bo: "bod", bs: "bos",
  ca: "cat", cs: "ces", da: "dan", de: "deu", ee: "ewe", el: "ell", en: "eng", es: "spa", et: "ekk",
  fa: "pes", ff: "fuv", fi: "fin", fil: "tgl", fr: "fra", gl: "glg", gu: "guj", ha: "hau", he: "heb",
  hi: "hin", hr: "hrv", ht: "hat", hu: "hun", hy: "hye", id: "ind", ig: "ibo", it: "ita", ja: "jpn",
  jv: "jav", ka: "kat", kk: "kaz", km: "khm", kn: "kan", ko: "kor", ky: "kir", lg: "lug", lo: "lao",
  lt: "lit", lv: "lvs", mg: "plt", mk: "mkd", ml: "mal", mr: "mar", ms: "zlm", my: "mya", nb: "nob",
  ne: "npi", nl: "nld", nn: "nno", no: "nob", ny: "nya", om: "gaz", pa: "pan", pl: "pol", pt: "por",
  qu: "quz", rn: "run", ro: "ron", ru: "rus", rw: "kin", si: "sin", sk: "slk", sl: "slv", sn: "sna",
  so: "som", sq: "als", sr: "srp", ss: "ssw", st: "sot", su: "sun", sv: "swe", sw: "swh", ta: "tam",
  te: "tel", tg: "tgk", th: "tha", ti: "tir", tk: "tuk", tl: "tgl", tn: "tsn", tr: "tur", ts: "tso",
  tt: "tat", ug: "uig", uk: "ukr", ur: "urd", uz: "uzn", vi: "vie", wo: "wol", xh: "xho", yi: "ydd",
  yo: "yor", zh: "cmn", zu: "zul",
};

const fromFranc = new Map(Object.entries(francCodes).map(([subtag, code]) => [code, subtag]));

export function subtagOfFranc(code: string): string {
  return code === "und" ? "" : (fromFranc.get(code) ?? code);
}

/** CLD3 marks romanised text (`ru-Latn`) and uses an old code for Hebrew. */
export function subtagOfCld(code: string): string {
  const [primary = "", script] = code.split("-");
  if (script !== undefined || primary === "und") return "";
  return alike(primary === "iw" ? "he" : primary);
}

/** Primary subtag of a BCP-47 tag. Regional and script variants count as one language here. */
export function primarySubtag(tag: string): string {
  const subtag = subtags.get(tag) ?? new Intl.Locale(tag).language;
  subtags.set(tag, subtag);
  return subtag;
}

const subtags = new Map<string, string>();
