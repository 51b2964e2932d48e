// Files of a data source, and the locations in the mixture file that name them.
import type { Diagnostic, SourceRange } from "../../common/diagnostic.ts";

export interface SourceFile {
  readonly path: string; // absolute
  /** Canonical tag; null if each row names its language in the source's column. */
  readonly language: string | null;
  /** Files on the Hub only: `hub:org/name@commit/file`, which is the same on every machine. */
  readonly place?: string;
}

export interface SourceFiles {
  readonly files: readonly SourceFile[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Returns where a source or one of its keys is written in the mixture file. */
export type LocateSource = (...keys: readonly string[]) => SourceRange;
