// Texts that are no mixture file for their size or shape: told before the parser of YAML, whose time and stack they take.
import type { Diagnostic } from "../../common/diagnostic.ts";

/** Some thousand mixtures; reading it takes about a second. Texts beyond are not mixture files. */
const mostCharacters = 300_000;
/** Of one line: the parser takes the square of some of them. */
const longestLine = 50_000;
/** Each of them may be a fault of its own. */
const mostLines = 10_000;
/** Brackets within brackets, or dashes on one line: a mixture file needs three. */
const deepest = 100;

/** `- - - a` and `? ? ? a` are a level each. */
const levels = /^(?:[ \t]*[-?:](?=[ \t\r\n]))+/;

/** Null: it may be one, or other YAML of `most` characters. Brackets in comments and quotes count too: there are never so many. */
export function refuse(text: string, most = mostCharacters): Diagnostic | null {
  if (text.length > most) {
    const size = text.length.toLocaleString("en");
    return fault(
      "too-large",
      `This file has ${size} characters; a mixture file has some thousand, and at most ${most.toLocaleString("en")} are read.`,
      "Keep data in files of their own, under data.train, or divide the mixtures over several files.",
    );
  }
  const lines = text.split("\n");
  if (lines.length > mostLines)
    return fault(
      "too-large",
      `This file has ${lines.length.toLocaleString("en")} lines; at most ${mostLines.toLocaleString("en")} are read.`,
      "Divide the mixtures over several files; data belong into files of their own.",
    );
  let open = 0;
  for (const [line, written] of lines.entries()) {
    const nul = written.indexOf("\0");
    if (nul >= 0)
      return fault(
        "nul-character",
        "The text has NUL characters: it is not UTF-8 text, or was damaged.",
        "Save it as UTF-8, or bring it back from a copy.",
        line,
        nul,
      );
    if (written.length > longestLine)
      return fault(
        "too-large",
        `This line has ${written.length.toLocaleString("en")} characters; at most ${longestLine.toLocaleString("en")} are read.`,
        "Break it where a list or map has its commas.",
        line,
      );
    const dashes = levels.exec(written)?.[0].replace(/[ \t]/g, "").length ?? 0;
    if (dashes > deepest) return nested(line, 0);
    for (let column = 0; column < written.length; column++) {
      const letter = written[column];
      if (letter === "[" || letter === "{") open++;
      else if (letter === "]" || letter === "}") open--;
      if (open > deepest) return nested(line, column);
    }
  }
  return null;
}

function nested(line: number, column: number): Diagnostic {
  return fault(
    "yaml",
    "Brackets or dashes are nested too deeply here.",
    "A mixture file needs three levels: close the brackets before, or check that this is a mixture file.",
    line,
    column,
  );
}

function fault(code: string, message: string, remedy: string, line = 0, column = 0): Diagnostic {
  const range = { start: { line, column }, end: { line, column: column + 1 } };
  return { severity: "error", code, message, remedy, range };
}
