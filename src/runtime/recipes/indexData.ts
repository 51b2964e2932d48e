// What is in the data files of a mixture file: counts per language, tokens, translations; read once per version.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { startOfFile } from "../../common/diagnostic.ts";
import { HumanError, messageOf } from "../../common/errors.ts";
import { countParallel } from "../../core/data/ids.ts";
import type { Purpose } from "../../core/dataset/layouts.ts";
import type { DataSource } from "../../core/mixture/dataSource.ts";
import { parseMixtureFile } from "../../core/mixture/parse.ts";
import type { IndexedData, IndexedLanguage, IndexRequest } from "../../protocol/data.ts";
import { type FileIndex, type IndexedSource, indexFile } from "../data/indexFile.ts";
import { IndexStore, type StoredIndex } from "../data/indexStore.ts";
import { type TokenCounter, tokenCounter } from "../data/indexTokens.ts";
import { findSourceFiles } from "../data/sourceFiles.ts";
import type { RecipeContext } from "./context.ts";

/** Models that counts are kept for in one file's entry. */
const keptModels = 8;

interface Indexed {
  readonly source: IndexedSource;
  readonly index: FileIndex;
  readonly shown: IndexedLanguage;
}

/** Data files that can't be read are in the result, with the reason. */
export async function indexData(
  request: IndexRequest,
  context: Pick<RecipeContext, "log" | "progress" | "signal">,
): Promise<IndexedData> {
  const path = resolve(request.file);
  const { model, chat, data } = parseMixtureFile(request.text ?? textOf(path)).draft;
  const counter = model === null ? null : tokenCounter(model, chat, path, request.starter);
  const sources = [
    ...sourcesOf(data.train, path, "training"),
    ...sourcesOf(data.eval, path, "evaluation"),
    ...sourcesOf(data.dev, path, "development"),
  ];
  const store = new IndexStore(request.cache);
  const indexed: Indexed[] = [];
  for (const [done, source] of sources.entries()) {
    const message = `Reading ${source.path}`;
    context.progress({ phase: "load", done, total: sources.length, secondsLeft: null, message });
    indexed.push(await indexOne(source, store, counter, context));
  }
  const of = (purpose: Purpose) => indexed.filter(({ source }) => source.purpose === purpose);
  const compared = of(data.train === null ? "evaluation" : "training");
  return {
    train: of("training").map(({ shown }) => shown),
    eval: of("evaluation").map(({ shown }) => shown),
    dev: of("development").map(({ shown }) => shown),
    parallel: countParallel(new Map(compared.map(({ source, index }) => [source.language, index.ids]))),
  };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new HumanError(`The mixture file ${path} can't be read (${messageOf(cause)}).`, {
      remedy: "Check the path.",
      cause,
    });
  }
}

function sourcesOf(
  sources: readonly DataSource[] | null,
  mixtureFile: string,
  purpose: Purpose,
): IndexedSource[] {
  return (sources ?? []).flatMap(source =>
    findSourceFiles(source, mixtureFile, () => startOfFile).files.flatMap(({ path, language }) =>
      language === null ? [] : [{ path, language, purpose }],
    ),
  );
}

async function indexOne(
  source: IndexedSource,
  store: IndexStore,
  counter: TokenCounter | null,
  { log, signal }: Pick<RecipeContext, "log" | "signal">,
): Promise<Indexed> {
  const known = store.find(source);
  const index = known ?? (await indexFile(source, { signal }));
  const before = known?.tokens ?? {};
  const perExample =
    counter === null ? null : (before[counter.key] ?? counter.count(index.sample, source.purpose));
  const counted = counter !== null && perExample !== null && !(counter.key in before);
  if (index.whole && (known === null || counted)) {
    const tokens = counted ? withLatest(before, counter.key, perExample) : before;
    keep(store, source, { ...index, tokens }, log);
  }
  const { rows, characters, faults, problem, stamp, sample } = index;
  return {
    source,
    index,
    shown: {
      language: source.language,
      path: source.path,
      rows,
      bytes: stamp.size,
      characters,
      tokens: perExample === null ? null : { perExample, sampled: sample.length },
      faults,
      problem,
    },
  };
}

function withLatest(tokens: StoredIndex["tokens"], key: string, perExample: number): StoredIndex["tokens"] {
  return Object.fromEntries([...Object.entries(tokens), [key, perExample] as const].slice(-keptModels));
}

/** A folder that can't be written costs time with the next session, nothing else. */
function keep(store: IndexStore, source: IndexedSource, index: StoredIndex, log: RecipeContext["log"]): void {
  try {
    store.keep(source, index);
  } catch (error) {
    log("warn", `The index of ${source.path} could not be kept: ${messageOf(error)}`);
  }
}
