// Takes out of a line of the log what is a person's own: paths, names, texts, addresses, keys. What is left says which
// sentence of Pinch it was, and why. Rather a word too many is taken out than one too few.

import { beginsWithReason } from "../../common/systemErrors.ts";

/** A text that must not be seen, and what stands in its place. */
export interface Private {
  readonly text: string;
  readonly as: string;
}

/** Characters of a line. */
const longest = 400;
/** Shorter names are parts of too many words. */
const shortestPrivate = 3;

/** Files whose names are Pinch's, the Hub's or Node's. */
const ownFiles =
  /^(?:run|metrics|comparison|queue|running|installed|config|tokenizer|tokenizer_config|generation_config|adapter_config|package|claim|tried)\.json$|^(?:samples|events|verdicts)\.jsonl$|^(?:model|adapter_model|state|earlier)\.safetensors$|^report\.(?:html|md|tex)$/;
const fileName =
  /(?<![\w⟨])[\w.+-]*\.(?:jsonl?|csv|tsv|parquet|ya?ml|gz|zst|safetensors|gguf|txt|md|html|tex|bin|zip|xlsx?|jinja|ftz|npz|py)(?![\w⟩])/gi;
const ratesAndPairs = /^(?:GFLOP|tokens?|steps?|[KMG]?B|rows?|examples?)\/s\b|^(?:and|or|true|yes)\/\w+$/;
const frame = /^\s*at\s+(?:(?<name>[\w$.<>[\] ]+?)\s+)?\(?(?<place>[^()]*:\d+:\d+)\)?$/;
const ownPlace = /(?:^|[\\/])(?<own>dist[\\/](?:chunks[\\/])?[\w.-]+\.js:\d+:\d+)$/;
const engineError = /^(?:[A-Z][A-Za-z]*Error|E[A-Z0-9]{2,})\b/;
/** Followed by the name of one. */
const named =
  /\b(id|ids|prompt|mixture|model|dataset|folder|file|row|key|tag|user|judge|tokenizer|template) (?=[^\s⟨])([^\s,;:]+)/gi;
const notNames =
  /^(?:\d[\d.,]*%?|a|an|the|of|is|are|was|were|in|on|to|for|at|by|from|with|without|and|or|that|which|this|has|have|had|can|can't|does|doesn't|did|may|must|not|no|it|its|as|than|where|what|who|be|been|holds?|says?|lies?|names?|files?|twice|again|alone|itself|name|card|value|memory|format|text|folder|row|run|data)[.!?]?$/i;

/** @param secrets What this machine and this workspace are called, and what is in them. */
export function redactLine(line: string, secrets: readonly Private[]): string {
  const place = frame.exec(line)?.groups;
  if (place !== undefined) return redactFrame(place.name, place.place ?? "");
  let text = line.slice(0, 4 * longest);
  for (const { text: secret, as } of [...secrets].sort((a, b) => b.text.length - a.text.length))
    text = withoutSecret(text, secret, as);
  const engine = /[A-Z]\w*Error: .*$|\bE[A-Z0-9]{3,}\b.*$/.exec(text)?.index;
  text = text
    .replace(/\b[a-z][a-z0-9+.-]*:\/\/\S+/gi, "⟨address⟩")
    .replace(/[^\s<>()"'@]+@[\w-]+\.[\w.-]+/g, "⟨mail⟩")
    .replace(/\(reading '([A-Za-z_$][\w$]{0,30})'\)/g, "(reading $1)")
    .replace(/"[^"]*"?|“[^”]*”?|«[^»]*»?|`[^`]*`?|(?<!\w)'[^']*'?(?!\w)|(?<!\w)‘[^’]*’?(?!\w)/g, "⟨text⟩")
    .replace(/\S*[\\/]\S*/g, word =>
      ratesAndPairs.test(word) ? word : `⟨path⟩${/[.,;:)]*$/.exec(word)?.[0] ?? ""}`,
    )
    .replace(fileName, name => (ownFiles.test(name) ? name : "⟨file⟩"))
    .replace(/\bBearer\s+\S+/gi, "⟨key⟩")
    .replace(/\b(?:sk|pk|hf|ghp|gho|xox[a-z])[-_][\w-]{6,}/gi, "⟨key⟩")
    .replace(/(?<![\w⟨])(?=[\w+=-]*\d)(?=[\w+=-]*[A-Za-z])[\w+=-]{20,}/g, "⟨key⟩")
    .replace(/[^\s⟨⟩]*[^\p{ASCII}⟨⟩\s…–—·×’“”][^\s⟨⟩]*/gu, "⟨text⟩")
    .replace(named, (whole, noun: string, name: string) =>
      notNames.test(name) ? whole : `${noun} ⟨name⟩${/[.!?)]*$/.exec(name)?.[0] ?? ""}`,
    )
    .replace(/\(([^()]*)\)/g, (whole, inner: string) => (isText(inner) ? "(⟨text⟩)" : whole));
  // What follows a colon was mostly said by somebody else; not so what Node says.
  if (engine === undefined)
    text = text.replace(/(: )(?!⟨)(.+)$/, (whole, colon: string, rest: string) =>
      isText(rest) && !engineError.test(rest) && !beginsWithReason(rest) ? `${colon}⟨text⟩` : whole,
    );
  text = text.replace(/(?:⟨text⟩\s*){2,}/g, "⟨text⟩ ").trimEnd();
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}

/** More than a word or two, or a measure. */
function isText(text: string): boolean {
  return text.split(/\s+/).filter(word => /[A-Za-z]{2,}/.test(word)).length > 2;
}

function redactFrame(name: string | undefined, place: string): string {
  const own = ownPlace.exec(place)?.groups?.own?.replaceAll("\\", "/");
  const shown = own ?? (/^node:[\w/.-]+:\d+:\d+$/.test(place) ? place : "⟨path⟩");
  return `    at ${name === undefined ? shown : `${name} (${shown})`}`;
}

/** In the spellings in which a path comes into a message: with either slash, in JSON, in a URI. */
function withoutSecret(text: string, secret: string, as: string): string {
  if (secret.length < shortestPrivate) return text;
  const forward = secret.replaceAll("\\", "/");
  const forms = [
    secret,
    forward,
    secret.replaceAll("\\", "\\\\"),
    encodeURI(forward),
    encodeURIComponent(secret),
  ];
  return [...new Set(forms)].reduce(
    (clean, form) => clean.replace(new RegExp(escaped(form), "giu"), `⟨${as}⟩`),
    text,
  );
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
