// Completions at the cursor of a mixture file, with details that help to choose between them.
import type { SourceRange } from "../../common/diagnostic.ts";
import { sortedTags } from "../language/tags.ts";
import type { KeyDescription } from "../mixtureFile/keyDescription.ts";
import type { ParsedMixtureFile } from "../mixtureFile/parse.ts";
import { describeKey, keysIn, mixtureForms } from "../mixtureFile/schema.ts";
import { type Source, scalarText } from "../mixtureFile/textEdit.ts";
import { examples, namesOf } from "./amountText.ts";
import { type Cursor, cursorAt } from "./cursor.ts";
import type { Known, KnownLanguage, Offer } from "./known.ts";
import { nodeAt } from "./remove.ts";

export interface Completion {
  readonly label: string;
  readonly kind: "key" | "value" | "language" | "mixture" | "file" | "model";
  readonly detail: string;
  readonly documentation: string;
  /** Text that replaces `range`. */
  readonly insert: string;
  readonly range: SourceRange;
  /** Text that typed letters are matched against, if not the label alone. */
  readonly filter?: string;
}

type Choice = Omit<Completion, "range">;

/** Languages offered when no data were found: those of the study by Shaham et al. 2024. */
const studied = "ar cs en es et fi he hi it ru sw zh".split(" ");

/** Lists that may also be the word `all`. */
const listsOrAll = new Set([
  "mixtures.*.over",
  "mixtures.*.uniform",
  "mixtures.*.languages",
  "evaluate.languages",
]);
const languageKeys = new Set([...listsOrAll, "mixtures.*.monolingual", "mixtures.*.base"]);

/** Returns the completions at an offset, in display order. */
export function completionsAt(
  source: Source,
  parsed: ParsedMixtureFile,
  known: Known,
  position: { readonly line: number; readonly column: number },
): Completion[] {
  const lines = Array.from({ length: position.line + 1 }, (_, line) => source.line(line));
  const cursor = cursorAt(lines, position.line, position.column);
  if (cursor === null) return [];
  // The completion also replaces the rest of the word after the cursor.
  const quote = /^["']/.exec(cursor.word)?.[0] ?? "";
  const rest = new RegExp(`^[^\\s,{}[\\]#:"']*${quote}`).exec(
    source.line(position.line).slice(position.column),
  );
  const end = { line: position.line, column: position.column + (rest?.[0].length ?? 0) };
  const range = { start: { line: position.line, column: cursor.column }, end };
  // A key that already has a value is only renamed.
  const named = cursor.kind === "key" && /^\s*:(\s|$)/.test(source.line(end.line).slice(end.column));
  const choices =
    cursor.kind === "key" ? keyChoices(cursor, parsed, known, position.line) : valueChoices(cursor, known);
  const lead = lines[position.line]?.[cursor.column - 1] === ":" ? " " : "";
  return choices
    .filter(choice => !(named && choice.kind === "mixture"))
    .map(choice => ({ ...choice, insert: named ? choice.label : lead + choice.insert, range }));
}

function schemaPath(path: readonly string[]): string {
  return path.map((part, index) => (index === 1 && path[0] === "mixtures" ? "*" : part)).join(".");
}

function keyChoices(cursor: Cursor, parsed: ParsedMixtureFile, known: Known, line: number): Choice[] {
  const section = schemaPath(cursor.path);
  const written = writtenKeys(cursor, parsed, line);
  if (section === "mixtures") return mixtureChoices(known, written);
  if (section === "mixtures.*.shares") {
    return languageChoices(known.train, written).map(choice => ({ ...choice, insert: `${choice.insert}: ` }));
  }
  const described = keysIn(section).filter(key => !key.path.endsWith("*"));
  return described
    .filter(key => !written.has(nameOf(key)) && fits(nameOf(key), section, written))
    .map(key => keyChoice(key, cursor));
}

/** Keys already present in the same map, above and below the cursor, without the word under the cursor. */
function writtenKeys(cursor: Cursor, parsed: ParsedMixtureFile, line: number): ReadonlySet<string> {
  const nodes = parsed.outline();
  const node = cursor.path.length === 0 ? null : nodeAt(nodes, cursor.path);
  // In a list, the item that contains the cursor: the last one that begins at or above its line.
  const item = node?.children.findLast(
    ({ path, keyRange }) => typeof path.at(-1) === "number" && keyRange.start.line <= line,
  );
  const children = cursor.path.length === 0 ? nodes : ((item ?? node)?.children ?? []);
  const keys = new Set([...children.map(child => String(child.path.at(-1))), ...cursor.siblings]);
  keys.delete(cursor.word.trim());
  return keys;
}

/** Keys of each form. A mixture has one form, so keys of other forms are not offered once one is present. */
const forms: readonly (readonly string[])[] = [
  ["base", "spread", "over", "grow"],
  ["monolingual"],
  ["uniform"],
  ["shares"],
  ["temperature", "languages"],
];

function fits(name: string, section: string, written: ReadonlySet<string>): boolean {
  if (section !== "mixtures.*") return true;
  const begun = forms.find(keys => keys.some(key => written.has(key)));
  return begun === undefined || begun.includes(name);
}

function keyChoice(key: KeyDescription, cursor: Cursor): Choice {
  const name = nameOf(key);
  const isMap = key.type === "map";
  const indent = " ".repeat(cursor.column + 2);
  const insert = !isMap ? `${name}: ` : cursor.flow ? `${name}: {  }` : `${name}:\n${indent}`;
  return {
    label: name,
    kind: "key",
    detail: key.required ? `${key.type}, required` : key.type,
    documentation: documentationOf(key),
    insert,
  };
}

export function documentationOf(key: KeyDescription): string {
  return key.default === undefined ? key.help : `${key.help}\n\nDefault: \`${key.default}\``;
}

function nameOf(key: KeyDescription): string {
  return key.path.slice(key.path.lastIndexOf(".") + 1);
}

/** Complete mixtures under unused names, in languages that have data. */
function mixtureChoices(known: Known, written: ReadonlySet<string>): Choice[] {
  const tags = sortedTags(known.train.map(({ language }) => language));
  const base = tags.includes("en") || tags.length === 0 ? "en" : (tags[0] ?? "en");
  const names: Readonly<Record<string, string>> = {
    monolingual: tags.length < 2 ? "english" : "each",
    spread: "pinch",
    uniform: "uniform",
    shares: "shares",
    temperature: "tempered",
  };
  return mixtureForms.flatMap(({ label, example, help }) => {
    const name = names[label] ?? label;
    if (written.has(name)) return [];
    const form = formExample(label, example, tags, base);
    return [{ label: name, kind: "mixture", detail: form, documentation: help, insert: `${name}: ${form}` }];
  });
}

function formExample(label: string, example: string, tags: readonly string[], base: string): string {
  if (label === "monolingual" && tags.length >= 2) return `{ monolingual: [${tags.join(", ")}] }`;
  if (label === "shares" && tags.length > 0) {
    const other = tags.find(tag => tag !== base);
    return other === undefined
      ? `{ shares: { ${base}: 100% } }`
      : `{ shares: { ${base}: 90%, ${other}: 10% } }`;
  }
  return example.replace(/\ben\b/, base);
}

function valueChoices(cursor: Cursor, known: Known): Choice[] {
  const path = schemaPath(cursor.path);
  const key = describeKey(cursor.path);
  if (languageKeys.has(path)) {
    const data = path.startsWith("evaluate") ? known.eval : known.train;
    const all: Choice[] =
      listsOrAll.has(path) && !cursor.inList
        ? [choiceOf("all", "value", `every language with data: ${data.length}`, key?.help ?? "")]
        : [];
    return [...all, ...languageChoices(data, new Set(cursor.siblings))];
  }
  if (/^mixtures\.\*$/.test(path)) {
    const tags = sortedTags(known.train.map(({ language }) => language));
    const base = tags.includes("en") || tags.length === 0 ? "en" : (tags[0] ?? "en");
    return mixtureForms.map(({ label, example, help }) => {
      const form = formExample(label, example, tags, base);
      return { label, kind: "mixture", detail: form, documentation: help, insert: form };
    });
  }
  if (path === "model" || path === "model.path")
    return offers([...known.models, ...starterOffer(known)], "model", cursor);
  if (/^data\.(train|eval|dev)(\.file)?$/.test(path)) return offers(known.patterns, "file", cursor);
  if (path === "evaluate.identifier") return offers(known.identifiers, "file", cursor);
  if (path === "budget") return budgetChoices(known);
  const written = new Set(cursor.siblings);
  const defaults = key?.default === undefined || /[ ,]/.test(key.default) ? [] : [key.default];
  return [...new Set([...(key?.values ?? []), ...defaults])]
    .filter(value => !written.has(value) && !(cursor.inList && value.startsWith("[")))
    .map(value => {
      const detail = value === key?.default ? "default" : "";
      return choiceOf(value, "value", detail, key?.help ?? "");
    });
}

function choiceOf(value: string, kind: Choice["kind"], detail: string, documentation: string): Choice {
  return { label: value, kind, detail, documentation, insert: value };
}

function starterOffer({ models }: Known): Offer[] {
  const starter = "pinch/starter";
  return models.some(({ value }) => value === starter) ? [] : [{ value: starter, detail: "built in, small" }];
}

function offers(found: readonly Offer[], kind: Choice["kind"], cursor: Cursor): Choice[] {
  return found.map(({ value, detail }) => ({
    label: value,
    kind,
    detail,
    documentation: "",
    insert: scalarText(value, cursor.flow),
  }));
}

/** Budgets: the largest for which every language has enough data, and the size of the largest language. */
function budgetChoices({ train }: Known): Choice[] {
  if (train.length === 0) return [];
  const rows = train.map(each => each.rows);
  const smallest = Math.min(...rows);
  const largest = Math.max(...rows);
  const least = choiceOf(String(smallest), "value", "every language has this many examples", "");
  return smallest === largest
    ? [least]
    : [least, choiceOf(String(largest), "value", "only the largest language has this many", "")];
}

/** Languages with data come first. Matched by their own name, their tag and their English name. */
function languageChoices(data: readonly KnownLanguage[], written: ReadonlySet<string>): Choice[] {
  const rows = new Map(data.map(each => [each.language, each.rows]));
  const tags = rows.size > 0 ? sortedTags(rows.keys()) : studied;
  return tags
    .filter(tag => !written.has(tag))
    .map(tag => {
      const count = rows.get(tag);
      const found = count === undefined ? "" : ` · ${examples(count)}`;
      const names = namesOf(tag);
      return {
        label: tag,
        kind: "language",
        detail: `${names}${found}`,
        documentation: "",
        insert: tag,
        filter: `${tag} ${names.replace(/[\u2068\u2069·]/g, "").replace(/\s+/g, " ")}`,
      };
    });
}
