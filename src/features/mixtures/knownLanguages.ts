// What is known of the languages of a mixture file: from the index of its data, or from the names of files until then.
import type * as vscode from "vscode";
import { messageOf } from "../../common/errors.ts";
import { sortedTags } from "../../core/language/tags.ts";
import type { DataIndex } from "../../platform/dataIndex.ts";
import type { Log } from "../../platform/log.ts";
import type { IndexedData } from "../../protocol/data.ts";
import type { LanguageItem } from "../../protocol/mixtureView.ts";
import type { DataPatterns, SmallData } from "./smallData.ts";

export class KnownLanguages {
  readonly #index: DataIndex;
  readonly #languagesNamed: (mixtureFile: vscode.Uri, pattern: string) => Promise<ReadonlySet<string>>;
  /** Where no index reaches. */
  readonly #smallData: SmallData;
  readonly #log: Log;

  /** `named`: the languages that files of a pattern are named by. */
  constructor(parts: {
    readonly index: DataIndex;
    readonly named: (mixtureFile: vscode.Uri, pattern: string) => Promise<ReadonlySet<string>>;
    readonly smallData: SmallData;
    readonly log: Log;
  }) {
    this.#languagesNamed = parts.named;
    this.#smallData = parts.smallData;
    this.#index = parts.index;
    this.#log = parts.log;
  }

  /** Never waits for data to be read: the index tells when it knows more. */
  async of(mixtureFile: vscode.Uri, patterns: DataPatterns): Promise<LanguageItem[]> {
    if (mixtureFile.scheme === "untitled") return [];
    if (mixtureFile.scheme === "file") {
      this.#index.of(mixtureFile).catch((error: unknown) => {
        this.#log.debug(`No index of the data: ${messageOf(error)}`);
      });
      const indexed = this.#index.known(mixtureFile);
      if (indexed !== undefined) return itemsOfIndex(indexed);
    } else return this.#read(mixtureFile, patterns);
    const [train, evaluated] = await Promise.all([
      this.#named(mixtureFile, patterns.train),
      this.#named(mixtureFile, patterns.eval),
    ]);
    return sortedTags(new Set([...train, ...evaluated])).map(tag => ({
      tag,
      rows: train.has(tag) ? null : 0,
      evaluated: evaluated.has(tag),
      tokens: null,
    }));
  }

  async #read(mixtureFile: vscode.Uri, patterns: DataPatterns): Promise<LanguageItem[]> {
    const { train, eval: evaluated } = await this.#smallData.of(mixtureFile, patterns);
    return sortedTags(new Set([...train.keys(), ...evaluated.keys()])).map(tag => {
      const file = train.get(tag);
      const rows = file === undefined ? 0 : (file.rows?.length ?? null);
      return { tag, rows, evaluated: evaluated.has(tag), tokens: null };
    });
  }

  async #named(mixtureFile: vscode.Uri, pattern: string | null): Promise<ReadonlySet<string>> {
    if (pattern === null) return new Set();
    try {
      return await this.#languagesNamed(mixtureFile, pattern);
    } catch (error) {
      this.#log.warn(`The data ${pattern} could not be listed: ${messageOf(error)}`);
      return new Set();
    }
  }
}

/** Languages that are trained on, scored, or both. */
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
