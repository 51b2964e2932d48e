// The identification libraries, and what they say of one text: asked once, and only as far as needed.
import type { CldFactory } from "cld3-asm";
import { alike } from "../../core/language/alike.ts";
import {
  dominantScript,
  type ScriptCode,
  scriptsOf,
  type Word,
  wordsOf,
} from "../../core/language/scripts.ts";
import { francCode, subtagOfCld, subtagOfFranc } from "./codes.ts";

type Eld = typeof import("eld/medium")["eld"];
type Franc = typeof import("franc")["franc"];

interface Libraries {
  readonly eld: Eld;
  readonly franc: Franc;
  readonly cld: ReturnType<CldFactory["create"]>;
  readonly eldKnows: ReadonlySet<string>;
  /** eld's languages by the script that they are written in. */
  readonly eldByScript: ReadonlyMap<ScriptCode, ReadonlySet<string>>;
}

// The libraries look at no more than about this much.
const maxCharacters = 1000;
// CLD3's own probability from which it is believed about a language that nobody asked for.
const sureProbability = 0.9;

// Where eld's texts are in another script than Unicode's likely one.
const eldScripts: Readonly<Record<string, readonly ScriptCode[]>> = { ku: ["Latn", "Arab"] };

let loaded: Promise<Libraries> | null = null;

// Loaded on first use: 3 MB that only an evaluation needs. eld and franc are ES modules.
async function load(): Promise<Libraries> {
  const [{ eld }, { franc }, { loadModule }] = await Promise.all([
    import("eld/medium"),
    import("franc"),
    import("cld3-asm"),
  ]);
  const cld = (await loadModule()).create(0, maxCharacters);
  const eldKnows = new Set(Object.values(eld.info().Languages));
  const eldByScript = new Map<ScriptCode, Set<string>>();
  for (const subtag of eldKnows)
    for (const script of eldScripts[subtag] ?? scriptsOf(subtag))
      eldByScript.set(script, (eldByScript.get(script) ?? new Set()).add(subtag));
  return { eld, franc, cld, eldKnows, eldByScript };
}

export interface EldAnswer {
  /** Of 60 languages those of the text's script, best first; empty where none has anything in common with it. */
  readonly ranked: readonly { readonly subtag: string; readonly score: number }[];
  readonly scores: Readonly<Record<string, number>>;
  readonly reliable: boolean;
}

export interface CldAnswer {
  /** Empty: not told. */
  readonly subtag: string;
  readonly sure: boolean;
}

export interface Models {
  knownToEld(subtag: string): boolean;
  look(text: string): Evidence;
}

/** What there is to know of one text; each model is asked when its answer is first needed. */
export class Evidence {
  /** Without the words of other scripts: they would confuse the models. */
  readonly text: string;
  readonly words: readonly Word[];
  readonly letters: number;
  readonly script: ScriptCode | null;
  readonly #libraries: Libraries;
  #eld: EldAnswer | null = null;
  #cld: CldAnswer | null = null;

  constructor(libraries: Libraries, text: string) {
    this.#libraries = libraries;
    const given = text.slice(0, maxCharacters).normalize("NFC");
    const words = wordsOf(given);
    this.script = dominantScript(words);
    this.words = words.filter(word => belongs(word, this.script));
    this.text = this.words.length === words.length ? given : wordsOnly(given, this.words);
    this.letters = this.words.reduce((sum, word) => sum + word.letters, 0);
  }

  get eld(): EldAnswer {
    if (this.#eld === null) {
      const result = this.#libraries.eld.detect(this.text);
      const scores = result.getScores();
      const inScript = this.#libraries.eldByScript.get(this.script ?? "");
      const ranked: { subtag: string; score: number }[] = [];
      for (const subtag in scores) {
        if (inScript?.has(subtag)) ranked.push({ subtag, score: scores[subtag] ?? 0 });
      }
      this.#eld = { ranked, scores, reliable: result.isReliable() };
    }
    return this.#eld;
  }

  get cld(): CldAnswer {
    if (this.#cld === null) {
      const { language, is_reliable, probability } = this.#libraries.cld.findLanguage(this.text);
      const subtag = subtagOfCld(language);
      this.#cld = { subtag, sure: subtag !== "" && is_reliable && probability > sureProbability };
    }
    return this.#cld;
  }

  /** franc's choice among these subtags; empty where it has none of them. */
  franc(among: readonly string[]): string {
    const only = among.map(francCode);
    return alike(subtagOfFranc(this.#libraries.franc(this.text, { minLength: 1, only })));
  }
}

function belongs({ script }: Word, dominant: ScriptCode | null): boolean {
  return script === dominant || (dominant === "Jpan" && (script === "Hani" || script === "Kana"));
}

/** These words, with what stands right after each. */
function wordsOnly(text: string, words: readonly Word[]): string {
  return words
    .map(
      ({ start, end }) =>
        `${text.slice(start, end)}${/^[^\p{L}\p{M}]?/u.exec(text.slice(end, end + 2))?.[0] ?? ""}`,
    )
    .join(" ");
}

export async function loadModels(): Promise<Models> {
  loaded ??= load();
  const libraries = await loaded;
  let last: { readonly text: string; readonly evidence: Evidence } | null = null;
  return {
    knownToEld: subtag => libraries.eldKnows.has(subtag),
    // A response of one line is asked about as a whole and as a line.
    look(text) {
      if (last?.text !== text) last = { text, evidence: new Evidence(libraries, text) };
      return last.evidence;
    },
  };
}
