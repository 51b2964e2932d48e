// Indexes the data files of a mixture file: counts per language, tokens, translations. Each version of a file
// is read once.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { startOfFile } from "../../common/diagnostic.ts";
import { messageOf } from "../../common/errors.ts";
import { groupBy } from "../../common/groupBy.ts";
import { systemError } from "../../common/systemErrors.ts";
import { countParallel } from "../../core/dataset/idHashes.ts";
import type { Purpose } from "../../core/dataset/layouts.ts";
import { sortedTags } from "../../core/language/tags.ts";
import { type DataSource, sourceNames } from "../../core/mixture/dataSource.ts";
import { parseMixtureFile } from "../../core/mixtureFile/parse.ts";
import type { IndexedData, IndexedLanguage, IndexRequest } from "../../protocol/data.ts";
import type { RecipeContext } from "../context/context.ts";
import { findSourceFiles } from "../dataFiles/sourceFiles.ts";
import { type IndexedSource, indexFile } from "../dataIndex/indexFile.ts";
import type { LanguageIndex } from "../dataIndex/indexLanguage.ts";
import { IndexStore, type StoredIndex, type TokenMeans } from "../dataIndex/indexStore.ts";
import { type TokenCounter, tokenCounter } from "../dataIndex/indexTokens.ts";

/** Maximum number of models whose counts are kept in the entry of a file. */
const keptModels = 8;

/** One language in one file. */
interface Indexed {
  readonly purpose: Purpose;
  readonly ids: LanguageIndex["ids"];
  readonly shown: IndexedLanguage;
}

/** Unreadable data files are included in the result, with the reason. */
export async function indexData(
  request: IndexRequest,
  context: Pick<RecipeContext, "log" | "progress" | "signal">,
): Promise<IndexedData> {
  const path = resolve(request.file);
  const { model, chat, data } = parseMixtureFile(request.text ?? textOf(path)).draft;
  const counter = model === null ? null : tokenCounter(model, chat, path, request.starter);
  const sources = [
    ...filesOf(data.train, path, "training"),
    ...filesOf(data.eval, path, "evaluation"),
    ...filesOf(data.dev, path, "development"),
  ];
  const store = new IndexStore(request.cache);
  const indexed: Indexed[] = [];
  const counts = new Map<string, number>();
  for (const [done, each] of sources.entries()) {
    const message = `Reading ${each.file.path}`;
    context.progress({ phase: "load", done, total: sources.length, secondsLeft: null, message });
    // Row numbers of a language continue across the files of a source.
    const key = `${each.purpose} ${each.at} ${each.file.language ?? ""}`;
    const source: IndexedSource = { ...each, first: counts.get(key) ?? 0 };
    const { count, languages } = await indexOne(source, store, counter, context);
    counts.set(key, source.first + count);
    indexed.push(...languages);
  }
  const of = (purpose: Purpose) => indexed.filter(each => each.purpose === purpose);
  return {
    train: of("training")
      .map(({ shown }) => shown)
      .reduce(joined, []),
    eval: of("evaluation")
      .map(({ shown }) => shown)
      .reduce(joined, []),
    dev: of("development")
      .map(({ shown }) => shown)
      .reduce(joined, []),
    parallel: countParallel(idsOf(of(data.train === null ? "evaluation" : "training"))),
  };
}

/** Merges the counts of files that share a language; sorted by tag. */
function joined(before: readonly IndexedLanguage[], next: IndexedLanguage): readonly IndexedLanguage[] {
  const at = before.findIndex(({ language }) => language === next.language);
  const known = before[at];
  if (known === undefined) {
    const all = [...before, next];
    const order = sortedTags(all.map(({ language }) => language));
    return order.flatMap(tag => all.filter(({ language }) => language === tag));
  }
  const tokens = known.tokens === null || next.tokens === null ? null : meanOf(known, next);
  return before.with(at, {
    ...known,
    rows: known.rows + next.rows,
    bytes: known.bytes + next.bytes,
    characters: known.characters + next.characters,
    faults: known.faults + next.faults,
    problem: known.problem ?? next.problem,
    tokens,
  });
}

function meanOf(one: IndexedLanguage, other: IndexedLanguage): IndexedLanguage["tokens"] {
  const rows = one.rows + other.rows;
  const sum = one.rows * (one.tokens?.perExample ?? 0) + other.rows * (other.tokens?.perExample ?? 0);
  const sampled = (one.tokens?.sampled ?? 0) + (other.tokens?.sampled ?? 0);
  return rows === 0 ? null : { perExample: sum / rows, sampled };
}

function idsOf(indexed: readonly Indexed[]): Map<string, Float64Array> {
  const byLanguage = groupBy(indexed, ({ shown }) => shown.language);
  return new Map(
    [...byLanguage].map(([language, parts]) => {
      const [only, other] = parts;
      if (only !== undefined && other === undefined) return [language, only.ids];
      const all = new Set(parts.flatMap(({ ids }) => [...ids]));
      return [language, Float64Array.from(all).sort()];
    }),
  );
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw systemError(cause, `The mixture file ${path} can't be read`) ?? cause;
  }
}

type FileOfSource = Omit<IndexedSource, "first"> & {
  /** Index of the source in its list. */
  readonly at: number;
};

function filesOf(
  sources: readonly DataSource[] | null,
  mixtureFile: string,
  purpose: Purpose,
): FileOfSource[] {
  const prefixes = sourceNames(sources ?? []);
  return (sources ?? []).flatMap((source, at) =>
    findSourceFiles(source, mixtureFile, () => startOfFile).files.map(file => ({
      file,
      source,
      purpose,
      prefix: prefixes[at] ?? "",
      at,
    })),
  );
}

async function indexOne(
  source: IndexedSource,
  store: IndexStore,
  counter: TokenCounter | null,
  { log, signal }: Pick<RecipeContext, "log" | "signal">,
): Promise<{ readonly count: number; readonly languages: Indexed[] }> {
  const { file, purpose } = source;
  const known = store.find(source);
  const before = known?.tokens ?? {};
  // Tokens of another model have to be counted in rows, which are not kept.
  const again = counter !== null && !(counter.key in before) && counter.usable();
  const index = known === null || again ? await indexFile(source, { signal }) : known;
  const means =
    counter === null ? {} : (before[counter.key] ?? meansOf(index.languages, counter, source.purpose));
  const counted = counter !== null && Object.keys(means).length > 0 && !(counter.key in before);
  if (index.whole && (known === null || counted)) {
    const tokens = counted ? withLatest(before, counter.key, means) : before;
    keep(store, source, { ...index, tokens }, log);
  }
  const languages = sortedTags(index.languages.keys()).flatMap((language, place): Indexed[] => {
    const found = index.languages.get(language);
    if (found === undefined) return [];
    const { rows, characters, faults, problem, sampled, ids } = found;
    const perExample = means[language] ?? null;
    // Rows outside any language are reported once.
    const first = place === 0 && file.language === null;
    const shown: IndexedLanguage = {
      language,
      path: file.path,
      rows,
      bytes: index.stamp.size,
      characters,
      tokens: perExample === null ? null : { perExample, sampled },
      faults: faults + (first ? index.faults : 0),
      problem: problem ?? (first ? index.problem : null),
    };
    return [{ purpose, ids, shown }];
  });
  return { count: index.count, languages };
}

function meansOf(
  languages: ReadonlyMap<string, LanguageIndex>,
  counter: TokenCounter,
  purpose: Purpose,
): Readonly<Record<string, number>> {
  const means = [...languages].flatMap(([language, { sample }]) => {
    const mean = counter.count(sample, purpose);
    return mean === null ? [] : [[language, mean] as const];
  });
  return Object.fromEntries(means);
}

function withLatest(tokens: TokenMeans, key: string, means: Readonly<Record<string, number>>): TokenMeans {
  return Object.fromEntries([...Object.entries(tokens), [key, means] as const].slice(-keptModels));
}

/** Stores an index. If the folder is not writable, it only costs time in the next session. */
function keep(store: IndexStore, source: IndexedSource, index: StoredIndex, log: RecipeContext["log"]): void {
  try {
    store.keep(source, index);
  } catch (error) {
    log("warn", `The index of ${source.file.path} could not be stored: ${messageOf(error)}`);
  }
}
