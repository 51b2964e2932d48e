// Hover texts: the meaning of a key, the actual counts and tokens of a mixture, the data of a language.
import type { Position, SourceRange } from "../../common/diagnostic.ts";
import { escapeMarkdownText } from "../../common/markdown.ts";
import { canonicalTag, displayName, isLanguageTag } from "../language/tags.ts";
import type { MixtureSpec } from "../mixture/mixtureFile.ts";
import type { ParsedMixtureFile } from "../mixtureFile/parse.ts";
import { describeKey } from "../mixtureFile/schema.ts";
import type { Source } from "../mixtureFile/textEdit.ts";
import { amount, charactersPerToken, examples, namesOf } from "./amountText.ts";
import { documentationOf } from "./completions.ts";
import type { Known, KnownLanguage } from "./known.ts";
import { partsOf, sumOfTokens } from "./realised.ts";

export interface Hover {
  readonly markdown: string;
  readonly range: SourceRange | null;
}

/** Maximum number of sweep members listed; for longer sweeps, their number is shown too. */
const listedMembers = 8;

export function hoverAt(
  source: Source,
  parsed: ParsedMixtureFile,
  known: Known,
  position: Position,
): Hover | null {
  const path = parsed.pathAt(position);
  if (path === null) return null;
  const [section, name] = path;
  const parts: string[] = [];
  const tag = tagAt(source, position);
  const isEvaluation = section === "evaluate";
  if (tag !== null && namesLanguageAt(path)) {
    parts.push(languageText(tag.tag, isEvaluation ? known.eval : known.train));
  }
  if (section === "mixtures" && path.length === 2) parts.push(...mixtureText(parsed, known, String(name)));
  if (section === "budget") parts.push(...budgetText(parsed, known));
  if (section === "data" && (name === "train" || name === "eval" || name === "dev"))
    parts.push(filesText(known[name]));
  const key = describeKey(path);
  // The table of a whole mixture says more than the help on the key.
  if (key !== null && !(path.length === 2 && parts.length > 0)) {
    const required = key.required ? " (required)" : "";
    parts.push(
      `**${escapeMarkdownText(key.path.replaceAll("*", "…"))}**: ${key.type}${required}`,
      documentationOf(key),
    );
  }
  const shown = parts.filter(part => part !== "");
  return shown.length === 0 ? null : { markdown: shown.join("\n\n"), range: tag?.range ?? null };
}

/** Reports whether the path leads to a language, written as a value or as a key. */
function namesLanguageAt(path: readonly (string | number)[]): boolean {
  const key = path.filter(part => typeof part === "string");
  const last = key.at(-1) ?? "";
  if (path[0] === "evaluate") return last === "languages";
  if (path[0] !== "mixtures") return false;
  return ["monolingual", "base", "over", "uniform", "languages"].includes(last) || key[2] === "shares";
}

function tagAt(source: Source, { line, column }: Position): { tag: string; range: SourceRange } | null {
  const text = source.line(line);
  for (const match of text.matchAll(/[a-zA-Z]{2,3}(?:-[a-zA-Z0-9]{2,8})*/g)) {
    if (match.index > column || match.index + match[0].length < column) continue;
    const tag = canonicalTag(match[0]);
    if (tag === null || !isLanguageTag(tag) || displayName(tag) === tag) return null;
    const end = match.index + match[0].length;
    return { tag, range: { start: { line, column: match.index }, end: { line, column: end } } };
  }
  return null;
}

function languageText(tag: string, data: readonly KnownLanguage[]): string {
  const found = data.find(each => each.language === tag);
  const title = `**${tag}** ${namesOf(tag)}`;
  if (found === undefined) return data.length === 0 ? title : `${title}\n\nNo data file in this language.`;
  const ratio = charactersPerToken(found);
  const tokens =
    found.tokens === null
      ? ""
      : ` · about ${amount(Math.round(found.tokens.perExample))} tokens each${ratio === null ? "" : ` · ${ratio.toFixed(1)} characters per token`}`;
  return `${title}\n\n${examples(found.rows)} in ${escapeMarkdownText(shortPath(found.path))}${tokens}`;
}

/** File name and the name of its folder. */
function shortPath(path: string): string {
  return path.split(/[\\/]/).slice(-2).join("/");
}

function mixtureText(parsed: ParsedMixtureFile, known: Known, key: string): string[] {
  const members = parsed.draft.mixtures.filter(mixture => mixture.key === key);
  const [first] = members;
  if (first === undefined) return [];
  if (members.length > 1)
    return [
      `**${escapeMarkdownText(key)}**: a sweep of ${members.length} mixtures`,
      sweepTable(members, parsed, known),
    ];
  return [`**${escapeMarkdownText(key)}**`, partsTable(first, parsed, known)];
}

/** Shows shares of examples next to shares of tokens, since the two differ. */
function partsTable(spec: MixtureSpec, { draft }: ParsedMixtureFile, known: Known): string {
  const parts = partsOf(spec, draft.budget, known);
  if (parts === null) return "Counts appear once the data files are found.";
  const total = parts.reduce((sum, part) => sum + part.examples, 0);
  const tokens = sumOfTokens(parts);
  const rows = parts.map(part => {
    const data = known.train.find(each => each.language === part.language);
    const ratio = data === undefined ? null : charactersPerToken(data);
    return [
      `${part.language} ${displayName(part.language)}`,
      amount(part.examples),
      percent(part.examples, total),
      part.tokens === null ? "" : amount(part.tokens),
      part.tokens === null || tokens === null ? "" : percent(part.tokens, tokens),
      ratio === null ? "" : ratio.toFixed(1),
    ];
  });
  const sum = ["all", amount(total), "", tokens === null ? "" : amount(tokens), "", ""];
  return table(["language", "examples", "share", "tokens", "share", "characters per token"], [...rows, sum]);
}

function sweepTable(members: readonly MixtureSpec[], { draft }: ParsedMixtureFile, known: Known): string {
  const rows = members.slice(0, listedMembers).map(spec => {
    const parts = partsOf(spec, draft.budget, known);
    const tokens = parts === null ? null : sumOfTokens(parts);
    return [
      escapeMarkdownText(spec.name),
      parts === null ? "" : countsText(parts),
      tokens === null ? "" : amount(tokens),
    ];
  });
  const more = members.length > listedMembers ? `\n\nAnd ${members.length - listedMembers} more.` : "";
  return table(["mixture", "examples", "tokens"], rows) + more;
}

/** Lists counts, as in `fi 15 · sw 15 · en 570`. Languages with equal counts are grouped: `en 560 · 11 × 4`. */
export function countsText(parts: readonly { language: string; examples: number }[]): string {
  const groups = new Map<number, string[]>();
  for (const { language, examples: count } of parts) {
    groups.set(count, [...(groups.get(count) ?? []), language]);
  }
  return [...groups]
    .map(([count, languages]) =>
      languages.length > 3
        ? `${languages.length} languages × ${amount(count)}`
        : languages.map(language => `${language} ${amount(count)}`).join(" · "),
    )
    .join(" · ");
}

function budgetText({ draft }: ParsedMixtureFile, known: Known): string[] {
  const { budget } = draft;
  const counted = known.train.filter(each => each.tokens !== null);
  if (budget === null || counted.length === 0) return [];
  const rows = counted.map(each => [
    `${each.language} ${displayName(each.language)}`,
    amount(Number(((each.tokens?.perExample ?? 0) * budget).toPrecision(2))),
    charactersPerToken(each)?.toFixed(1) ?? "",
  ]);
  return [
    `${examples(budget)} have different numbers of tokens in each language:`,
    table(["language", "tokens", "characters per token"], rows),
  ];
}

function filesText(data: readonly KnownLanguage[]): string {
  if (data.length === 0) return "";
  const rows = data.map(each => [
    `${each.language} ${displayName(each.language)}`,
    amount(each.rows),
    each.tokens === null ? "" : amount(Number((each.tokens.perExample * each.rows).toPrecision(2))),
    charactersPerToken(each)?.toFixed(1) ?? "",
  ]);
  return table(["language", "examples", "tokens", "characters per token"], rows);
}

function percent(part: number, whole: number): string {
  if (whole === 0) return "";
  const share = (100 * part) / whole;
  return `${share > 0 && share < 1 ? share.toFixed(1) : Math.round(share)}%`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  // Empty columns are left out.
  const kept = head.map((_, column) => column).filter(column => rows.some(row => row[column] !== ""));
  const line = (cells: readonly string[]) => `| ${kept.map(column => cells[column] ?? "").join(" | ")} |`;
  const marks = kept.map((_, index) => (index === 0 ? "---" : "---:"));
  return [line(head), `| ${marks.join(" | ")} |`, ...rows.map(line)].join("\n");
}
