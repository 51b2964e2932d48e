// Reads a judge's verdict: the one strict line at the end of its answer, or nothing.
import { responseWords } from "./judgeTexts.ts";

/** What a judge picked, by place. */
export type Verdict = "A" | "B" | "tie";

const choices: Readonly<Record<string, Verdict>> = { A: "A", B: "B", TIE: "tie" };

/** The line that a judge is asked to end with. */
export function verdictLine(code: string, choice: string): string {
  return `VERDICT ${code}: ${choice}`;
}

/** Reasoning models may think aloud first, in a block of its own. */
const thought = /^\s*<think>[\s\S]*?<\/think>/u;
/** `\boxed{…}` and the commands that models write inside it; their closing brace is wrapping. */
const boxes = /\\(?:boxed|fbox|text(?:bf|it|rm|tt)?|math(?:bf|rm|tt))\s*\{/giu;
/** Markdown, LaTeX, brackets, quotation marks and full stops, which many models write around the line unasked. */
const wrapping = new Set("\\$*_`~#>\"'“”„«»「」()[]{}<.。।");
/** No verdict line is longer, in characters. */
const longestLine = 200;

// Fixed expressions: one made for each code would cost more than all the rest of an answer's way.
const around = "[\\s*_`\"'“”„«»「」()\\[\\]{}<>\\\\$]";
const place = `(?:(?:${responseWords().join("|")})${around}+)?`;
const line = new RegExp(
  `^VERDICT(?::|${around})+([0-9A-F]+)${around}*(?:[:=–—-]${around}*|(?<=\\s))${place}(A|B|TIE)(?:\\s+IS\\s+BETTER)?$`,
  "u",
);
const wordAfter = new RegExp(`[^\\p{L}\\p{N}]*${place}([\\p{L}\\p{M}\\p{N}_]*)`, "uy");

/**
 * The last line must be the verdict with this question's code, and every other mention of the code must agree with
 * it. How the line is dressed makes no difference: `\boxed{VERDICT …}`, `VERDICT …: [A]`, `VERDICT …: Response A`.
 * Anything else is null, never guessed: two verdicts, a choice in words, an answer that broke off, or a verdict
 * repeated from inside a response, where the code can't stand.
 *
 * @param code Lower-case hex digits.
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

/** The last line with more than wrapping in it, without the wrapping at its ends; empty where it can be no verdict. */
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
