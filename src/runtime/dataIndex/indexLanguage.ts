// Index of one language in a data file: counts its rows, collects their ids, and samples a few of them.
import type { SourceRange } from "../../common/diagnostic.ts";
import { type Random, randomInt, seededRandom } from "../../common/random.ts";
import { capKey } from "../../core/dataset/cap.ts";
import type { EvaluationRow, Example } from "../../core/dataset/example.ts";
import { hash53, IdCollector } from "../../core/dataset/idHashes.ts";
import { Lowest } from "../../core/dataset/lowest.ts";
import type { DataProblem } from "../../protocol/data.ts";
import { indexLimits } from "../dataFiles/rowLimits.ts";

/** Sampled row for counting tokens. `scale` is the length of the row relative to the part that was kept. */
export interface SampledRow {
  readonly prompt: string;
  readonly response: string;
  readonly scale: number;
}

export interface LanguageIndex {
  readonly rows: number;
  readonly characters: number;
  readonly faults: number;
  readonly problem: DataProblem | null;
  /** Empty in a stored index: the user's texts are kept only where the user put them. */
  readonly sample: readonly SampledRow[];
  /** Number of rows in the sample. */
  readonly sampled: number;
  /** Sorted, unique hashes. */
  readonly ids: Float64Array<ArrayBuffer>;
}

/** Counts the invalid rows while they are read, and keeps the first reason. */
export class FirstFault {
  /** Number of rows that were read but have errors. */
  rows = 0;
  problem: DataProblem | null = null;
  #others = 0;
  readonly #lost = new Map<string, { rows: number; readonly describe: (rows: number) => string }>();

  /** Receives errors from readers of rows: a row with several errors counts once. */
  readonly ofRow = {
    error: (_range: SourceRange, _code: string, message: string, remedy = ""): void => {
      this.problem ??= { message, remedy };
    },
    warn: (): void => undefined,
    warnOnce: (): void => undefined,
  };

  error(_range: SourceRange, _code: string, message: string, remedy = ""): void {
    this.note(message, remedy);
  }

  warn(): void {}

  /** Rows of an unknown language are lost as well. */
  warnOnce(_range: SourceRange, code: string, describe: (rows: number, amount: number) => string): void {
    if (code !== "no-language" && code !== "unknown-languages") return;
    const known = this.#lost.get(code) ?? { rows: 0, describe: rows => describe(rows, 0) };
    this.#lost.set(code, known);
    known.rows++;
  }

  note(message: string, remedy: string, times = 1): void {
    this.#others += times;
    this.problem ??= { message, remedy };
  }

  /** Valid only at the end. */
  get count(): number {
    let lost = 0;
    for (const { rows, describe } of this.#lost.values()) {
      lost += rows;
      this.problem ??= {
        message: describe(rows),
        remedy: "Use tags such as fi or zh-Hant, or names of languages.",
      };
    }
    return this.rows + this.#others + lost;
  }
}

interface Kept {
  readonly hash: number;
  readonly characters: number;
}

export class LanguageScan {
  readonly faults: FirstFault;
  readonly #prefix: string;
  readonly #ids = new IdCollector();
  readonly #random: Random;
  readonly #sample: SampledRow[] = [];
  /** Rows within the source's limit; null if there is none. */
  readonly #kept: Lowest<Kept> | null;
  #rows = 0;
  #characters = 0;

  constructor({
    language,
    prefix,
    cap,
    faults,
  }: {
    readonly language: string;
    readonly prefix: string;
    readonly cap: number | undefined;
    readonly faults: FirstFault;
  }) {
    this.faults = faults;
    this.#prefix = prefix;
    this.#random = seededRandom("index", language);
    this.#kept = cap === undefined ? null : new Lowest(cap);
  }

  add(row: Example | EvaluationRow): void {
    this.#rows++;
    const id = this.#prefix + row.id;
    this.#ids.add(id);
    const response = "response" in row ? row.response : (row.reference ?? "");
    const earlier = "earlier" in row ? (row.earlier ?? []) : [];
    const said = earlier.flatMap(turn => [turn.prompt, turn.response]);
    const characters = [...said, row.prompt, response].reduce((sum, text) => sum + codePoints(text), 0);
    this.#characters += characters;
    this.#kept?.add(capKey(row.id), { hash: hash53(id), characters });
    // Tokens are counted as if everything said before were part of the prompt.
    this.#keep([...said, row.prompt].join("\n"), response);
  }

  finish(): LanguageIndex {
    const { ids, duplicates } = this.#ids.finish();
    if (duplicates > 0)
      this.faults.note(
        `${duplicates} ${duplicates === 1 ? "row has an id" : "rows have ids"} that another row of the file has.`,
        "Ids are unique within a file: rename them, or remove the rows.",
        duplicates,
      );
    const { count: faults } = this.faults;
    const { problem } = this.faults;
    const all = { rows: this.#rows - duplicates, characters: this.#characters, ids };
    return {
      ...(this.#ofKept(all.rows) ?? all),
      faults,
      problem,
      sample: this.#sample,
      sampled: this.#sample.length,
    };
  }

  /** Counts of the rows within the limit; null if there is none. */
  #ofKept(rows: number): Pick<LanguageIndex, "rows" | "characters" | "ids"> | null {
    const kept = this.#kept?.items() ?? [];
    if (kept.length === 0 || kept.length >= rows) return null;
    const hashes = new Set(kept.map(({ hash }) => hash));
    return {
      rows: hashes.size,
      characters: kept.reduce((sum, { characters }) => sum + characters, 0),
      ids: Float64Array.from(hashes).sort(),
    };
  }

  /** Reservoir sampling: every row has the same chance, whatever the number of rows. */
  #keep(prompt: string, response: string): void {
    const { sampled, sampledText } = indexLimits;
    const place = this.#rows <= sampled ? this.#rows - 1 : randomInt(this.#random, this.#rows);
    if (place >= sampled) return;
    const kept = { prompt: prompt.slice(0, sampledText), response: response.slice(0, sampledText) };
    const scale = (prompt.length + response.length) / (kept.prompt.length + kept.response.length);
    this.#sample[place] = { ...kept, scale };
  }
}

function codePoints(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) if ((text.charCodeAt(i) & 0xfc00) === 0xdc00) count--;
  return count;
}
