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

/**
 * The last line must be the verdict with this question's code, and every other mention of the code must agree with
 * it. Anything else is null, never guessed: two verdicts, a choice in words, an answer that broke off, or a verdict
 * repeated from inside a response, where the code can't stand.
 */
export function parseVerdict(answer: string, code: string): Verdict | null {
  const text = answer.normalize("NFKC").replace(thought, "");
  const last = text.trimEnd().split("\n").at(-1)?.replace(wrapping, "") ?? "";
  const line = new RegExp(`^VERDICT ${code}\\s*:\\s*[*_\`]*(A|B|TIE)$`, "iu");
  const choice = line.exec(last)?.[1]?.toUpperCase();
  if (choice === undefined) return null;
  const mentions = [...text.matchAll(new RegExp(`${code}\\W*(\\w+)?`, "giu"))];
  const agree = mentions.every(([, word]) => word?.toUpperCase() === choice);
  return agree ? (choices[choice] ?? null) : null;
}
