// Words with numbers.

/** `1 row`, `2,000 rows`. */
export function countOf(number: number, one: string, several = `${one}s`): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : several}`;
}
