// Collects the faults of one data file: the first twenty, then the number of further ones.
import type { Diagnostic, SourceRange } from "../../common/diagnostic.ts";

/**
 * Maximum number of listed faults. A broken file has the same fault on every line; twenty show the pattern.
 */
const maxListedFaults = 20;

/** Records what is wrong with one row; a row with errors is left out. */
export class RowFaults {
  failed = false;
  readonly range: SourceRange;
  readonly #file: Pick<FileFaults, "error" | "warn" | "warnOnce">;
  readonly #at: string;

  /** @param at prefix of messages if the range doesn't locate the row: `Row 5: ` */
  constructor(file: Pick<FileFaults, "error" | "warn" | "warnOnce">, range: SourceRange, at = "") {
    this.#file = file;
    this.range = range;
    this.#at = at;
  }

  error(code: string, message: string, remedy = ""): void {
    this.failed = true;
    this.#file.error(this.range, code, `${this.#at}${message}`, remedy);
  }

  /** Adds a warning about this row alone; the row is kept. */
  warn(code: string, message: string, remedy = ""): void {
    this.#file.warn(this.range, code, `${this.#at}${message}`, remedy);
  }

  /**
   * Adds a warning that is reported once per file, at the first affected row; amounts of all rows are summed.
   */
  warnOnce(code: string, describe: Describe, remedy: string, amount = 0): void {
    this.#file.warnOnce(this.range, code, describe, remedy, amount);
  }
}

type Describe = (rows: number, amount: number) => string;

interface Warning {
  readonly range: SourceRange;
  readonly describe: Describe;
  readonly remedy: string;
  rows: number;
  amount: number;
}

export class FileFaults {
  readonly #file: string;
  readonly #errors: Diagnostic[] = [];
  readonly #warnings = new Map<string, Warning>();
  readonly #rowWarnings: Diagnostic[] = [];
  #unlisted: { count: number; range: SourceRange } | null = null;

  constructor(file: string) {
    this.#file = file;
  }

  error(range: SourceRange, code: string, message: string, remedy = ""): void {
    if (this.#errors.length < maxListedFaults) {
      this.#errors.push({ severity: "error", code, message, remedy, file: this.#file, range });
    } else if (this.#unlisted === null) this.#unlisted = { count: 1, range };
    else this.#unlisted.count++;
  }

  /**
   * Adds a warning about one row. The first twenty of all rows are listed, then the number of further ones.
   */
  warn(range: SourceRange, code: string, message: string, remedy = ""): void {
    if (this.#rowWarnings.length < maxListedFaults) {
      this.#rowWarnings.push({ severity: "warning", code, message, remedy, file: this.#file, range });
    } else {
      const describe = (rows: number): string => `${rows} more such warnings from this line on.`;
      this.warnOnce(range, "more-warnings", describe, "The warnings before this one show the pattern.");
    }
  }

  warnOnce(range: SourceRange, code: string, describe: Describe, remedy: string, amount = 0): void {
    const warning = this.#warnings.get(code);
    if (warning === undefined) this.#warnings.set(code, { range, describe, remedy, rows: 1, amount });
    else {
      warning.rows++;
      warning.amount += amount;
    }
  }

  list(): Diagnostic[] {
    const file = this.#file;
    const warnings = [...this.#warnings].map(
      ([code, { range, describe, remedy, rows, amount }]): Diagnostic => ({
        severity: "warning",
        code,
        message: describe(rows, amount),
        remedy,
        file,
        range,
      }),
    );
    if (this.#unlisted === null) return [...this.#errors, ...this.#rowWarnings, ...warnings];
    const more: Diagnostic = {
      severity: "error",
      code: "more-faults",
      message: `${this.#unlisted.count} more in this file from this line on.`,
      remedy: "Correct the earlier ones first: they often share one cause.",
      file,
      range: this.#unlisted.range,
    };
    return [...this.#errors, more, ...this.#rowWarnings, ...warnings];
  }
}
