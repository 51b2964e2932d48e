// What a judge is asked, taken apart again for tests that answer.

export interface QuestionParts {
  readonly code: string;
  readonly prompt: string;
  readonly a: string;
  readonly b: string;
}

/** Takes a question apart, by the marks at the start of its lines. */
export function questionParts(text: string): QuestionParts {
  const [own] = [...text.matchAll(/VERDICT ([0-9a-f]{6}): A/g)].slice(-1); // responses may hold others
  const code = own?.[1] ?? "";
  const mark = /\[([0-9a-f]{12})\]/.exec(text)?.[0] ?? "";
  const [, prompt = "", a = "", b = ""] = text
    .slice(text.indexOf(mark) + mark.length)
    .split(mark)
    .map(part => part.slice(part.indexOf("\n") + 1).replace(/\n$/, ""));
  return { code, prompt, a, b };
}
