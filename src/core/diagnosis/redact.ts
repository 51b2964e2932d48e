// Redacts log lines: keeps numbers and the exact phrases of Pinch, Node and the runtime. Everything else may
// be private (paths, names, prompts, keys, texts of judges or templates) and is removed.

/** Constant pieces of Pinch's own texts, by first word, the longest first. */
export type Phrases = ReadonlyMap<string, readonly string[]>;

/** Maximum length of a redacted line, in characters. */
const longest = 400;
const takenOut = "⟨…⟩";

export function phrasesOf(texts: readonly string[]): Phrases {
  const byFirst = new Map<string, string[]>();
  for (const text of texts) {
    const [first = ""] = /^[A-Za-z'-]+/.exec(text) ?? [];
    if (first === "") continue;
    byFirst.set(first, [...(byFirst.get(first) ?? []), text]);
  }
  for (const same of byFirst.values()) same.sort((a, b) => b.length - a.length);
  return byFirst;
}

/** Words that are kept wherever they occur. */
const words =
  /^(?:[A-Z][A-Za-z]*Error|E[A-Z0-9]{2,}|cpu|webgpu|cuda|seed|error|warn|info|ms|s|MB|GB|MiB|GiB|kB|GFLOP\/s)$/;
/** File names of Pinch, the Hub and Node. */
const ownFiles =
  /^(?:run|metrics|comparison|queue|running|installed|claim|tried|config|tokenizer|tokenizer_config|generation_config|adapter_config|package)\.json$|^(?:samples|events|verdicts)\.jsonl$|^(?:model|adapter_model|state|earlier)\.safetensors$/;
const time = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;
/** Number too short to be an account, a card or a key. */
const number = /^[-+]?\d{1,7}(?:[.,]\d{1,6}){0,2}(?:e[-+]?\d{1,3})?%?$/;
/** Messages of V8, libuv and onnxruntime. */
const others = [
  /Cannot (?:read|set) properties of (?:undefined|null)(?: \((?:reading|setting) '[A-Za-z_$][\w$]{0,30}'\))?/y,
  /is not (?:a function|iterable|a constructor)/y,
  /Maximum call stack size exceeded|Invalid (?:array|string|typed array) length|Array buffer allocation failed/y,
  /Unexpected (?:token|end of JSON input)|Assignment to constant variable/y,
  /E[A-Z0-9]{2,}: [a-z][a-z ]{2,60}, [a-z]+\b/y,
  /Non-zero status code returned while running [A-Z]\w{0,40} node/y,
];
const frame = /^\s*at\s+(?:(?<name>[\w$.<>[\] ]+?)\s+)?\(?(?<place>[^()]*:\d+:\d+)\)?$/;
const ownPlace = /(?:^|[\\/])(?<own>dist[\\/](?:chunks[\\/])?[\w.-]+\.js:\d+:\d+)$/;

export function redactLine(line: string, phrases: Phrases): string {
  const place = line.length > 4 * longest ? undefined : frame.exec(line)?.groups;
  if (place !== undefined) return redactFrame(place.name, place.place ?? "");
  const kept: string[] = [];
  const text = line.slice(0, 4 * longest);
  for (let at = 0; at < text.length; ) {
    const said = phraseAt(text, at, phrases) ?? otherAt(text, at);
    const part = said ?? /\s+|[^\s()[\]{}"'`“”‘’«»,;]+|./uy;
    if (typeof part === "string") {
      kept.push(part);
      at += part.length;
      continue;
    }
    part.lastIndex = at;
    const [token = text[at] ?? ""] = part.exec(text) ?? [];
    kept.push(isHarmless(token) ? token : takenOut);
    at += token.length;
  }
  const shown = kept
    .join("")
    .replace(/⟨…⟩(?:[\s()[\]{}"'`“”‘’«»,;]*⟨…⟩)+/gu, takenOut)
    .trimEnd();
  return shown.length > longest ? `${shown.slice(0, longest)}…` : shown;
}

/** Returns the longest phrase that begins at `at` and ends at the end of a word; null if there is none. */
function phraseAt(text: string, at: number, phrases: Phrases): string | null {
  if (/[\p{L}\p{N}_]/u.test(text[at - 1] ?? "")) return null;
  const first = /[A-Za-z'-]+/y;
  first.lastIndex = at;
  const own = phrases.get(first.exec(text)?.[0] ?? "");
  return own?.find(phrase => text.startsWith(phrase, at) && endsHere(text, at + phrase.length)) ?? null;
}

/** Returns true if no word continues at `at`, as a path or an address would. */
function endsHere(text: string, at: number): boolean {
  return /^(?:[\s.,;:!?()"'“”…]|$)/u.test(text.slice(at, at + 1)) || !/[A-Za-z'-]/.test(text[at - 1] ?? "");
}

function otherAt(text: string, at: number): string | null {
  for (const said of others) {
    said.lastIndex = at;
    const found = said.exec(text)?.[0];
    if (found !== undefined) return found;
  }
  return null;
}

function isHarmless(token: string): boolean {
  const word = token.replace(/[.:!?…]+$/u, "");
  return /^[\s\p{P}]*$/u.test(token) || [words, ownFiles, time, number].some(pattern => pattern.test(word));
}

function redactFrame(name: string | undefined, place: string): string {
  const own = ownPlace.exec(place)?.groups?.own?.replaceAll("\\", "/");
  const shown = own ?? (/^node:[\w/.-]+:\d+:\d+$/.test(place) ? place : takenOut);
  return `    at ${name === undefined ? shown : `${name} (${shown})`}`;
}
