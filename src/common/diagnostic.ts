// A fault in a file a person wrote, with the place and the remedy.

/** Zero-based line and UTF-16 column, as editors count. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Half-open: `end` is the first position after the fault. */
export interface SourceRange {
  readonly start: Position;
  readonly end: Position;
}

export type Severity = "error" | "warning" | "information";

export interface Diagnostic {
  readonly severity: Severity;
  /** Stable, kebab-case: what tests and quick fixes refer to. */
  readonly code: string;
  /** What is wrong, in one sentence. */
  readonly message: string;
  /** What to do, in one sentence; empty when the message already says it. */
  readonly remedy: string;
  /** Absent: the file that was validated. A data file's fault names the data file. */
  readonly file?: string;
  readonly range: SourceRange;
  /** What should be written instead, where that is known: a quick fix puts it in. Which place it is for, the code says. */
  readonly meant?: string;
  /** Languages that it is about, canonical: a quick fix writes or takes out these. */
  readonly languages?: readonly string[];
  /** The dataset of the Hub that it is about: a quick fix downloads it. */
  readonly download?: DatasetToDownload;
  /** Where else to look, each with what is there. */
  readonly related?: readonly RelatedPlace[];
}

/** As a mixture file names it. */
export interface DatasetToDownload {
  /** `hub:org/name@commit`. */
  readonly source: string;
  readonly config?: string;
  readonly split?: string;
  /** The column of each row's language. */
  readonly language?: string;
  /** The language of all rows. */
  readonly in?: string;
}

export interface RelatedPlace {
  readonly message: string;
  /** Absolute path. */
  readonly file: string;
  readonly range: SourceRange;
}

export const startOfFile: SourceRange = { start: { line: 0, column: 0 }, end: { line: 0, column: 1 } };

/** `file:line:column: severity: message`, one-based as compilers print it. */
export function formatDiagnostic(diagnostic: Diagnostic, file: string): string {
  const { line, column } = diagnostic.range.start;
  const remedy = diagnostic.remedy === "" ? "" : ` ${diagnostic.remedy}`;
  return `${diagnostic.file ?? file}:${line + 1}:${column + 1}: ${diagnostic.severity}: ${diagnostic.message}${remedy}`;
}
