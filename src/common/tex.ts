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

/** Comment on one line, whatever the text. */
export function texComment(text: string): string {
  return `% ${text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, " ")}`;
}

/** Escapes text for a cell, a caption or a heading of a UTF-8 file, on one line. */
export function escapeTex(text: string): string {
  return text
    .replace(/[\\{}$&#_%~^<>|"`→−–…]/gu, character => special[character] ?? character)
    .replace(/[\p{Cc}\s]+/gu, " ")
    .replace(/ \\%/g, "~\\%");
}
