// The files of one source of data, and where the mixture file names them.
import type { Diagnostic, SourceRange } from "../../common/diagnostic.ts";

export interface SourceFile {
  readonly path: string; // absolute
  /** Canonical tag; null: each row names its own, in the source's column. */
  readonly language: string | null;
  /** Of the Hub: `hub:org/name@commit/file`, which is the same on every machine. */
  readonly place?: string;
}

export interface SourceFiles {
  readonly files: readonly SourceFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Where a source is written in the mixture file, or one of its keys. */
export type LocateSource = (...keys: readonly string[]) => SourceRange;
