// Builds the question to a judge. Both responses are data in it: nothing they contain can end their section.
import { hash32 } from "../../common/random.ts";
import { displayName } from "../language/tags.ts";
import { englishTexts, judgeTextsIn } from "./judgeTexts.ts";
import { verdictLine } from "./verdict.ts";

export interface JudgedTexts {
  readonly language: string;
  readonly prompt: string;
  /** Response A, then response B. */
  readonly responses: readonly [string, string];
}

export interface JudgePrompt {
  readonly text: string;
  /** Code of this question's verdict line; it occurs in none of the judged texts. */
  readonly code: string;
}

/** Number of hex digits of a mark and of a verdict's code. */
const [markLength, codeLength] = [12, 6];

/**
 * Builds the question. Mark and code are derived from all judged texts and occur in none of them, so that no
 * response can close its section or contain a verdict of this question.
 */
export function judgePrompt(judged: JudgedTexts, promptLanguage: "en" | "own"): JudgePrompt {
  const own = promptLanguage === "own" ? judgeTextsIn(judged.language) : null;
  const texts = own ?? englishTexts;
  const spoken = own === null ? "en" : judged.language;
  const [prompt, a, b] = [judged.prompt, ...judged.responses].map(defuse) as [string, string, string];
  const all = [judged.language, prompt, a, b].join("\u0000");
  const mark = freshHex("mark", markLength, all);
  const code = freshHex("code", codeLength, `${all}\u0000${mark}`);
  const place = (name: string): string => `[${mark}] ${name}`;
  const quoted = (choice: string): string => `"${verdictLine(code, choice)}"`;
  const text = [
    texts.task,
    texts.criteria,
    texts.expected.replace("{language}", displayName(judged.language, spoken)),
    texts.data,
    texts.mark.replace("{mark}", `[${mark}]`),
    "",
    place(texts.prompt),
    prompt,
    place(`${texts.response} A`),
    a,
    place(`${texts.response} B`),
    b,
    place(texts.end),
    "",
    texts.verdict.replace("{a}", quoted("A")).replace("{b}", quoted("B")).replace("{tie}", quoted("TIE")),
  ].join("\n");
  return { text, code };
}

/** Returns true if a judge can be asked in the language itself. */
export function hasOwnJudgeTexts(language: string): boolean {
  return judgeTextsIn(language) !== null;
}

/** Markup that chat templates write around turns: a tokenizer would read it as a turn. */
const chatMarkup =
  /<(?=[|\uff5c])|<(?=\/?(?:s|bos|eos|pad|unk|mask|system|user|assistant|start_of_turn|end_of_turn)>)|<(?=<\/?SYS>>)|\[(?=\/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_RESULTS)\])/giu;

/** Inserts a space into such markup, so that every tokenizer reads it as text. */
function defuse(text: string): string {
  return text.replace(chatMarkup, bracket => `${bracket} `);
}

/** Returns hex digits that look random, depend on `content` alone, and do not occur in it. */
function freshHex(kind: string, length: number, content: string): string {
  const lower = content.normalize("NFKC").toLowerCase();
  for (let attempt = 0; ; attempt++) {
    let hex = "";
    for (let part = 0; hex.length < length; part++)
      hex += hash32([kind, attempt, part, content].join("\u0000")).toString(16).padStart(8, "0");
    const digits = hex.slice(0, length);
    if (!lower.includes(digits)) return digits;
  }
}
