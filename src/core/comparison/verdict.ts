// Reads a judge's verdict: the one strict line at the end of its answer, or nothing.

/** What a judge picked, by place. */
export type Verdict = "A" | "B" | "tie";

const choices: Readonly<Record<string, Verdict>> = { A: "A", B: "B", TIE: "tie" };

/** The line that a judge is asked to end with. */
export function verdictLine(code: string, choice: string): string {
  return `VERDICT ${code}: ${choice}`;
}

/** Reasoning models may think aloud first, in a block of its own. */
const thought = /^\s*<think>[\s\S]*?<\/think>/u;
/** Markdown, quotation marks and a full stop around the line, which many models write unasked. */
const wrapping = /^[\s*_`"'“”„«»「」]+|[\s*_`"'“”«»「」.。।]+$/gu;

// Fixed expressions: one made for each code would cost more than all the rest of an answer's way.
const line = /^VERDICT ([0-9a-f]+)\s*:\s*[\s*_`]*(A|B|TIE)$/iu;
const wordAfter = /\W*(\w*)/y;

/**
 * The last line must be the verdict with this question's code, and every other mention of the code must agree with
 * it. Anything else is null, never guessed: two verdicts, a choice in words, an answer that broke off, or a verdict
 * repeated from inside a response, where the code can't stand.
 *
 * @param code Lower-case hex digits.
 */
export function parseVerdict(answer: string, code: string): Verdict | null {
  const text = answer.normalize("NFKC").replace(thought, "").toUpperCase();
  const last = text.trimEnd().split("\n").at(-1)?.replace(wrapping, "") ?? "";
  const wanted = code.toUpperCase();
  const [, given, choice] = line.exec(last) ?? [];
  if (given !== wanted || choice === undefined) return null;
  for (let at = text.indexOf(wanted); at >= 0; at = text.indexOf(wanted, at + 1)) {
    wordAfter.lastIndex = at + wanted.length;
    if (wordAfter.exec(text)?.[1] !== choice) return null;
  }
  return choices[choice] ?? null;
}
