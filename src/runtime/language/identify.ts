// Tells which language a text is in: by script, then eld, with CLD3 and franc for what eld lacks or doubts.

import { alike } from "../../core/language/alike.ts";
import { isBreakless, type ScriptCode, scriptsOf } from "../../core/language/scripts.ts";
import { primarySubtag } from "./codes.ts";
import { type Evidence, loadModels, type Models } from "./models.ts";
import { swahiliSigns } from "./swahili.ts";

export interface Identified {
  /**
   * One of the evaluated languages as given; or another tag when the text is clearly in a language that is none
   * of them; or `und` when it can't be told. Regional variants of one language are not told apart.
   */
  readonly language: string;
  /** 0 to 1: an order, not a probability; from 0.9 on two models agree, or the script leaves no choice. */
  readonly confidence: number;
}

export interface LanguageIdentifier {
  identify(text: string): Identified;
}

interface Candidate {
  readonly tag: string;
  readonly subtag: string;
  readonly scripts: readonly ScriptCode[];
}

/** The candidates of one script. */
interface Group {
  readonly candidates: readonly Candidate[];
  readonly inEld: readonly Candidate[];
  /** Candidates that eld does not know, Swahili above all. */
  readonly others: readonly Candidate[];
}

// Fewer letters never count as a language outside the candidates: on a few words the libraries err too often.
const minForeignLetters = 12;
const lettersOfAnIdeograph = 3;
// From this many letters on, two models that agree were not wrong once in 1,300 sentences.
const longText = 24;
const sentenceLetters = 32;
// eld's scores are 0 to 1. By this much a language must beat the candidates, or a candidate all others, ...
const clearMargin = 0.05;
// ... by this much it needs no second model, ...
const wideMargin = 0.2;
// ... less than this is none, ...
const closeMargin = 0.02;
// ... and a text in the language that eld names has at least this much.
const likelyScore = 0.55;
// Told from Swahili by franc: its relatives, and what CLD3 takes it for.
const swahiliNeighbours = ["sw", "zu", "xh", "ny", "sn", "rn", "rw", "ha", "so", "yo", "ig"];
// From this many words Swahili has some of its closed-class words.
const sentenceWords = 5;
const someShare = 0.15;
const manyShare = 0.5;
// Runs of one evaluation give many of the same responses.
const mostKept = 20_000;
const agreed = 0.95;
const unsure = 0.3;

// Scripts that have one language in the open set.
const scriptLanguages: Readonly<Record<ScriptCode, string>> = {
  Jpan: "ja",
  Kore: "ko",
  Grek: "el",
  Thai: "th",
  Laoo: "lo",
  Khmr: "km",
  Mymr: "my",
  Taml: "ta",
  Telu: "te",
  Knda: "kn",
  Mlym: "ml",
  Gujr: "gu",
  Guru: "pa",
  Orya: "or",
  Sinh: "si",
  Armn: "hy",
  Geor: "ka",
  Tibt: "bo",
};

/** @param evaluated BCP-47 tags that are preferred where a text is short or unclear; the set is open beyond them. */
export async function createIdentifier(evaluated: readonly string[]): Promise<LanguageIdentifier> {
  const models = await loadModels();
  const all = uniqueCandidates(evaluated);
  const groups = new Map<ScriptCode, Group>();
  const groupOf = (script: ScriptCode): Group => {
    const known = groups.get(script);
    if (known !== undefined) return known;
    const candidates = all.filter(candidate => candidate.scripts.includes(script));
    const inEld = candidates.filter(({ subtag }) => models.knownToEld(subtag));
    const others = candidates.filter(({ subtag }) => !models.knownToEld(subtag));
    const group = { candidates, inEld, others };
    groups.set(script, group);
    return group;
  };
  const look = (text: string): Identified => {
    const evidence = models.look(text);
    if (evidence.script === null) return { language: "und", confidence: 0 };
    return decide(models, evidence, evidence.script, groupOf(evidence.script));
  };
  const kept = new Map<string, Identified>();
  return {
    identify(text) {
      const before = kept.get(text);
      if (before !== undefined) return before;
      if (kept.size >= mostKept) kept.clear();
      const found = look(text);
      kept.set(text, found);
      return found;
    },
  };
}

function decide(models: Models, evidence: Evidence, script: ScriptCode, group: Group): Identified {
  const chosen = choose(evidence, group);
  if (chosen === null) return outside(models, evidence, script);
  const only = group.candidates.length === 1;
  const sure = scriptLanguages[script] === chosen.subtag || (only && evidence.letters < minForeignLetters);
  if (sure) return { language: chosen.tag, confidence: 1 };
  if (isClear(evidence, chosen)) return { language: chosen.tag, confidence: 1 };
  const other = foreign(models, evidence, chosen, group);
  if (other !== null) return { language: other, confidence: agreed };
  const agrees = evidence.cld.subtag === chosen.subtag;
  const confidence = agrees ? agreed : only ? clearMargin + unsure : unsure;
  return { language: chosen.tag, confidence };
}

/** eld's first of all its languages, by far: the others need not be asked. */
function isClear({ eld }: Evidence, { subtag }: Candidate): boolean {
  const [first, second] = eld.ranked;
  if (first === undefined || alike(first.subtag) !== subtag || first.score < likelyScore) return false;
  return eld.reliable && first.score - (second?.score ?? 0) >= clearMargin;
}

function choose(evidence: Evidence, group: Group): Candidate | null {
  if (group.candidates.length < 2) return group.candidates[0] ?? null;
  for (const other of group.others) {
    if (other.subtag === "sw" ? isSwahili(evidence, group) : isOther(evidence, other, group)) return other;
  }
  const found = evidence.eld.ranked.find(({ subtag }) =>
    group.inEld.some(candidate => candidate.subtag === alike(subtag)),
  );
  return group.inEld.find(({ subtag }) => found !== undefined && subtag === alike(found.subtag)) ?? null;
}

/** eld leaves its candidates open: another language is first, or none by far. */
function eldDoubts({ eld }: Evidence, group: Group): boolean {
  const [first] = eld.ranked;
  if (first === undefined || !eld.reliable) return true;
  return !group.inEld.some(({ subtag }) => subtag === alike(first.subtag));
}

function isOther(evidence: Evidence, { subtag }: Candidate, group: Group): boolean {
  const among = group.candidates.map(candidate => candidate.subtag);
  const francSays = evidence.franc(among) === subtag;
  if (francSays && (eldDoubts(evidence, group) || evidence.cld.subtag === subtag)) return true;
  return evidence.cld.subtag === subtag && evidence.franc([subtag]) !== subtag;
}

/**
 * Two of four must say so: franc, CLD3, the closed classes, and eld by doubting. Where a text is long enough to
 * be told from Zulu or Hausa, franc and CLD3 both, or the closed classes with one of them.
 */
function isSwahili(evidence: Evidence, group: Group): boolean {
  const { possible, share, distinct } = swahiliSigns(evidence.text);
  if (!possible && share === 0) return false;
  const [first] = evidence.eld.ranked;
  const inGroup = first && group.inEld.find(({ subtag }) => subtag === alike(first.subtag));
  const told = share === 0 || (!distinct && evidence.words.length >= sentenceWords);
  if (told && inGroup !== undefined && isClear(evidence, inGroup)) return false;
  const cldSays = evidence.cld.subtag === "sw";
  const francSays = evidence.franc(group.candidates.map(({ subtag }) => subtag)) === "sw";
  if (cldSays && francSays) return true;
  if (!possible) return false;
  if (share >= manyShare && distinct) return true;
  if (!cldSays && !francSays) return false;
  if (evidence.words.length < sentenceWords) return share > 0 || eldDoubts(evidence, group);
  if (share < someShare) return false;
  if (cldSays) return distinct || evidence.cld.sure;
  const notANeighbour = evidence.franc(swahiliNeighbours) === "sw";
  return distinct ? notANeighbour || !evidence.cld.sure : notANeighbour && eldDoubts(evidence, group);
}

/**
 * A language that is no candidate: eld and CLD3 agree on it, and on a short text by far; or CLD3 alone is sure of
 * one that eld lacks, eld has no better answer, and franc does not prefer the candidate.
 */
function foreign(models: Models, evidence: Evidence, chosen: Candidate, group: Group): string | null {
  // Chosen against eld, whose answer is then one of its 60 for a language that it lacks.
  if (group.others.includes(chosen)) return null;
  const { eld, cld } = evidence;
  const letters = evidence.letters * (isBreakless(evidence.script ?? "") ? lettersOfAnIdeograph : 1);
  if (letters < minForeignLetters || cld.subtag === "") return null;
  const isCandidate = (subtag: string): boolean =>
    group.candidates.some(candidate => candidate.subtag === alike(subtag));
  if (isCandidate(cld.subtag)) return null;
  const [first] = eld.ranked;
  const ahead = (first?.score ?? 0) - (eld.scores[chosen.subtag] ?? 0);
  if (first !== undefined && alike(first.subtag) === cld.subtag) {
    const agreed = cld.sure ? ahead > (letters >= longText ? closeMargin : clearMargin) : letters >= longText;
    return agreed && (cld.sure || ahead > clearMargin) ? first.subtag : null;
  }
  if (letters < longText) return null;
  if (cld.sure && !models.knownToEld(cld.subtag)) return lackedByEld(evidence, chosen, isCandidate);
  const alone = first !== undefined && eld.reliable && !isCandidate(first.subtag) && ahead > wideMargin;
  return alone ? first.subtag : null;
}

function lackedByEld(
  evidence: Evidence,
  chosen: Candidate,
  isCandidate: (subtag: string) => boolean,
): string | null {
  const { eld, cld } = evidence;
  const [first, second] = eld.ranked;
  if (first !== undefined && eld.reliable && first.score >= likelyScore && isCandidate(first.subtag)) {
    // By however little on a short text: there CLD3 is sure too easily.
    const needed = evidence.letters < sentenceLetters ? 0 : closeMargin;
    if (first.score - (second?.score ?? 0) >= needed) return null;
  }
  const francKnows = evidence.franc([cld.subtag]) === cld.subtag;
  if (francKnows && evidence.franc([cld.subtag, chosen.subtag]) === chosen.subtag) return null;
  return cld.subtag;
}

/** No candidate is written in this script: any language may be. */
function outside(models: Models, evidence: Evidence, script: ScriptCode): Identified {
  const byScript = scriptLanguages[script];
  if (byScript !== undefined) return { language: byScript, confidence: 1 };
  const { eld, cld } = evidence;
  const [first] = eld.ranked;
  const top = first === undefined ? "" : alike(first.subtag);
  if (top !== "" && top === cld.subtag) return { language: first?.subtag ?? top, confidence: agreed };
  // Zulu and Hausa come out as Swahili where one model is enough.
  const strict = cld.subtag !== "sw" || evidence.franc(swahiliNeighbours) === "sw";
  if (cld.sure && strict && !models.knownToEld(cld.subtag)) return { language: cld.subtag, confidence: 0.5 };
  if (top !== "" && eld.reliable) return { language: first?.subtag ?? top, confidence: 0.5 };
  return cld.sure && strict ? { language: cld.subtag, confidence: 0.5 } : { language: "und", confidence: 0 };
}

function uniqueCandidates(tags: readonly string[]): Candidate[] {
  const bySubtag = new Map<string, Candidate>();
  for (const tag of tags) {
    const subtag = alike(primarySubtag(tag));
    if (!bySubtag.has(subtag)) bySubtag.set(subtag, { tag, subtag, scripts: scriptsOf(tag) });
  }
  return [...bySubtag.values()];
}
