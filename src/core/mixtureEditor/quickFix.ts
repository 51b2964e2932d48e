// Types of a quick fix and of its inputs.
import type { Diagnostic } from "../../common/diagnostic.ts";
import type { OutlineNode } from "../mixtureFile/outline.ts";
import type { ParsedMixtureFile } from "../mixtureFile/parse.ts";
import type { Source, TextEdit } from "../mixtureFile/textEdit.ts";

export interface QuickFix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
  /** True for the fix that a user most likely wants. */
  readonly preferred: boolean;
}

/** Inputs of a quick fix. */
export interface FixContext {
  readonly source: Source;
  readonly parsed: ParsedMixtureFile;
  readonly nodes: readonly OutlineNode[];
  readonly fault: Diagnostic;
}
