// Escaping for LaTeX: text is data, never a command.

const special: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  $: "\\$",
  "&": "\\&",
  "#": "\\#",
  _: "\\_",
  "%": "\\%",
  "~": "\\textasciitilde{}",
  "^": "\\textasciicircum{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  '"': "\\textquotedbl{}",
  "`": "\\textasciigrave{}",
  "→": "$\\rightarrow$",
  "−": "$-$",
  "–": "--",
  "…": "\\ldots{}",
};

/** A comment: one line, whatever the text. */
export function texComment(text: string): string {
  return `% ${text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")}`;
}

/** One line, safe in a cell, a caption or a heading of a file in UTF-8. */
export function escapeTex(text: string): string {
  return text
    .replace(/[\\{}$&#_%~^<>|"`→−–…]/gu, character => special[character] ?? character)
    .replace(/[\p{Cc}\s]+/gu, " ")
    .replace(/ \\%/g, "~\\%");
}
