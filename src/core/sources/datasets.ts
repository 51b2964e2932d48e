// Groups files into datasets: files whose paths differ only in the language.

import { knownLanguage } from "../language/names.ts";
import { displayName, sortedTags } from "../language/tags.ts";
import { dataStem, namedFormat } from "./dataFileNames.ts";
import { languagePlaceholder } from "./pattern.ts";

export type DatasetPurpose = "train" | "eval" | "dev";

export interface Dataset {
  /** Path with `{language}`, relative to the same folder as the given paths. */
  readonly pattern: string;
  readonly purpose: DatasetPurpose;
  /** Path by canonical tag, in the order of tags. */
  readonly files: ReadonlyMap<string, string>;
}

/**
 * Strength of the evidence that a pattern is a dataset:
 * - alone: suffices without any other file;
 * - together: needs one other file;
 * - weak: counts only next to other evidence, since more words than languages are written like this.
 */
type Evidence = "alone" | "together" | "weak";

interface Member {
  readonly path: string;
  readonly language: string;
  readonly evidence: Evidence;
}

/**
 * Finds datasets. Each file belongs to at most one: the one with the most clear languages.
 *
 * @param paths With forward slashes. Files that are not in a data format are ignored.
 * @param root Common beginning of the paths that is not evidence of their purpose.
 */
export function findDatasets(paths: Iterable<string>, root = ""): Dataset[] {
  const groups = new Map<string, Member[]>();
  // Caches results, since thousands of paths share the same folders and words.
  const languageOf = remembering(readLanguage);
  const placesIn = remembering(segment => languagesIn(segment, languageOf));
  for (const path of paths) {
    if (namedFormat(path) === null) continue;
    for (const { pattern, language, evidence } of readingsOf(path, placesIn)) {
      const members = groups.get(pattern) ?? [];
      groups.set(pattern, members);
      if (members.every(member => member.language !== language)) members.push({ path, language, evidence });
    }
  }
  const largestFirst = [...groups].sort(([a, x], [b, y]) => clearIn(y) - clearIn(x) || (a < b ? -1 : 1));
  const taken = new Set<string>();
  const found: Dataset[] = [];
  for (const [pattern, members] of largestFirst) {
    const left = members.filter(({ path }) => !taken.has(path));
    if (!isSure(left) && clearIn(left) < 2) continue;
    for (const { path } of left) taken.add(path);
    const byTag = new Map(left.map(({ language, path }) => [language, path]));
    const files = new Map(sortedTags(byTag.keys()).map(tag => [tag, byTag.get(tag) ?? ""]));
    found.push({ pattern, purpose: purposeOf(pattern.slice(root.length)), files });
  }
  return found.sort((a, b) => (a.pattern < b.pattern ? -1 : 1));
}

function remembering<T>(work: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return text => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const result = work(text);
    known.set(text, result);
    return result;
  };
}

function isSure(members: readonly Member[]): boolean {
  return members.some(({ evidence }) => evidence === "alone");
}

/** Number of members whose language is more than a word that may be one. */
function clearIn(members: readonly Member[]): number {
  return members.filter(({ evidence }) => evidence !== "weak").length;
}

interface Reading extends Omit<Member, "path"> {
  readonly pattern: string;
}

/**
 * A language may be the whole name of the file, or otherwise a part of its name and of the folders above it.
 */
function readingsOf(path: string, placesIn: (segment: string) => Place[]): Reading[] {
  const stem = dataStem(path);
  const segments = stem.split("/");
  const last = segments.length - 1;
  const name = segments[last] ?? "";
  const readings = (at: number): Reading[] =>
    placesIn(segments[at] ?? "").map(({ place, language, evidence }) => ({
      pattern: segments.with(at, place).join("/") + path.slice(stem.length),
      language,
      evidence: evidence === "alone" && at < last ? "together" : evidence,
    }));
  const isWhole = placesIn(name).some(
    ({ place, evidence }) => place === languagePlaceholder && evidence !== "weak",
  );
  return isWhole ? readings(last) : segments.flatMap((_, at) => readings(at));
}

interface Place {
  /** The segment with `{language}`. */
  readonly place: string;
  readonly language: string;
  readonly evidence: Evidence;
}

/** Finds languages in a segment: the whole of it, or else the longest runs of its words. */
function languagesIn(segment: string, languageOf: ReadLanguage): Place[] {
  const found: Place[] = [];
  const whole = languageOf(segment);
  if (whole !== null) {
    const evidence = evidenceOf(segment, whole);
    found.push({ place: languagePlaceholder, language: whole, evidence });
    if (evidence !== "weak") return found;
  }
  const words = segment.split(/([._-])/);
  for (let from = 0; from < words.length; ) {
    const run = longestRun(words, from, languageOf);
    if (run === null) {
      from++;
      continue;
    }
    const { to, text, language } = run;
    const evidence = evidenceOf(text, language) === "weak" ? "weak" : "together";
    found.push({ place: words.toSpliced(from, to - from, languagePlaceholder).join(""), language, evidence });
    from = to;
  }
  return found;
}

/**
 * A tag with several parts is recognised by its capitals: `train_en_fi` contains two languages, `train_zh_CN`
 * one.
 */
const writtenTag = /^([a-z]{2}|[a-z]{3}(?=[-_][A-Z][a-z]{3}))([-_][A-Z][a-z]{3})?([-_]([A-Z]{2}|[0-9]{3}))?$/;
/** Maximum number of parts of a tag, including separators: `zh`, `-`, `Hans`, `-`, `CN`. */
const longestTag = 5;

function longestRun(
  words: readonly string[],
  from: number,
  languageOf: ReadLanguage,
): { readonly to: number; readonly text: string; readonly language: string } | null {
  const first = words[from] ?? "";
  const longest = writtenTag.test(first) || first.length === 3 ? longestTag : 1;
  for (let to = Math.min(words.length, from + longest); to > from; to--) {
    const text = words.slice(from, to).join("");
    const language = to === from + 1 || writtenTag.test(text) ? languageOf(text) : null;
    if (language !== null) return { to, text, language };
  }
  return null;
}

/** Codes of Newari and Bini that are more often words. */
const codesLikeWords: readonly string[] = ["new", "bin"];

/**
 * Words of letters, with numbers only as regions and years. Rules out most names before the slower lookup.
 */
const mayBeLanguage = /^\p{L}{2,}([-_](\p{L}+|\d{3,4}))*$/u;

type ReadLanguage = (text: string) => string | null;

function readLanguage(text: string): string | null {
  return mayBeLanguage.test(text) ? knownLanguage(text) : null;
}

function evidenceOf(text: string, language: string): Evidence {
  const isName = /^\p{L}{4,}$/u.test(text);
  const isTag = writtenTag.test(text);
  if (isName || (isTag && /^..([-_]|$)/.test(text))) return "alone";
  const isWord = codesLikeWords.includes(text.toLowerCase()) || displayName(language) === language;
  return isWord || (/[-_]/.test(text) && !isTag) ? "weak" : "together";
}

/** Words in the names of folders and files, the clearest first. */
const purposeWords: Readonly<Record<DatasetPurpose, readonly string[]>> = {
  eval: ["eval", "evaluation", "test", "validation", "valid"],
  dev: ["dev", "development"],
  train: ["train", "training", "tuning", "sft"],
};

/** Purpose by the file's name, otherwise by the closest folder whose name tells; training by default. */
export function purposeOf(pattern: string): DatasetPurpose {
  for (const segment of pattern.split("/").reverse())
    for (const purpose of ["eval", "dev", "train"] as const)
      if (rankOf(segment, purpose) < purposeWords[purpose].length) return purpose;
  return "train";
}

function rankOf(path: string, purpose: DatasetPurpose): number {
  const parts = path.toLowerCase().split(/[^a-z]+/);
  const at = purposeWords[purpose].findIndex(word => parts.includes(word));
  return at < 0 ? purposeWords[purpose].length : at;
}

/** Chooses the datasets of a folder that a mixture file uses for training and evaluation. */
export function chooseSides(datasets: readonly Dataset[]): {
  readonly train: Dataset | null;
  readonly evaluation: Dataset | null;
} {
  const best = (purpose: DatasetPurpose): Dataset | null =>
    datasets
      .filter(dataset => dataset.purpose === purpose)
      .sort(
        (a, b) =>
          rankOf(a.pattern, purpose) - rankOf(b.pattern, purpose) ||
          b.files.size - a.files.size ||
          a.pattern.length - b.pattern.length,
      )[0] ?? null;
  return { train: best("train"), evaluation: best("eval") ?? best("dev") };
}
