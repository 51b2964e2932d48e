// Rejects texts that by size or shape are not a mixture file, before they cost the YAML parser time and
// stack.
import type { Diagnostic } from "../../common/diagnostic.ts";

/** Maximum length of a text: several thousand mixtures, which take about a second to read. */
const maxCharacters = 300_000;
/** Maximum length of a line: parsing some constructs takes quadratic time in it. */
const longestLine = 50_000;
/** Maximum number of lines: each may have a fault of its own. */
const maxLines = 10_000;
/** Maximum nesting of brackets, or of dashes on one line. A mixture file needs three levels. */
const deepest = 100;

/** Each marker in `- - - a` or `? ? ? a` is a level. */
const levels = /^(?:[ \t]*[-?:](?=[ \t\r\n]))+/;

/**
 * Returns null when the text may be a mixture file, or other YAML of up to `most` characters. Brackets in
 * comments and quotes count too, as they are never that many.
 */
export function refuse(text: string, most = maxCharacters): Diagnostic | null {
  if (text.length > most) {
    const size = text.length.toLocaleString("en");
    return fault(
      "too-large",
      `This file has ${size} characters; mixture files usually have a few thousand, and at most ${most.toLocaleString("en")} are read.`,
      "Move data into separate files, listed under data.train, or split the mixtures into several files.",
    );
  }
  const lines = text.split("\n");
  if (lines.length > maxLines)
    return fault(
      "too-large",
      `This file has ${lines.length.toLocaleString("en")} lines; at most ${maxLines.toLocaleString("en")} are read.`,
      "Split the mixtures into several files, and keep data in separate files.",
    );
  let open = 0;
  for (const [line, written] of lines.entries()) {
    const nul = written.indexOf("\0");
    if (nul >= 0)
      return fault(
        "nul-character",
        "The text contains NUL characters: it is not UTF-8, or it is damaged.",
        "Save it as UTF-8, or restore a backup.",
        line,
        nul,
      );
    if (written.length > longestLine)
      return fault(
        "too-large",
        `This line has ${written.length.toLocaleString("en")} characters; at most ${longestLine.toLocaleString("en")} are read.`,
        "Break it after the commas of a list or map.",
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
    "A mixture file needs three levels: close the earlier brackets, or check that this is a mixture file.",
    line,
    column,
  );
}

function fault(code: string, message: string, remedy: string, line = 0, column = 0): Diagnostic {
  const range = { start: { line, column }, end: { line, column: column + 1 } };
  return { severity: "error", code, message, remedy, range };
}
