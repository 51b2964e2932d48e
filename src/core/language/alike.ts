// Which tags count as one language wherever languages are compared: responses, seen and unseen, data and their names.
import { scriptsOf, writtenScript } from "./scripts.ts";

/**
 * Languages that no identifier tells apart on short texts, or that standards name twice: Norwegian with Bokmål and
 * Nynorsk, Filipino and Tagalog, Malay and Indonesian (lid.176 takes half of Malay for Indonesian), Croatian with
 * Bosnian and Montenegrin, Central and Northern Kurdish (told apart by their scripts).
 */
const aliases: Readonly<Record<string, string>> = {
  nb: "no",
  nn: "no",
  fil: "tl",
  id: "ms",
  bs: "hr",
  sh: "hr",
  cnr: "hr",
  ckb: "ku",
  kmr: "ku",
  // Members of macrolanguages (ISO 639-3) whose texts are told apart from the standard by nobody.
  arz: "ar",
  apc: "ar",
  ajp: "ar",
  acm: "ar",
  acq: "ar",
  aeb: "ar",
  afb: "ar",
  ars: "ar",
  ary: "ar",
  arq: "ar",
  yue: "zh",
  wuu: "zh",
  nan: "zh",
  hak: "zh",
  gan: "zh",
  hsn: "zh",
  prs: "fa",
};

/** The primary subtag under which languages are compared. */
export function alike(subtag: string): string {
  return aliases[subtag] ?? subtag;
}

const comparedTags = new Map<string, boolean>();
const mostRemembered = 10_000;

/**
 * Whether a text in one language is in the other: by primary subtag, and by script where both say it (`zh-Hant` is
 * not `zh-Hans`, `zh` is either). Serbian in Latin letters is what Croatian and Bosnian are. Regional variants are
 * not told apart.
 */
export function sameLanguage(identified: string, wanted: string): boolean {
  if (identified === wanted) return true;
  const pair = `${identified} ${wanted}`;
  const before = comparedTags.get(pair);
  if (before !== undefined) return before;
  const same = isSame(identified, wanted);
  if (comparedTags.size >= mostRemembered) comparedTags.clear();
  comparedTags.set(pair, same);
  return same;
}

function isSame(identified: string, wanted: string): boolean {
  const [name, wantedName] = [comparedName(identified), comparedName(wanted)];
  if (name !== wantedName) return name === "hr" && wantedName === "sr" && writtenScript(wanted) === null;
  const [script, wantedScript] = [writtenScript(identified), writtenScript(wanted)];
  if (script !== null && wantedScript !== null) return script === wantedScript;
  const [only, other] = [script ?? wantedScript, script === null ? identified : wanted];
  // Kurdish in Arabic letters is no Kurmanji.
  return only === null || only.startsWith("Han") || scriptsOf(other).includes(only);
}

function comparedName(tag: string): string {
  const name = alike((tag.split("-")[0] ?? tag).toLowerCase());
  return name === "sr" && writtenScript(tag) === "Latn" ? "hr" : name;
}
