// Reads a judge's verdict from the last line of its answer, strictly: any other form is no verdict.
import { responseWords } from "./judgeTexts.ts";

/** The judge's choice, by place. */
export type Verdict = "A" | "B" | "tie";

const choices: Readonly<Record<string, Verdict>> = { A: "A", B: "B", TIE: "tie" };

/** Returns the line with which a judge must end its answer. */
export function verdictLine(code: string, choice: string): string {
  return `VERDICT ${code}: ${choice}`;
}

/** Block in which reasoning models think before they answer. */
const thought = /^\s*<think>[\s\S]*?<\/think>/u;
/** `\boxed{…}` and other commands that models write around the line; their closing brace is in `wrapping`. */
const boxes = /\\(?:boxed|fbox|text(?:bf|it|rm|tt)?|math(?:bf|rm|tt))\s*\{/giu;
/**
 * Characters of Markdown, LaTeX, brackets, quotation marks and full stops, which many
 * models write around the line unasked.
 */
const wrapping = new Set("\\$*_`~#>\"'“”„«»「」()[]{}<.。।");
/** Maximum length of a verdict line, in characters. */
const longestLine = 200;

// These expressions are constants: compiling one per code would cost more than all other
// processing of an answer.
const around = "[\\s*_`\"'“”„«»「」()\\[\\]{}<>\\\\$]";
const place = `(?:(?:${responseWords().join("|")})${around}+)?`;
const line = new RegExp(
  `^VERDICT(?::|${around})+([0-9A-F]+)${around}*(?:[:=–—-]${around}*|(?<=\\s))${place}(A|B|TIE)(?:\\s+IS\\s+BETTER)?$`,
  "u",
);
const wordAfter = new RegExp(`[^\\p{L}\\p{N}]*${place}([\\p{L}\\p{M}\\p{N}_]*)`, "uy");

/**
 * Parses a judge's answer. The last line must be the verdict with this question's code, and
 * every other mention of the code must agree with it. Decoration of the line makes no
 * difference: `\boxed{VERDICT …}`, `VERDICT …: [A]`, `VERDICT …: Response A`. Anything else
 * returns null and is never guessed: two verdicts, a choice expressed differently, a truncated
 * answer, or a verdict repeated from inside a response, where the code cannot occur.
 *
 * @param code lower-case hex digits
 */
export function parseVerdict(answer: string, code: string): Verdict | null {
  const text = answer.normalize("NFKC").replace(thought, "").replace(boxes, " ").toUpperCase();
  const wanted = code.toUpperCase();
  const [, given, choice] = line.exec(lastLine(text)) ?? [];
  if (given !== wanted || choice === undefined) return null;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    wordAfter.lastIndex = at + wanted.length;
    if (wordAfter.exec(text)?.[1] !== choice) return null;
  }
  return choices[choice] ?? null;
}

/**
 * Returns the last line that contains more than wrapping, without the wrapping at its ends; empty if the line
 * is too long for a verdict.
 */
function lastLine(text: string): string {
  const isWrapping = (at: number): boolean => {
    const character = text.charAt(at);
    return wrapping.has(character) || character.trim() === "";
  };
  let end = text.length;
  while (end > 0 && isWrapping(end - 1)) end--;
  let start = text.lastIndexOf("\n", end - 1) + 1;
  if (end - start > longestLine) return "";
  while (start < end && isWrapping(start)) start++;
  return text.slice(start, end);
}
