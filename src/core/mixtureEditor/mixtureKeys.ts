// Text edits of single keys of a mixture: its name, and whether it grows.
import { HumanError } from "../../common/errors.ts";
import type { ParsedMixtureFile } from "../mixtureFile/parse.ts";
import { Source, type TextEdit } from "../mixtureFile/textEdit.ts";
import { insertKey } from "./insert.ts";
import { nodeAt, removeNode } from "./remove.ts";
import { renameMixtureAt } from "./structure.ts";

/**
 * Renames a mixture, like the editor's rename command. @throws HumanError for a name that is in use or
 * invalid.
 */
export function renameMixture(parsed: ParsedMixtureFile, key: string, name: string): TextEdit[] {
  const node = nodeAt(parsed.outline(), ["mixtures", key]);
  if (node === null) {
    throw new HumanError(`Mixture "${key}" no longer exists.`, { remedy: "Check the file." });
  }
  return renameMixtureAt(parsed, node.keyRange.start, name);
}

/**
 * Adds or removes `grow: true` without other changes. Returns null for a mixture that is an alias of another.
 */
export function setGrow(
  text: string,
  parsed: ParsedMixtureFile,
  key: string,
  grow: boolean,
): TextEdit[] | null {
  const source = new Source(text);
  const nodes = parsed.outline();
  const mixture = ["mixtures", key];
  const node = nodeAt(nodes, [...mixture, "grow"]);
  let edit: TextEdit | null;
  if (node === null) {
    if (!grow) return [];
    edit = insertKey(source, nodes, "mixtures.*.grow", mixture, "true");
  } else if (grow && node.valueRange !== null) {
    const end = source.position(source.trimmedEnd(node.valueRange));
    edit = { range: { start: node.valueRange.start, end }, newText: "true" };
  } else edit = removeNode(source, nodes, node);
  return edit === null ? null : [edit];
}
