// Edits one mixture of a long file without parsing the others.
import { cutMixtures, type Piece, type Pieces } from "./cutMixtures.ts";
import { smallestEdit } from "./textEdit.ts";

/**
 * Returns the text changed by `edit`, which must change only the mixture with this key (or the last mixture,
 * if there is no such key), or nothing under `mixtures` at all. The text must be valid YAML.
 */
export function editInFocus(text: string, key: string | null, edit: (text: string) => string): string {
  const pieces = cutMixtures(text);
  if (pieces === null) return edit(text);
  const { mixtures } = pieces;
  const named = mixtures.findIndex(piece => key !== null && isOf(piece.text, key));
  const last = named < 0 ? mixtures.length - 1 : named;
  // Includes a neighbour, because a file without mixtures would be edited differently.
  const first = Math.max(0, last - 1);
  const count = key === null ? 0 : last - first + 1;
  const others = mixtures.toSpliced(first, count);
  const focused = pieces.without(others);
  const { start, end, text: inserted } = smallestEdit(focused, edit(focused));
  const after = text.slice(0, start) + inserted + text.slice(end);
  const unseen = text.slice(start, end) !== focused.slice(start, end);
  return unseen || !hasOthers(cutMixtures(after), others, first) ? edit(text) : after;
}

function isOf(piece: string, key: string): boolean {
  const line = piece.trimStart();
  return [key, JSON.stringify(key), `'${key}'`].some(
    written => line.startsWith(written) && /^[ \t]*:/.test(line.slice(written.length)),
  );
}

/**
 * Reports whether the mixtures that `edit` did not see are unchanged: the first `count` of them, then those
 * that it made, then the rest.
 */
function hasOthers(after: Pieces | null, others: readonly Piece[], count: number): boolean {
  const made = (after?.mixtures.length ?? 0) - others.length;
  return made >= 0 && others.every(({ text }, i) => text === after?.mixtures[i < count ? i : i + made]?.text);
}
