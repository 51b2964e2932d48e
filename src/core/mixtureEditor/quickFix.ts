// A quick fix, and what it is made from.
import type { Diagnostic } from "../../common/diagnostic.ts";
import type { OutlineNode } from "../mixtureFile/outline.ts";
import type { ParsedMixtureFile } from "../mixtureFile/parse.ts";
import type { Source, TextEdit } from "../mixtureFile/textEdit.ts";

export interface QuickFix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** The one that a person most likely wants. */
  readonly preferred: boolean;
}

/** What a fix is made from. */
export interface FixContext {
  readonly source: Source;
  readonly parsed: ParsedMixtureFile;
  readonly nodes: readonly OutlineNode[];
  readonly fault: Diagnostic;
}
