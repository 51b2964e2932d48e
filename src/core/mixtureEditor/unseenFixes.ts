// Quick fixes for languages that are evaluated but in no mixture: add them to a mixture, or do not evaluate
// them.
import type { OutlineNode } from "../mixtureFile/outline.ts";
import type { Source, TextEdit } from "../mixtureFile/textEdit.ts";
import { insertKey } from "./insert.ts";
import type { FixContext, QuickFix } from "./quickFix.ts";
import { nodeAt } from "./remove.ts";

/** Maximum number of mixtures offered, so that the other fix stays visible. */
const maxMixtures = 4;
/** Maximum number of languages named in a title. */
const maxNamed = 3;
/** Keys of a mixture that may hold a list of languages. */
const listKeys = ["over", "uniform", "languages"];

export function unseenFixes(context: FixContext): QuickFix[] {
  return [...addToMixtures(context), ...leaveOut(context)];
}

function addToMixtures({ source, parsed, nodes, fault }: FixContext): QuickFix[] {
  const languages = fault.languages ?? [];
  if (languages.length === 0) return [];
  const keys = [...new Set(parsed.draft.mixtures.map(({ key }) => key))];
  const lists = keys.flatMap(key => {
    const list = listKeys
      .map(name => nodeAt(nodes, ["mixtures", key, name]))
      .find(node => node?.kind === "list" && node.children.length > 0);
    return list === null || list === undefined ? [] : [{ key, list }];
  });
  const named =
    languages.length > maxNamed ? `the ${languages.length} unseen languages` : languages.join(", ");
  return lists.slice(0, maxMixtures).map(({ key, list }) => ({
    title: `Add ${named} to "${key}"`,
    edits: [addItems(source, list, languages)],
    preferred: false,
  }));
}

function addItems(source: Source, list: OutlineNode, items: readonly string[]): TextEdit {
  const last = list.children.at(-1)?.keyRange ?? list.keyRange;
  const end = source.trimmedEnd(last);
  if (list.flow) return { range: source.range(end, end), newText: items.map(item => `, ${item}`).join("") };
  // After any comment on the last item, with a dash in the same column.
  const before = source.line(last.start.line);
  const lead = before.slice(0, last.start.column);
  const newline = source.text.indexOf("\n", end);
  const at = newline < 0 ? source.text.length : newline - (source.text[newline - 1] === "\r" ? 1 : 0);
  return { range: source.range(at, at), newText: items.map(item => source.eol + lead + item).join("") };
}

/** Restricts evaluation to languages that some mixture contains. */
function leaveOut({ source, nodes, fault }: FixContext): QuickFix[] {
  if (fault.meant === undefined) return [];
  const edit = evaluated(source, nodes, fault.meant);
  return edit === null ? [] : [{ title: "Evaluate only seen languages", edits: [edit], preferred: false }];
}

function evaluated(source: Source, nodes: readonly OutlineNode[], list: string): TextEdit | null {
  const section = nodeAt(nodes, ["evaluate"]);
  const value = nodeAt(nodes, ["evaluate", "languages"])?.valueRange;
  if (value)
    return { range: { start: value.start, end: source.position(source.trimmedEnd(value)) }, newText: list };
  if (section !== null) return insertKey(source, nodes, "evaluate.languages", ["evaluate"], list);
  const end = source.text.trimEnd().length;
  const newText = `${source.eol}${source.eol}evaluate: { languages: ${list} }`;
  return { range: source.range(end, end), newText };
}
