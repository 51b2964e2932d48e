// Counts, lists and beginnings of sentences.

/** `1 row`, `2,000 rows`. */
export function countOf(number: number, one: string, several = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : several}`;
}

/** `a, b and c` */
export function listed(items: readonly string[]): string {
  if (items.length < 2) return items.join("");
  return `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** With a capital at the beginning, as a label has it. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Characters of a text of unknown length that stand in a sentence. */
const shownLength = 80;

/** The beginning of a text that is longer than a sentence should quote. */
export function shortened(text: string): string {
  return text.length <= shownLength ? text : `${text.slice(0, shownLength)}…`;
}
