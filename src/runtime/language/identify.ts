// Tells which language a response is in: by script, then eld, with franc and CLD3 for what eld lacks.
import type { CldFactory } from "cld3-asm";
import { alike, francCode, primarySubtag, subtagOfCld, subtagOfFranc } from "./codes.ts";
import { dominantScript, type ScriptCode, scriptsOf } from "./scripts.ts";

export interface LanguageIdentifier {
  /**
   * One of the candidates as given; or another tag when the text is clearly in a language that is no
   * candidate; or `und` when it can't be told. Regional variants of one language are not told apart.
   */
  identify(text: string): string;
}

interface Candidate {
  readonly tag: string;
  readonly subtag: string;
  readonly scripts: readonly ScriptCode[];
}

type Eld = ReturnType<typeof import("eld/medium")["eld"]["newInstance"]>;
type Franc = typeof import("franc")["franc"];

interface Libraries {
  readonly eld: Eld;
  readonly franc: Franc;
  readonly cld: CldFactory;
}

/** What a choice among several candidates of one script needs, made once per script. */
interface Group {
  readonly candidates: readonly Candidate[];
  /** Restricted to the candidates that eld knows; null when it knows none. */
  readonly eld: Eld | null;
  /** Candidates that eld does not know, Swahili above all. */
  readonly others: readonly Candidate[];
  readonly francCodes: string[];
}

// The libraries look at no more than about this much.
const maxCharacters = 1000;
// Fewer letters never count as a language outside the candidates: on a few words the libraries err too
// often. franc errs more than eld, and needs more.
const minForeignLetters = 12;
const minForeignLettersByFranc = 24;
const minForeignProbability = 0.9;
// eld's scaled score, 0 to 1, by which the foreign language must beat every candidate.
const minForeignMargin = 0.05;

let loaded: Promise<Libraries> | null = null;

// Loaded on first use: 3 MB that only an evaluation needs. eld and franc are ES modules.
async function loadLibraries(): Promise<Libraries> {
  const [{ eld }, { franc }, { loadModule }] = await Promise.all([
    import("eld/medium"),
    import("franc"),
    import("cld3-asm"),
  ]);
  return { eld, franc, cld: await loadModule() };
}

/** @param candidates BCP-47 tags of the languages that are evaluated. */
export async function createIdentifier(candidates: readonly string[]): Promise<LanguageIdentifier> {
  loaded ??= loadLibraries();
  const { eld, franc, cld: factory } = await loaded;
  const cld = factory.create(0, maxCharacters);
  const open = eld.newInstance();
  const eldKnows = new Set(Object.values(open.info().Languages));
  const all = uniqueCandidates(candidates);
  const groups = new Map<ScriptCode, Group>();

  function groupOf(script: ScriptCode): Group {
    const known = groups.get(script);
    if (known !== undefined) return known;
    const members = all.filter(candidate => candidate.scripts.includes(script));
    const inEld = members.filter(candidate => eldKnows.has(candidate.subtag));
    const restricted = inEld.length === 0 ? null : open.newInstance();
    restricted?.setLanguageSubset(inEld.map(candidate => candidate.subtag));
    const group: Group = {
      candidates: members,
      eld: restricted,
      others: members.filter(candidate => !eldKnows.has(candidate.subtag)),
      francCodes: members.map(candidate => francCode(candidate.subtag)),
    };
    groups.set(script, group);
    return group;
  }

  function choose(text: string, group: Group, cldSubtag: string): Candidate | null {
    if (group.candidates.length < 2) return group.candidates[0] ?? null;
    const byEld = group.eld?.detect(text) ?? null;
    if (group.others.length > 0) {
      const top = subtagOfFranc(franc(text, { minLength: 1, only: group.francCodes }));
      for (const other of group.others) {
        const cldAgrees = cldSubtag === other.subtag;
        const eldUnsure = byEld === null || !byEld.isReliable();
        const francSays = alike(top) === other.subtag;
        if (francSays && (cldAgrees || eldUnsure)) return other;
        if (cldAgrees && !francKnows(franc, other, text)) return other;
      }
    }
    return group.candidates.find(candidate => candidate.subtag === byEld?.language) ?? null;
  }

  /** A tag that is no candidate, when two independent models are sure of the same one. */
  function foreign(
    text: string,
    chosen: Candidate | null,
    cldAnswer: { subtag: string; sure: boolean },
  ): string | null {
    const isCandidate = (subtag: string): boolean => all.some(candidate => candidate.subtag === subtag);
    const byEld = open.detect(text);
    const eldSubtag = alike(byEld.language);
    if (chosen === null) {
      if (eldSubtag !== "" && byEld.isReliable() && !isCandidate(eldSubtag)) return byEld.language;
      return cldAnswer.sure && !isCandidate(cldAnswer.subtag) ? cldAnswer.subtag : null;
    }
    const letters = text.match(/\p{L}/gu)?.length ?? 0;
    if (letters < minForeignLetters) return null;
    if (!cldAnswer.sure || isCandidate(cldAnswer.subtag)) return null;
    if (!eldKnows.has(cldAnswer.subtag)) {
      const eldSure = byEld.isReliable() && isCandidate(eldSubtag);
      const francAgrees = alike(subtagOfFranc(franc(text))) === cldAnswer.subtag;
      return francAgrees && !eldSure && letters >= minForeignLettersByFranc ? cldAnswer.subtag : null;
    }
    if (eldSubtag !== cldAnswer.subtag || !byEld.isReliable()) return null;
    const scores = byEld.getScores();
    const best = Math.max(0, ...all.map(candidate => scores[candidate.subtag] ?? 0));
    return (scores[byEld.language] ?? 0) - best > minForeignMargin ? byEld.language : null;
  }

  return {
    identify(text) {
      const given = text
        .slice(0, maxCharacters)

        .normalize("NFC");
      const script = dominantScript(given);
      if (script === null) return "und";
      const found = cld.findLanguage(given);
      const cldSubtag = subtagOfCld(found.language);
      const sure = cldSubtag !== "" && found.is_reliable && found.probability > minForeignProbability;
      const chosen = choose(given, groupOf(script), cldSubtag);
      return foreign(given, chosen, { subtag: cldSubtag, sure }) ?? chosen?.tag ?? "und";
    },
  };
}

function uniqueCandidates(tags: readonly string[]): Candidate[] {
  const bySubtag = new Map<string, Candidate>();
  for (const tag of tags) {
    const subtag = alike(primarySubtag(tag));
    if (!bySubtag.has(subtag)) bySubtag.set(subtag, { tag, subtag, scripts: scriptsOf(tag) });
  }
  return [...bySubtag.values()];
}

/** Whether franc has this language among those of the text's script. */
function francKnows(franc: Franc, candidate: Candidate, text: string): boolean {
  const code = francCode(candidate.subtag);
  return franc(text, { minLength: 1, only: [code] }) === code;
}
