// Aligns columns of text for a terminal.

/** Aligns the first column left and the others right, with two spaces in between. */
export function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map(row => width(row[column] ?? ""))));
  return rows
    .map(row =>
      row
        .map((cell, column) => {
          const padding = " ".repeat(Math.max(0, (widths[column] ?? 0) - width(cell)));
          return column === 0 ? cell + padding : padding + cell;
        })
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

// Width in terminal columns: wide East Asian characters take two, combining marks none.
function width(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (/[\p{M}\p{Default_Ignorable_Code_Point}]/u.test(character)) continue;
    columns += /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\uff01-\uff60]/u.test(
      character,
    )
      ? 2
      : 1;
  }
  return columns;
}
