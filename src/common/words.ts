// Words counts, lists and the beginnings of sentences.

/** `1 row`, `2,000 rows`. */
export function countOf(number: number, one: string, several = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : several}`;
}

/** `a, b and c` */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** Capitalises the first letter, as in a label. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Maximum number of characters of a quoted text. */
const shownLength = 80;

/** Shortens a text that is too long to quote in a sentence. */
export function shortened(text: string): string {
  return text.length <= shownLength ? text : `${text.slice(0, shownLength)}…`;
}
