// @ts-check
// Collects the constant parts of every text in Pinch's sources. An issue report keeps these parts of a log
// and removes everything else.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { transform } from "esbuild";
import { root } from "./paths.mjs";
import { filesUnder } from "./setUp.mjs";

/** Maximum length of a part, in characters. */
const longest = 400;
/** Shape of a message: no markup, no patterns. */
const readable = /^[A-Za-z][A-Za-z0-9 .,;:'"“”()%/?!–—…-]*$/;
const singleWord = /^[A-Za-z][a-z'-]*[.,;:)]*$/;

/** Sorted parts of two or more words, and single words between the values of a template. */
export async function phrases() {
  const paths = filesUnder("src").filter(name => name.endsWith(".ts"));
  const found = await Promise.all(paths.map(path => phrasesOf(readFileSync(join(root, path), "utf8"))));
  return [...new Set(found.flat())].sort();
}

/** @param {string} source */
async function phrasesOf(source) {
  // Remove comments, types and type imports.
  const { code } = await transform(source, { loader: "ts", minifyWhitespace: true, legalComments: "none" });
  return literalsOf(code).flatMap(({ text, within }) =>
    text.split("\n").flatMap(line => {
      const phrase = line.replace(/^[^A-Za-z]+|\s+$/g, "").replace(/\s+/g, " ");
      if (phrase.length > longest || !readable.test(phrase) || phrase.endsWith(".ts")) return [];
      return phrase.includes(" ") || (within && singleWord.test(phrase)) ? [phrase] : [];
    }),
  );
}

/**
 * Returns the string literals of JavaScript as esbuild prints it; a template is split at its values.
 * @param {string} code
 * @returns {{ text: string, within: boolean }[]} `within` is true for parts of a template with values
 */
export function literalsOf(code) {
  /** @type {{ text: string, within: boolean }[]} */
  const found = [];
  /** Number of open braces in each template whose value is being read. @type {number[]} */
  const values = [];
  let at = 0;
  const piece = () => {
    const end = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y;
    end.lastIndex = at;
    const [raw = ""] = end.exec(code) ?? [];
    at += raw.length;
    const opens = code[at] === "$";
    at += opens ? 2 : 1;
    return { raw, opens };
  };
  const readTemplate = (/** @type {boolean} */ began) => {
    const { raw, opens } = piece();
    found.push({ text: unescaped(raw), within: began || opens });
    if (opens) values.push(0);
  };
  while (at < code.length) {
    const character = code[at] ?? "";
    if (character === '"' || character === "'") {
      const end = character === '"' ? /"((?:[^"\\]|\\[\s\S])*)"/y : /'((?:[^'\\]|\\[\s\S])*)'/y;
      end.lastIndex = at;
      const [whole = character, raw = ""] = end.exec(code) ?? [];
      found.push({ text: unescaped(raw), within: false });
      at += whole.length;
    } else if (character === "`") {
      at++;
      readTemplate(false);
    } else if (character === "}" && values.at(-1) === 0) {
      values.pop();
      at++;
      readTemplate(true);
    } else if (
      character === "/" &&
      /(?:^|[^\w$)\]}"'`.]|\b(?:return|typeof|case|of|in|yield|await|else|do))\s*$/.test(
        code.slice(Math.max(0, at - 12), at),
      )
    ) {
      const end = /\/(?:[^/\\[]|\\.|\[(?:[^\]\\]|\\.)*\])+\/\w*/y;
      end.lastIndex = at;
      at += end.exec(code)?.[0].length ?? 1;
    } else {
      const open = values.length - 1;
      if (open >= 0 && character === "{") values[open] = (values[open] ?? 0) + 1;
      if (open >= 0 && character === "}") values[open] = (values[open] ?? 0) - 1;
      at++;
    }
  }
  return found;
}

/** @param {string} raw */
function unescaped(raw) {
  return raw
    .replace(/\\u\{([0-9a-fA-F]+)\}|\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})/g, (_, ...codes) =>
      String.fromCodePoint(Number.parseInt(codes.find(code => code !== undefined) ?? "20", 16)),
    )
    .replace(/\\([\s\S])/g, (_, character) => ({ n: "\n", t: " ", r: " " })[String(character)] ?? character);
}
