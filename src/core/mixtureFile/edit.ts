// Edits the text of a mixture file and preserves the rest of it, including comments.
import {
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  type Pair,
  type ParsedNode,
  parseDocument,
  stringify,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { HumanError } from "../../common/errors.ts";
import { type FormOrSweep, type FormValue, formValue, formYaml } from "../mixture/formYaml.ts";
import { spliceEntries } from "./spliceEntries.ts";

/** Replaces the mixture with this key in place, or adds one at the end. */
export function setMixture(text: string, key: string, form: FormOrSweep): string {
  return edit(text, {
    overwrite: document => {
      const pair = mixturesOf(document)?.items.find(item => keyOf(item) === key);
      return pair === undefined ? null : overwriteScalars(text, pair.value, formValue(form));
    },
    change: document => {
      const mixture = document.getIn(["mixtures", key]);
      if (isMap(mixture)) {
        changeEntries(document, mixture, formValue(form));
        return;
      }
      // `setIn` can't descend into a key without a value.
      if (document.has("mixtures") && mixturesOf(document) === undefined) document.delete("mixtures");
      document.setIn(["mixtures", key], document.createNode(formValue(form), { flow: true }));
    },
    splice: document => {
      const mixtures = mixturesOf(document);
      const written = formYaml(form);
      const pair = mixtures?.items.find(item => keyOf(item) === key);
      if (pair !== undefined) {
        return replaceValue(text, pair, written) ?? spliceEntries(text, pair.value, formValue(form));
      }
      const last = mixtures?.items.at(-1);
      if (last === undefined || mixtures?.flow === true) return null;
      const end = endOfLine(text, endOf(text, last));
      const indent = indentOf(text, startOf(last));
      return `${text.slice(0, end)}${eolOf(text)}${indent}${keyText(key)}: ${written}${text.slice(end)}`;
    },
  });
}

export function removeMixture(text: string, key: string): string {
  return edit(text, {
    change: document => {
      document.deleteIn(["mixtures", key]);
    },
    splice: document => {
      const mixtures = mixturesOf(document);
      const pair = mixtures?.items.find(item => keyOf(item) === key);
      if (pair === undefined || mixtures?.flow === true) return null;
      const start = text.lastIndexOf("\n", startOf(pair) - 1) + 1;
      const end = endOfLine(text, endOf(text, pair));
      const next = text.indexOf("\n", end);
      return text.slice(0, start) + (next < 0 ? "" : text.slice(next + 1));
    },
  });
}

/** Copies a mixture under another name, directly after the original and verbatim, including comments. */
export function copyMixture(text: string, key: string, name: string): string {
  const find = (document: MixtureDocument) => mixturesOf(document)?.items.find(item => keyOf(item) === key);
  return edit(text, {
    change: document => {
      const mixtures = mixturesOf(document);
      const pair = find(document);
      if (mixtures === undefined || pair === undefined) return;
      const value = document.createNode(pair.value?.toJS(document), { flow: true });
      const copy = document.createPair(name, value) as ParsedPair;
      mixtures.items.splice(mixtures.items.indexOf(pair) + 1, 0, copy);
    },
    splice: document => {
      const pair = find(document);
      if (pair === undefined) return null;
      const end = endOf(text, pair);
      // An anchor in the copy would redefine the original's from there on.
      const value = text.slice(pair.key.range[1], end).replace(/&[^\s,[\]{}]+[ \t]*/g, "");
      const flow = mixturesOf(document)?.flow === true;
      const at = flow ? end : endOfLine(text, end);
      const lead = flow ? ", " : eolOf(text) + indentOf(text, startOf(pair));
      return text.slice(0, at) + lead + keyText(name) + value + text.slice(at);
    },
  });
}

export function setBudget(text: string, budget: number): string {
  return edit(text, {
    overwrite: document => {
      const node = document.get("budget", true);
      return isScalar(node) ? overwriteScalars(text, node as ParsedNode, budget) : null;
    },
    change: document => document.setIn(["budget"], budget),
    splice: document => {
      const root = document.contents;
      const pair = isMap(root) ? root.items.find(item => keyOf(item) === "budget") : undefined;
      return pair === undefined ? null : replaceValue(text, pair as ParsedPair, String(budget));
    },
  });
}

type ParsedPair = Pair<ParsedNode, ParsedNode | null>;
type MixtureDocument = ReturnType<typeof parse>;

function parse(text: string) {
  return parseDocument(text, { stringKeys: true, uniqueKeys: false, logLevel: "error" });
}

interface Edit {
  /**
   * Overwrites single values only, which can't change any other meaning. Returns null when more must change.
   */
  readonly overwrite?: (document: MixtureDocument) => string | null;
  /** Changes the document: always correct, but printed in the layout of the YAML library. */
  readonly change: (document: MixtureDocument) => void;
  /** Changes the text alone, or returns null when that is not simple. */
  readonly splice: (document: MixtureDocument) => string | null;
}

/**
 * Returns the spliced text if it has the same meaning as the changed document, otherwise the printed
 * document.
 */
function edit(text: string, { overwrite, change, splice }: Edit): string {
  const document = parse(text);
  if (document.errors.length > 0) {
    throw new HumanError("The mixture file can't be edited because it is not valid YAML.", {
      remedy: "Fix the underlined line in the file first.",
    });
  }
  const overwritten = overwrite?.(document) ?? null;
  if (overwritten !== null) return overwritten;
  const spliced = splice(document);
  change(document);
  try {
    if (spliced !== null) {
      const again = parse(spliced);
      const same = JSON.stringify(again.toJS()) === JSON.stringify(document.toJS());
      if (same && again.errors.length === 0) return spliced;
    }
    const printed = document.toString({ lineWidth: 0 });
    return eolOf(text) === "\n" ? printed : printed.replaceAll("\n", eolOf(text));
  } catch (error) {
    // Thrown when an alias would lose its anchor.
    throw new HumanError("Another part of the mixture file refers to this value through an alias.", {
      remedy: "Edit the text instead, where the anchor (&) and alias (*) are visible.",
      cause: error,
    });
  }
}

/** Changes a map entry by entry, so that comments on unchanged entries are kept. */
function changeEntries(document: MixtureDocument, map: YAMLMap, value: FormValue): void {
  for (const pair of [...map.items]) {
    const name = keyOf(pair);
    if (name === null || !(name in value)) map.delete(pair.key);
  }
  for (const [name, part] of Object.entries(value)) {
    const old = map.get(name, true);
    // A value with an anchor is shared, so it is replaced instead of changed.
    if (isNode(old) && "anchor" in old && old.anchor !== undefined && !isAlias(old)) {
      if (JSON.stringify(old.toJS(document)) === JSON.stringify(part)) continue;
      map.set(name, document.createNode(part, { flow: true }));
      continue;
    }
    // Assigning to a scalar keeps its node and the comment attached to it.
    if (isScalar(old) && typeof part !== "object") old.value = part;
    else if (isSeq(old) && Array.isArray(part)) changeItems(document, old, part as readonly unknown[]);
    else if (isMap(old) && isFormMap(part)) changeEntries(document, old, part);
    else map.set(name, document.createNode(part, { flow: true }));
  }
}

/** Changes a list. Items that stay keep their nodes, even at another position. */
function changeItems(document: MixtureDocument, list: YAMLSeq, values: readonly unknown[]): void {
  const old = [...list.items];
  list.items = values.map(value => {
    const at = old.findIndex(item => isScalar(item) && item.value === value);
    return at < 0 ? document.createNode(value) : old.splice(at, 1)[0];
  });
}

function isFormMap(value: FormValue[string] | undefined): value is Readonly<Record<string, string | number>> {
  return typeof value === "object" && !Array.isArray(value);
}

/**
 * Overwrites only the values that differ, so layout and comments stay as they are. Returns null when keys are
 * added or removed, or when the length of a list changes.
 */
function overwriteScalars(text: string, node: ParsedNode | null, value: FormValue | number): string | null {
  const changes: { start: number; end: number; text: string }[] = [];
  const visit = (at: unknown, wanted: unknown): boolean => {
    if ((isMap(at) || isSeq(at)) && at.anchor !== undefined) return false;
    if (isMap(at) && typeof wanted === "object" && wanted !== null && !Array.isArray(wanted)) {
      const entries = Object.entries(wanted);
      return (
        entries.length === at.items.length && entries.every(([name, part]) => visit(at.get(name, true), part))
      );
    }
    if (isSeq(at) && Array.isArray(wanted)) {
      const others = at.items.filter((item, i) => !isScalar(item) || item.value !== wanted[i]).length;
      // In block style a comment next to an item belongs to it and would have to move with it.
      if (at.flow !== true && others > 1) return false;
      return at.items.length === wanted.length && at.items.every((item, i) => visit(item, wanted[i]));
    }
    if (!isScalar(at) || typeof wanted === "object" || !at.range) return false;
    if (at.value === wanted) return true;
    const [start, end] = at.range;
    if (at.anchor !== undefined || at.tag !== undefined || at.type !== "PLAIN" || start === end) return false;
    if (parse(`[${wanted}]`).getIn([0]) !== wanted) return false;
    changes.push({ start, end, text: String(wanted) });
    return true;
  };
  if (!visit(node, value)) return null;
  changes.sort((a, b) => b.start - a.start);
  return changes.reduce(
    (all, change) => all.slice(0, change.start) + change.text + all.slice(change.end),
    text,
  );
}

function mixturesOf(document: MixtureDocument) {
  const mixtures = document.get("mixtures");
  return isMap<ParsedNode, ParsedNode | null>(mixtures) ? mixtures : undefined;
}

function keyOf(pair: Pair<unknown, unknown>): string | null {
  return isScalar(pair.key) ? String(pair.key.value) : null;
}

/** Returns null when the value contains a comment, which replacing its text would lose. */
function replaceValue(text: string, pair: ParsedPair, value: string): string | null {
  const keyEnd = pair.key.range[1];
  const range = pair.value?.range;
  if (!range || isScalar(pair.key) === false) return null;
  const end = trimmedEnd(text, range[1], range[0]);
  const old = text.slice(keyEnd, end);
  if (old.includes("#") || old.includes("&")) return null;
  // A value on the key's line keeps the spaces that align it. A block below the key becomes a single line.
  const before = text.slice(keyEnd, range[0]);
  const lead = before.includes("\n") ? ": " : before;
  return text.slice(0, keyEnd) + lead + value + text.slice(end);
}

function startOf(pair: ParsedPair): number {
  return pair.key.range[0];
}

function endOf(text: string, pair: ParsedPair): number {
  return trimmedEnd(text, pair.value?.range[1] ?? pair.key.range[1], pair.key.range[1]);
}

/** Excludes trailing white space, which the range of a block includes. */
function trimmedEnd(text: string, end: number, atLeast: number): number {
  return atLeast + text.slice(atLeast, end).trimEnd().length;
}

/** Offset of the next line break. */
function endOfLine(text: string, offset: number): number {
  const newline = text.indexOf("\n", offset);
  if (newline < 0) return text.length;
  return text[newline - 1] === "\r" ? newline - 1 : newline;
}

function indentOf(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return /^\s*/.exec(line)?.[0] ?? "";
}

function eolOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
}

function keyText(key: string): string {
  return stringify(key, { lineWidth: 0 }).trim();
}
