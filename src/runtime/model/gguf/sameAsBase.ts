// Reads an exported GGUF file again, and refuses one that would compute or tokenize otherwise than its base.
import { HumanError } from "../../../common/errors.ts";
import type { ModelFolder } from "../modelFolder.ts";
import { type ChatTokenizer, loadTokenizer } from "../tokenizer.ts";
import { openGgufModel } from "./ggufModel.ts";

/** Texts in many scripts, with numbers, white space, emoji and code, to compare tokenizers on. */
const trials: readonly string[] = [
  "The quick brown fox's 12 friends didn't pay $3.50 (or 1,234,567 €) for \"it\"…",
  "  leading,   inner and trailing spaces  \n\n\ttabs\r\nlines\n \n\n\n   end ",
  "Ärger über Größe, naïve façade, Łódź, Đà Nẵng tiếng Việt, İstanbul ığüşöç",
  "Быстрая лисица не 'съела' 33 булки; їжак, ёлка, Ђорђе, Ќе",
  "大きな犬が12匹。我今天在apple工作1314151天～ 한국어 문장입니다, ภาษาไทยไม่มีช่องว่าง",
  "مرحبًا بالعالم، كيف الحال؟ ١٢٣ שלום עולם, ניקוד שָׁלוֹם",
  "नमस्ते दुनिया १२३ বাংলা ভাষা தமிழ் తెలుగు ಕನ್ನಡ മലയാളം සිංහල ខ្មែរ မြန်မာ አማርኛ ქართული հայերեն",
  "🚀 (normal) 😶‍🌫️ (multiple emojis) ✅ 🦙🦙 👩🏽‍🚀 e\u0301 is not é",
  "def f(x):\n    return x**2 + 3.14159 # πr²\n\nif (a != b && c >= 10) { s = `x`; }",
  "1 22 333 4444 55555 ---===___ !!!??? '''```\"\"\" I've I'M WE'LL a'lL ½ ² Ⅳ",
];

function fail(base: ModelFolder, what: string, cause?: unknown): never {
  throw new HumanError(`${base.name} can't be written as GGUF: ${what}.`, {
    remedy: "Export with --format merged.",
    cause,
  });
}

/** First field in which two configurations differ; null if they are the same, to within float32. */
function difference(a: unknown, b: unknown, place = ""): string | null {
  if (typeof a === "number" && typeof b === "number") return Math.fround(a) === Math.fround(b) ? null : place;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null)
    return a === b ? null : place;
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  for (const key of keys) {
    const found = difference(
      Reflect.get(a, key),
      Reflect.get(b, key),
      place === "" ? key : `${place}.${key}`,
    );
    if (found !== null) return found;
  }
  return null;
}

function idsOrNull(tokenizer: ChatTokenizer, prompt: string): string | null {
  try {
    const asked = tokenizer.formatPrompt({ prompt });
    const { ids } = tokenizer.formatExample({ prompt, response: prompt });
    return [...asked, -1, ...ids].join();
  } catch (error) {
    if (error instanceof HumanError) return null; // no token for a part of the text, in neither
    throw error;
  }
}

/**
 * Reads a written file again and compares what it computes and tokenizes with the base.
 * @param texts Texts of the run, compared in addition to a few in many scripts.
 * @throws HumanError that names the first difference
 */
export function requireSameAsBase(path: string, base: ModelFolder, texts: readonly string[]): void {
  let read: ModelFolder;
  try {
    const { specialTokens } = base.chat;
    read = openGgufModel(path, specialTokens === undefined ? {} : { specialTokens });
  } catch (cause) {
    if (!(cause instanceof HumanError)) throw cause;
    fail(base, `read again, ${cause.message.replace(/\.$/, "").replaceAll(path, "the file")}`, cause);
  }
  const field = difference(base.config.decoder, read.config.decoder);
  if (field !== null) fail(base, `such files don't store its ${field} as llama.cpp would need it`);
  const [before, after] = [loadTokenizer(base), loadTokenizer(read)];
  const stops = before.stopIds.filter(id => !after.stopIds.includes(id));
  if (stops.length > 0) fail(base, `it has ${before.stopIds.length} tokens that end an answer`);
  const different = [...trials, ...texts].find(text => idsOrNull(before, text) !== idsOrNull(after, text));
  if (different !== undefined)
    fail(base, `llama.cpp would tokenize ${JSON.stringify(different.slice(0, 80))} otherwise`);
}
