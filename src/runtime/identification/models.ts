// The identification models and their answers for a text. Each model is queried when its answer is first
// needed.

import type { CldFactory } from "cld3-asm";
import { alike } from "../../core/language/alike.ts";
import { type ScriptCode, scriptsOf } from "../../core/language/scripts.ts";
import { requireWasm } from "../../node/wasmMemory.ts";
import { openFastText } from "./fastText/fastTextModel.ts";
import { francCodes, primarySubtag, subtagOfCld, subtagOfFranc } from "./identifierCodes.ts";
import { lid176Path } from "./packagedData.ts";

type Eld = typeof import("eld/medium")["eld"];
type FrancAll = typeof import("franc")["francAll"];

/** Scores of one model for the languages that it knows; higher is more likely. */
export type Scores = ReadonlyMap<string, number>;

export interface Models {
  /** Languages that each model knows, by the identifier's names. */
  readonly known: {
    readonly fastText: ReadonlySet<string>;
    readonly eld: ReadonlySet<string>;
    readonly cld: ReadonlySet<string>;
    readonly franc: ReadonlySet<string>;
  };
  look(text: string, script: ScriptCode): Evidence;
}

/** Evidence about a text whose letters are all of one script. */
export interface Evidence {
  readonly text: string;
  readonly script: ScriptCode;
  /** Probabilities of lid.176 (Joulin et al. 2016, fasttext.cc), summed over equal languages. */
  readonly fastText: Scores;
  /** Scores from 0 to 1 for the languages written in this script. */
  readonly eld: Scores;
  /** Its only answer; empty if it gives none. */
  readonly cld: { readonly name: string; readonly probability: number };
  /** Scores from 0 to 1, relative to franc's first. */
  readonly franc: Scores;
}

// List from CLD3 (src/script_span, task_context_params.cc).
// biome-ignore format: a table
const cldLanguages =
  "af am ar bg bn bs ca ceb co cs cy da de el en eo es et eu fa fi fil fr fy ga gd gl gu ha haw he hi hmn hr ht hu hy " +
  "id ig is it ja jv ka kk km kn ko ku ky la lb lo lt lv mg mi mk ml mn mr ms mt my ne nl no ny pa pl ps pt ro ru sd " +
  "si sk sl sm sn so sq sr st su sv sw ta te tg th tr uk ur uz vi xh yi yo zh zu";
// Languages for which a model was trained on another script than the likely one according to Unicode.
const eldScripts: Readonly<Record<string, readonly ScriptCode[]>> = { ku: ["Latn", "Arab"] };
// Maximum number of bytes that CLD3 examines.
const maxCldBytes = 4000;
// Maximum number of cached texts: a response, its lines and its sentences are often the same text.
const maxLooked = 2000;
// Minimum probability to keep: of 176 probabilities, the small ones mean nothing.
const leastProbability = 1e-4;

let loaded: Promise<Models> | null = null;

/** Loads the models on first use: 4 MB that only an evaluation needs. */
export function loadModels(): Promise<Models> {
  loaded ??= load();
  return loaded;
}

/**
 * The identifier's name of a subtag in a script: Serbian in Latin script is treated like Croatian and
 * Bosnian.
 */
export function nameOf(subtag: string, script: ScriptCode): string {
  const name = alike(subtag);
  return name === "sr" && script === "Latn" ? alike("hr") : name;
}

async function load(): Promise<Models> {
  requireWasm();
  // eld and franc are ES modules.
  const [{ eld }, { francAll }, { loadModule }] = await Promise.all([
    import("eld/medium"),
    import("franc"),
    import("cld3-asm"),
  ]);
  const fastText = openFastText(lid176Path());
  const cld = (await loadModule()).create(0, maxCldBytes);
  const eldSubtags = Object.values(eld.info().Languages);
  const eldNames = (script: ScriptCode): ReadonlySet<string> =>
    new Set(
      eldSubtags
        .filter(subtag => (eldScripts[subtag] ?? scriptsOf(subtag)).includes(script))
        .map(subtag => nameOf(subtag, script)),
    );
  const eldByScript = new Map<ScriptCode, ReadonlySet<string>>();
  const inEld = (script: ScriptCode): ReadonlySet<string> => {
    const before = eldByScript.get(script) ?? eldNames(script);
    eldByScript.set(script, before);
    return before;
  };
  const looked = new Map<string, Evidence>();
  return {
    known: {
      fastText: new Set(fastText.labels.map(alike)),
      eld: new Set(eldSubtags.map(alike)),
      cld: new Set(cldLanguages.split(" ").map(alike)),
      franc: new Set(Object.keys(francCodes).map(alike)),
    },
    look(text, script) {
      const key = `${script} ${text}`;
      const before = looked.get(key);
      if (before !== undefined) return before;
      const asked = new Asked(text, script, {
        fastText: () => fastTextScores(fastText, text, script),
        eld: () => eldScores(eld, text, script, inEld(script)),
        cld: () => cldAnswer(cld, text, script),
        franc: () => francScores(francAll, text, script),
      });
      if (looked.size >= maxLooked) looked.clear();
      looked.set(key, asked);
      return asked;
    },
  };
}

type Questions = { readonly [Key in "fastText" | "eld" | "cld" | "franc"]: () => Evidence[Key] };

class Asked implements Evidence {
  readonly text: string;
  readonly script: ScriptCode;
  readonly #questions: Questions;
  #fastText: Scores | null = null;
  #eld: Scores | null = null;
  #cld: Evidence["cld"] | null = null;
  #franc: Scores | null = null;

  constructor(text: string, script: ScriptCode, questions: Questions) {
    this.text = text;
    this.script = script;
    this.#questions = questions;
  }

  get fastText(): Scores {
    this.#fastText ??= this.#questions.fastText();
    return this.#fastText;
  }

  get eld(): Scores {
    this.#eld ??= this.#questions.eld();
    return this.#eld;
  }

  get cld(): Evidence["cld"] {
    this.#cld ??= this.#questions.cld();
    return this.#cld;
  }

  get franc(): Scores {
    this.#franc ??= this.#questions.franc();
    return this.#franc;
  }
}

const labelNames = new Map<ScriptCode, readonly string[]>();

function fastTextScores(model: ReturnType<typeof openFastText>, text: string, script: ScriptCode): Scores {
  const scores = new Map<string, number>();
  const chances = model.probabilities(text);
  if (chances === null) return scores;
  const names = labelNames.get(script) ?? model.labels.map(label => nameOf(label, script));
  labelNames.set(script, names);
  for (let i = 0; i < chances.length; i++) {
    const chance = chances[i] ?? 0;
    if (chance < leastProbability) continue;
    const name = names[i] ?? "";
    scores.set(name, (scores.get(name) ?? 0) + chance);
  }
  return scores;
}

function eldScores(eld: Eld, text: string, script: ScriptCode, inScript: ReadonlySet<string>): Scores {
  const scores = new Map<string, number>();
  for (const [subtag, score] of Object.entries(eld.detect(text).getScores())) {
    const name = nameOf(subtag, script);
    if (inScript.has(name)) scores.set(name, Math.max(score, scores.get(name) ?? 0));
  }
  return scores;
}

function cldAnswer(cld: ReturnType<CldFactory["create"]>, text: string, script: ScriptCode): Evidence["cld"] {
  const { language, probability } = cld.findLanguage(text);
  const subtag = subtagOfCld(language);
  return { name: subtag === "" ? "" : nameOf(subtag, script), probability };
}

const francNames = new Map<string, string>();

function francName(code: string, script: ScriptCode): string {
  const key = `${script} ${code}`;
  const before = francNames.get(key);
  if (before !== undefined) return before;
  const subtag = subtagOfFranc(code);
  const name = subtag === "" ? "" : nameOf(primarySubtag(subtag), script);
  francNames.set(key, name);
  return name;
}

function francScores(francAll: FrancAll, text: string, script: ScriptCode): Scores {
  const scores = new Map<string, number>();
  for (const [code, score] of francAll(text, { minLength: 1 })) {
    const name = francName(code, script);
    if (name === "") continue;
    scores.set(name, Math.max(score, scores.get(name) ?? 0));
  }
  return scores;
}
