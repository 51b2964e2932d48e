// Which files of a workspace are one dataset: the same place, but for the language in their names.
import { languagePlaceholder } from "../dataset/pattern.ts";
import { knownLanguage } from "../language/names.ts";
import { sortedTags } from "../language/tags.ts";

export type DatasetPurpose = "train" | "eval" | "dev";

export interface FoundDataset {
  /** With `{language}`, in the terms of the paths given. */
  readonly pattern: string;
  readonly purpose: DatasetPurpose;
  /** Path by canonical tag, in the order of tags. */
  readonly files: ReadonlyMap<string, string>;
}

const evaluationWords = /(^|[/_.-])(eval|evaluation|test|valid|validation)([/_.-]|$)/i;
const developmentWords = /(^|[/_.-])(dev|development)([/_.-]|$)/i;

/** The language that a word stands for: tags as they are written, `en` and `zh-Hant`, not `TO`; names of four letters or more. */
function tagOf(word: string): string | null {
  const isTag = /^[a-z]{2,3}([-_][A-Z][a-z]{3})?([-_]([A-Z]{2}|\d{3}))?$/.test(word);
  return isTag || /^\p{L}{4,}$/u.test(word) ? knownLanguage(word) : null;
}

interface Candidate {
  readonly pattern: string;
  readonly language: string;
  /** Alone too it is a dataset; folders and words such as `src` and `to` are languages only among others. */
  readonly sure: boolean;
}

/** Where the language may stand: the file's whole name, its folder, or a word of its name. */
function candidatesOf(path: string): Candidate[] {
  const slash = path.lastIndexOf("/");
  const [folder, name] = [path.slice(0, slash + 1), path.slice(slash + 1)];
  const dot = name.indexOf(".");
  const [stem, ending] = [name.slice(0, dot), name.slice(dot)];
  const found: Candidate[] = [];
  const whole = tagOf(stem);
  if (whole !== null)
    found.push({
      pattern: `${folder}${languagePlaceholder}${ending}`,
      language: whole,
      sure: /^..(\W|_|$)/.test(stem),
    });
  const parents = folder.split("/");
  const parent = tagOf(parents.at(-2) ?? "");
  if (parent !== null && whole === null)
    found.push({
      pattern: [...parents.slice(0, -2), languagePlaceholder, name].join("/"),
      language: parent,
      sure: false,
    });
  const words = stem.split(/([._-])/);
  for (const [at, word] of words.entries()) {
    const language = whole === null ? tagOf(word) : null;
    if (language === null) continue;
    const pattern = words.map((other, i) => (i === at ? languagePlaceholder : other)).join("");
    found.push({ pattern: `${folder}${pattern}${ending}`, language, sure: false });
  }
  return found;
}

/** @param paths With slashes. Words in names count where several files differ in nothing else. */
export function findDatasets(paths: readonly string[]): FoundDataset[] {
  const groups = new Map<string, { sure: boolean; files: Map<string, string> }>();
  for (const path of paths) {
    for (const { pattern, language, sure } of candidatesOf(path)) {
      const group = groups.get(pattern) ?? { sure, files: new Map<string, string>() };
      groups.set(pattern, group);
      if (!group.files.has(language)) group.files.set(language, path);
    }
  }
  const taken = new Set<string>();
  const found: FoundDataset[] = [];
  const largestFirst = [...groups].sort(
    ([a, x], [b, y]) => y.files.size - x.files.size || Number(y.sure) - Number(x.sure) || (a < b ? -1 : 1),
  );
  for (const [pattern, { sure, files }] of largestFirst) {
    const own = [...files].filter(([, path]) => !taken.has(path));
    if (own.length === 0 || (!sure && own.length < 2)) continue;
    for (const [, path] of own) taken.add(path);
    const byTag = new Map(own);
    const ordered = sortedTags(byTag.keys()).map(tag => [tag, byTag.get(tag) ?? ""] as const);
    found.push({ pattern, purpose: purposeOf(pattern), files: new Map(ordered) });
  }
  return found.sort((a, b) => (a.pattern < b.pattern ? -1 : 1));
}

/** By the names of folders and files. */
export function purposeOf(pattern: string): DatasetPurpose {
  const names = pattern.replace(/^.*\/(?=[^/]*\/[^/]*$)/, "");
  return evaluationWords.test(names) ? "eval" : developmentWords.test(names) ? "dev" : "train";
}
