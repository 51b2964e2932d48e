// Which files of a folder are a dataset with one file for each language, and which of those are for tuning.
import { dataStem, namedFormat } from "../dataset/dataFileNames.ts";
import { languagePlaceholder } from "../dataset/pattern.ts";
import { knownLanguage } from "../language/names.ts";
import { displayName, sortedTags } from "../language/tags.ts";

export interface FoundPattern {
  /** With `{language}`, relative as the paths were. */
  readonly pattern: string;
  /** Path by canonical tag, in the order of tags. */
  readonly files: ReadonlyMap<string, string>;
}

export interface FoundData {
  /** null: no such files. */
  readonly train: FoundPattern | null;
  readonly evaluation: FoundPattern | null;
}

/** One language alone may be a word like "my" or "is"; not where it is all of a file's name. */
const wholeName = /(^|\/)\{language\}$/;
/** What names of folders and files say about their purpose, the best first. */
const trainWords = ["train", "training", "tuning", "sft"];
const evaluationWords = ["eval", "evaluation", "test", "validation", "valid", "dev"];

/** `paths` are relative, with forward slashes. The placeholder stands for a file's name, a part of it, or a folder's. */
export function findDataPatterns(paths: Iterable<string>): FoundData {
  const found = new Map<string, Map<string, string>>();
  for (const path of paths) {
    if (namedFormat(path) === null) continue;
    for (const { pattern, language } of patternsOf(path)) {
      const files = found.get(pattern) ?? new Map<string, string>();
      if (!files.has(language)) files.set(language, path);
      found.set(pattern, files);
    }
  }
  const sure = [...found].filter(([pattern, files]) => files.size > 1 || wholeName.test(dataStem(pattern)));
  const patterns = sure.map(([pattern, files]) => ({
    pattern,
    files: new Map(sortedTags(files.keys()).map(tag => [tag, files.get(tag) ?? ""])),
  }));
  const isFor = (words: readonly string[]) => (each: FoundPattern) => rankOf(each, words) < words.length;
  const evaluation = best(patterns.filter(isFor(evaluationWords)), evaluationWords);
  const others = patterns.filter(each => !isFor(evaluationWords)(each) || isFor(trainWords)(each));
  return { train: best(others, trainWords), evaluation };
}

/** Names that say the purpose first, then the most languages, then the shortest path. */
function best(patterns: readonly FoundPattern[], words: readonly string[]): FoundPattern | null {
  const [first] = [...patterns].sort(
    (a, b) =>
      rankOf(a, words) - rankOf(b, words) ||
      b.files.size - a.files.size ||
      a.pattern.length - b.pattern.length ||
      (a.pattern < b.pattern ? -1 : 1),
  );
  return first ?? null;
}

function rankOf({ pattern }: FoundPattern, words: readonly string[]): number {
  const parts = pattern.toLowerCase().split(/[^a-z]+/);
  const at = words.findIndex(word => parts.includes(word));
  return at < 0 ? words.length : at;
}

/** Words that mean no language in a path, though one has that tag: Newari, Bini. */
const noLanguages: readonly string[] = ["new", "bin"];

function patternsOf(path: string): { pattern: string; language: string }[] {
  // What stands between slashes and dots may be a tag or a name, zh_CN and english; else its words may be.
  const stem = dataStem(path);
  const parts = stem
    .split(/([/.])/)
    .flatMap(part => (languageOfWord(part) === null ? part.split(/(_)/) : [part]));
  return parts.flatMap((part, index) => {
    const language = languageOfWord(part);
    if (language === null) return [];
    const pattern = parts.with(index, languagePlaceholder).join("") + path.slice(stem.length);
    return [{ pattern, language }];
  });
}

function languageOfWord(word: string): string | null {
  if (noLanguages.includes(word.toLowerCase()) || !/^[a-z]{2,}([-_][a-z0-9]{2,8})*$/i.test(word)) return null;
  const language = knownLanguage(word);
  // A tag without a name is more often a word.
  return language === null || displayName(language) === language ? null : language;
}
