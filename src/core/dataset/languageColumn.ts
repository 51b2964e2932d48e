// Determines the language of each row: that of the whole file, or the one that a column names.
import type { SourceRange } from "../../common/diagnostic.ts";
import { countOf } from "../../common/words.ts";
import { fileLanguage, suggestLanguage } from "../language/names.ts";
import { previewOf, textOf } from "./guessColumns.ts";
import type { FileFaults } from "./rowFaults.ts";

/** Maximum number of names counted separately: a column with more is not a column of languages. */
const maxNames = 1_000;
const shownNames = 5;

/** Returns the language of each row. Unknown names are counted and reported once per file. */
export class RowLanguages {
  readonly #fixed: string | null;
  readonly #column: string;
  readonly #faults: Pick<FileFaults, "warnOnce">;
  readonly #known = new Map<string, string | null>();
  readonly #unknown = new Map<string, number>();

  constructor(fixed: string | null, column: string | undefined, faults: Pick<FileFaults, "warnOnce">) {
    this.#fixed = fixed;
    this.#column = column ?? "language";
    this.#faults = faults;
  }

  of(row: Readonly<Record<string, unknown>>, range: SourceRange): string | null {
    if (this.#fixed !== null) return this.#fixed;
    const written = textOf(row[this.#column]);
    if (written === null) {
      this.#faults.warnOnce(
        range,
        "no-language",
        rows =>
          `${countOf(rows, "row has", "rows have")} no value in "${this.#column}" and ${rows === 1 ? "is" : "are"} skipped.`,
        "Add the language of each row.",
      );
      return null;
    }
    let tag = this.#known.get(written);
    if (tag === undefined) {
      tag = fileLanguage(written);
      if (this.#known.size < maxNames) this.#known.set(written, tag);
    }
    if (tag === null) this.#noteUnknown(written, range);
    return tag;
  }

  #noteUnknown(written: string, range: SourceRange): void {
    const name = previewOf(written, 24);
    if (this.#unknown.size < maxNames || this.#unknown.has(name))
      this.#unknown.set(name, (this.#unknown.get(name) ?? 0) + 1);
    this.#faults.warnOnce(
      range,
      "unknown-languages",
      rows =>
        `${countOf(rows, "row names an unknown language and is", "rows name unknown languages and are")} skipped: ${this.#named()}.`,
      this.#meant(written),
    );
  }

  #named(): string {
    const most = [...this.#unknown].sort(([, a], [, b]) => b - a);
    const named = most.slice(0, shownNames).map(([name, rows]) => `${name} ${rows.toLocaleString("en")}`);
    return most.length > shownNames
      ? `${named.join(", ")} and ${most.length - shownNames} others`
      : named.join(", ");
  }

  #meant(written: string): string {
    const meant = suggestLanguage(written);
    const tag = "Use tags such as fi or zh-Hant, or names of languages.";
    return meant === null ? tag : `${previewOf(written, 24)} may mean ${meant}. ${tag}`;
  }
}
