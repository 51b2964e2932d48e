// Problems in a file that a user wrote, with their position and remedy.

/** Zero-based line and UTF-16 column, as in editors. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Half-open: `end` is the first position after the problem. */
export interface SourceRange {
  readonly start: Position;
  readonly end: Position;
}

export type Severity = "error" | "warning" | "information";

export interface Diagnostic {
  readonly severity: Severity;
  /** Stable identifier in kebab case, for tests and quick fixes. */
  readonly code: string;
  /** One sentence that states the problem. */
  readonly message: string;
  /** One sentence that says what to do; empty when the message already says it. */
  readonly remedy: string;
  /** File that contains the problem, such as a data file; by default, the validated file. */
  readonly file?: string;
  readonly range: SourceRange;
  /** Replacement that a quick fix inserts, if known; the code determines the position. */
  readonly meant?: string;
  /** Canonical tags of the languages concerned, which a quick fix adds or removes. */
  readonly languages?: readonly string[];
  /** Dataset on the Hub that a quick fix downloads. */
  readonly download?: DatasetToDownload;
  /** Other relevant positions, each with an explanation. */
  readonly related?: readonly RelatedPlace[];
}

/** A dataset as a mixture file names it. */
export interface DatasetToDownload {
  /** `hub:org/name@commit`. */
  readonly source: string;
  readonly config?: string;
  readonly split?: string;
  /** Name of the column with each row's language. */
  readonly language?: string;
  /** Language of all rows. */
  readonly in?: string;
}

export interface RelatedPlace {
  readonly message: string;
  /** Absolute path. */
  readonly file: string;
  readonly range: SourceRange;
}

export const startOfFile: SourceRange = { start: { line: 0, column: 0 }, end: { line: 0, column: 1 } };

/** `file:line:column: severity: message`, with one-based positions, as compilers print them. */
export function formatDiagnostic(diagnostic: Diagnostic, file: string): string {
  const { line, column } = diagnostic.range.start;
  const remedy = diagnostic.remedy === "" ? "" : ` ${diagnostic.remedy}`;
  return `${diagnostic.file ?? file}:${line + 1}:${column + 1}: ${diagnostic.severity}: ${diagnostic.message}${remedy}`;
}
