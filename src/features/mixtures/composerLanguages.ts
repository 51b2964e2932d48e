// The languages of a mixture file, from the index of its data, or from file names until the index is ready.
import type * as vscode from "vscode";
import { messageOf } from "../../common/errors.ts";
import { sortedTags } from "../../core/language/tags.ts";
import { type DataSection, type DataSource, isOfHub } from "../../core/mixture/dataSource.ts";
import type { Log } from "../../platform/log.ts";
import type { IndexedData } from "../../protocol/data.ts";
import type { LanguageItem } from "../../protocol/mixtureView.ts";
import type { DataIndex } from "../../workspace/data/dataIndex.ts";
import type { SmallData } from "./smallData.ts";

export class ComposerLanguages {
  readonly #index: DataIndex;
  readonly #languagesNamed: (mixtureFile: vscode.Uri, pattern: string) => Promise<ReadonlySet<string>>;
  /** Source of facts where no index is possible. */
  readonly #smallData: SmallData;
  readonly #mayCompute: (mixtureFile: vscode.Uri) => boolean;
  readonly #log: Log;

  /** @param named Languages in the names of the files that match a pattern. */
  constructor(parts: {
    readonly index: DataIndex;
    readonly named: (mixtureFile: vscode.Uri, pattern: string) => Promise<ReadonlySet<string>>;
    readonly smallData: SmallData;
    /** Whether a process may read the file; otherwise it is read here. */
    readonly mayCompute: (mixtureFile: vscode.Uri) => boolean;
    readonly log: Log;
  }) {
    this.#languagesNamed = parts.named;
    this.#smallData = parts.smallData;
    this.#mayCompute = parts.mayCompute;
    this.#index = parts.index;
    this.#log = parts.log;
  }

  /** Returns without waiting for data to be read; the index fires an event when it knows more. */
  async of(mixtureFile: vscode.Uri, sources: DataSection): Promise<LanguageItem[]> {
    if (mixtureFile.scheme === "untitled") return [];
    if (this.#mayCompute(mixtureFile)) {
      this.#index.of(mixtureFile).catch((error: unknown) => {
        this.#log.debug(`No index of the data: ${messageOf(error)}`);
      });
      const indexed = this.#index.known(mixtureFile);
      if (indexed !== undefined) return itemsOfIndex(indexed);
    } else return this.#read(mixtureFile, sources);
    const [train, evaluated] = await Promise.all([
      this.#named(mixtureFile, sources.train),
      this.#named(mixtureFile, sources.eval),
    ]);
    return sortedTags(new Set([...train, ...evaluated])).map(tag => ({
      tag,
      rows: train.has(tag) ? null : 0,
      evaluated: evaluated.has(tag),
      tokens: null,
    }));
  }

  async #read(mixtureFile: vscode.Uri, sources: DataSection): Promise<LanguageItem[]> {
    const { train, eval: evaluated } = await this.#smallData.of(mixtureFile, sources);
    return sortedTags(new Set([...train.keys(), ...evaluated.keys()])).map(tag => {
      const file = train.get(tag);
      const rows = file === undefined ? 0 : (file.rows?.length ?? null);
      return { tag, rows, evaluated: evaluated.has(tag), tokens: null };
    });
  }

  async #named(mixtureFile: vscode.Uri, sources: readonly DataSource[] | null): Promise<ReadonlySet<string>> {
    const found = new Set<string>();
    for (const source of sources ?? []) {
      if (isOfHub(source)) continue;
      try {
        for (const tag of await this.#languagesNamed(mixtureFile, source.file)) found.add(tag);
      } catch (error) {
        this.#log.warn(`The data ${source.file} could not be listed: ${messageOf(error)}`);
      }
    }
    return found;
  }
}

/** Languages in the training data, the scored data, or both. */
export function itemsOfIndex({ train, eval: evaluation }: IndexedData): LanguageItem[] {
  const trained = new Map(train.map(each => [each.language, each]));
  const evaluated = new Set(evaluation.map(({ language }) => language));
  return sortedTags(new Set([...trained.keys(), ...evaluated])).map(tag => ({
    tag,
    rows: trained.get(tag)?.rows ?? 0,
    evaluated: evaluated.has(tag),
    tokens: trained.get(tag)?.tokens?.perExample ?? null,
  }));
}
