// Checks whether a response follows an instruction of IFEval, in any language and script.

import { escapeRegExp } from "../../common/regExp.ts";
import { countKeyword, countLetter, foldKeyword, hasForbidden, hasKeyword } from "./keywords.ts";
import type { Instruction, InstructionArguments, Relation } from "./kinds.ts";
import { capitalWords, isAllCapital, isAllSmall } from "./letterCase.ts";
import { commas, digit, isQuoted, number, placeholders, withoutQuotes } from "./marks.ts";
import { followsOwnKind, holds } from "./ownKinds.ts";
import { sentencesOf, wordsOf } from "./segment.ts";
import { hasSpaces, primarySubtag } from "./writingSystem.ts";

export interface InstructionContext {
  /** Canonical tag of the row's language. */
  readonly language: string;
  /** Returns the language of a text, `und` if it can't be identified. */
  identify(text: string): string;
}

/** Published options of `constrained_response`. */
const englishOptions = ["My answer is yes.", "My answer is no.", "My answer is maybe."];

/** Returns true if the response follows the instruction; an empty response follows none. */
export function followsInstruction(
  response: string,
  instruction: Instruction,
  context: InstructionContext,
): boolean {
  return response.trim() !== "" && follows(response, instruction, context);
}

function follows(response: string, instruction: Instruction, context: InstructionContext): boolean {
  const { language } = context;
  switch (instruction.id) {
    case "keywords:existence":
      return instruction.kwargs.keywords.every(keyword => hasKeyword(response, keyword));
    case "keywords:frequency": {
      const { keyword, frequency, relation } = instruction.kwargs;
      return holds(countKeyword(response, keyword), relation, frequency);
    }
    case "keywords:forbidden_words":
      return !instruction.kwargs.forbidden_words.some(word => hasForbidden(response, word));
    case "keywords:letter_frequency": {
      const { letter, let_frequency, let_relation } = instruction.kwargs;
      return holds(countLetter(response, letter), let_relation, let_frequency);
    }
    case "language:response_language":
      return isIn(instruction.kwargs.language, response, context);
    case "length_constraints:number_sentences": {
      const { num_sentences, relation } = instruction.kwargs;
      return holds(sentencesOf(response, language).length, relation, num_sentences);
    }
    case "length_constraints:number_words": {
      const { num_words, relation } = instruction.kwargs;
      return holds(wordsOf(response, language).length, relation, num_words);
    }
    case "length_constraints:number_paragraphs":
      return paragraphCount(response) === instruction.kwargs.num_paragraphs;
    case "length_constraints:nth_paragraph_first_word":
      return startsNthParagraph(response, instruction.kwargs, language);
    case "detectable_content:number_placeholders":
      return atLeast(count(response, placeholders), instruction.kwargs.num_placeholders, instruction.kwargs);
    case "detectable_content:postscript":
      return hasPostscript(response, instruction.kwargs.postscript_marker);
    case "detectable_format:number_bullet_lists":
      return bulletCount(response) === instruction.kwargs.num_bullets;
    case "detectable_format:constrained_response":
      return (instruction.kwargs.options ?? englishOptions).some(option => response.includes(option.trim()));
    case "detectable_format:number_highlighted_sections":
      return atLeast(highlightCount(response), instruction.kwargs.num_highlights, instruction.kwargs);
    case "detectable_format:multiple_sections":
      return atLeast(
        sectionCount(response, instruction.kwargs.section_spliter, language),
        instruction.kwargs.num_sections,
        instruction.kwargs,
      );
    case "detectable_format:json_format":
      return isJson(response);
    case "detectable_format:title":
      return hasTitle(response);
    case "combination:two_responses":
      return hasTwoResponses(response);
    case "combination:repeat_prompt":
      return foldKeyword(response.trim()).startsWith(foldKeyword(instruction.kwargs.prompt_to_repeat.trim()));
    case "startend:end_checker": {
      const ending = foldKeyword(instruction.kwargs.end_phrase.trim());
      return foldKeyword(withoutQuotes(response.trim())).trimEnd().endsWith(ending);
    }
    case "startend:quotation":
      return isQuoted(response);
    case "change_case:capital_word_frequency": {
      const { capital_frequency, capital_relation } = instruction.kwargs;
      return holds(capitalWords(response, language), capital_relation, capital_frequency);
    }
    // Published for English only; in another language the row's own language is required.
    case "change_case:english_capital":
      return isAllCapital(response) && isIn(language, response, context);
    case "change_case:english_lowercase":
      return isAllSmall(response) && isIn(language, response, context);
    case "punctuation:no_comma":
      return !commas.test(response);
    default:
      return followsOwnKind(response, instruction, language) ?? false;
  }
}

/** Compares with "at least" unless the instruction has another relation, as only those of M-IFEval do. */
function atLeast(
  found: number,
  wanted: number,
  { relation }: { readonly relation?: Relation | undefined },
): boolean {
  return holds(found, relation ?? "at least", wanted);
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

/**
 * Returns true if the text is in the language. As in the reference implementation, this
 * includes unidentifiable texts.
 */
function isIn(language: string, text: string, { identify }: InstructionContext): boolean {
  const identified = identify(text);
  return identified === "und" || primarySubtag(identified) === primarySubtag(language);
}

/** Counts paragraphs, which are separated by three asterisks; null if one between two others is empty. */
function paragraphCount(text: string): number | null {
  const parts = text.split(/\s?\*\*\*\s?/u);
  const inner = parts.slice(1, -1);
  if (inner.some(part => part.trim() === "")) return null;
  return parts.filter(part => part.trim() !== "").length;
}

// Marks at which the reference implementation cuts a word, and their counterparts in other scripts.
const afterWord =
  /[.,?!'"\u060c\u061f\u06d4\u0964\u3001\u3002\uff0c\uff01\uff1f\u2018\u2019\u201c-\u201e\u00ab\u00bb\u300c-\u300f]/u;

function startsNthParagraph(
  text: string,
  wanted: InstructionArguments<"length_constraints:nth_paragraph_first_word">,
  language: string,
): boolean {
  const parts = text.split("\n\n");
  const filled = parts.filter(part => part.trim() !== "").length;
  if (filled !== wanted.num_paragraphs || wanted.nth_paragraph > filled) return false;
  const paragraph = foldKeyword((parts[wanted.nth_paragraph - 1] ?? "").trim()).replace(
    /^["'\u00ab\u00bb]+/u,
    "",
  );
  const word = foldKeyword(wanted.first_word.trim());
  if (!hasSpaces(language)) return paragraph.startsWith(word);
  const [first = ""] = paragraph.split(/\s/u, 1);
  return first.split(afterWord, 1)[0] === word;
}

/**
 * Returns true if the text has the marker. P.S. and P.P.S may contain spaces; other markers
 * must match as written.
 */
function hasPostscript(text: string, marker: string): boolean {
  const written = marker.trim();
  if (written === "P.P.S") return /p\.\s?p\.\s?s/iu.test(text);
  if (written === "P.S.") return /p\.\s?s\./iu.test(text);
  return foldKeyword(text).includes(foldKeyword(written));
}

/**
 * Counts bullets: Markdown's `*` and `-` like the reference implementation, and pasted
 * round and square bullets.
 */
function bulletCount(text: string): number {
  return (
    count(text, /^[^\S\n\r\u2028\u2029]*\*[^*].*$/gmu) +
    count(text, /^[^\S\n\r\u2028\u2029]*-.*$/gmu) +
    count(text, /^[^\S\n\r\u2028\u2029]*[\u2022\u2023\u25aa\u25cf\u25e6\u30fb].*$/gmu)
  );
}

/**
 * Counts `*this*` and `**this**`: in the latter, the pattern of the former finds only empty
 * pairs, which don't count.
 */
function highlightCount(text: string): number {
  const single = (text.match(/\*[^\n*]*\*/gu) ?? []).filter(found => /[^*\s]/u.test(found));
  const double = (text.match(/\*\*[^\n*]*\*\*/gu) ?? []).filter(found => /[^*\s]/u.test(found));
  return single.length + double.length;
}

/**
 * Counts sections: the splitter followed by a number, in languages other than English also
 * preceded by it, as in "第一部分" and "2. osa".
 */
function sectionCount(text: string, splitter: string, language: string): number {
  const written = escapeRegExp(splitter.trim());
  const after = count(text, new RegExp(`${written}\\s?\\p{Nd}+`, "gu"));
  if (primarySubtag(language) === "en") return after;
  const afterAny = count(text, new RegExp(`${written}\\s?${number}`, "gu"));
  const before = count(text, new RegExp(`(?<=${digit}[.\u00ba\u00aa]?\\s?)${written}`, "gu"));
  return Math.max(afterAny, before);
}

function isJson(text: string): boolean {
  const body = text
    .trim()
    .replace(/^```(?:json|Json|JSON)?/u, "")
    .replace(/```$/u, "")
    .trim();
  try {
    JSON.parse(body);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns true for `<<title>>`, also in full width, and for 《title》 on a line of its own,
 * because in running text it names a book.
 */
function hasTitle(text: string): boolean {
  return text.split("\n").some(line => {
    const name = line.trim();
    const alone = name.startsWith("\u300a") && name.endsWith("\u300b") ? name : "";
    const marked = [between(line, "<<", ">>"), between(line, "\uff1c\uff1c", "\uff1e\uff1e"), alone];
    return marked.some(title => /[^<>\uff1c\uff1e\u300a\u300b\s]/u.test(title));
  });
}

/** Returns the text from the first opening mark to the last closing one; empty if there is none. */
function between(line: string, open: string, close: string): string {
  const start = line.indexOf(open);
  return start === -1 ? "" : line.slice(start + open.length, Math.max(0, line.lastIndexOf(close)));
}

/**
 * Returns true for two different responses separated by six asterisks, with nothing empty except at the ends.
 */
function hasTwoResponses(text: string): boolean {
  const parts = text.split(/\*{6}|\uff0a{6}/u);
  if (parts.slice(1, -1).some(part => part.trim() === "")) return false;
  const [first, second, ...more] = parts.map(part => part.trim()).filter(part => part !== "");
  return first !== undefined && second !== undefined && more.length === 0 && first !== second;
}
