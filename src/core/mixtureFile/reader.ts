// Reads values from a YAML document. Collects all faults with their ranges instead of stopping at the first.
import { isAlias, isMap, isScalar, isSeq, type Node } from "yaml";
import type { Diagnostic, Severity, SourceRange } from "../../common/diagnostic.ts";
import { closest, plainWord } from "../../common/didYouMean.ts";
import { shortened } from "../../common/words.ts";
import { describeRule, isWithin, type NumberRule } from "./numberRule.ts";
import { type Advice, fromOtherTool } from "./otherTools.ts";
import { keysIn, sectionOf } from "./schema.ts";
import type { YamlText } from "./yamlText.ts";

export type Path = readonly (string | number)[];

/** A value in the file; `node` is null when the key has no value. */
export interface Field {
  readonly path: Path;
  readonly node: Node | null;
  readonly range: SourceRange;
  readonly keyRange: SourceRange;
}

interface ReportedMore extends Pick<Diagnostic, "download"> {
  readonly severity?: Severity;
  readonly meant?: string | null;
}

/** Maximum number of faults with suggestions. A file of another kind can have a hundred thousand faults. */
const maxExplained = 500;

export class YamlReader {
  readonly diagnostics: Diagnostic[] = [];
  readonly #yaml: YamlText;
  /** Places without a value because of a bad alias, of which nothing else is reported. */
  readonly #unknown: SourceRange[] = [];

  constructor(yaml: YamlText) {
    this.#yaml = yaml;
  }

  /** False after so many faults that suggestions are no longer computed. */
  get tellsMore(): boolean {
    return this.diagnostics.length < maxExplained;
  }

  get root(): Field {
    const range = this.#yaml.span(0, 1);
    return { path: [], node: this.#follow(this.#yaml.document.contents, range), range, keyRange: range };
  }

  report(
    range: SourceRange,
    code: string,
    message: string,
    remedy = "",
    more: Severity | ReportedMore = "error",
  ): void {
    const {
      severity = "error",
      meant = null,
      download,
    } = typeof more === "string" ? { severity: more } : more;
    if (this.#unknown.includes(range)) return;
    this.diagnostics.push({
      severity,
      code,
      message,
      remedy,
      range,
      ...(meant === null ? {} : { meant }),
      ...(download === undefined ? {} : { download }),
    });
  }

  #follow(node: unknown, range: SourceRange): Node | null {
    const found = this.#yaml.resolve(node);
    if (found === null && isAlias(node)) {
      const remedy = `If it is a text, put it in quotes: "*${node.source}". Otherwise mark the value to repeat with &${node.source}.`;
      this.report(range, "bad-alias", `No earlier value is marked &${node.source}.`, remedy);
      this.#unknown.push(range);
    }
    return found;
  }

  /** The value as written in the file, shortened. */
  written(field: Field): string {
    const text = this.#yaml.written(field.node);
    const firstLine = text.split(/\r?\n/)[0] ?? "";
    return firstLine.length > 40 || firstLine !== text ? `${firstLine.slice(0, 40)}…` : firstLine;
  }

  /** Returns the entries of a map by key. Duplicate keys are reported, and the first one counts. */
  entries(field: Field, what: string, example: string): Map<string, Field> | null {
    const pairs = this.pairs(field, what, example);
    if (pairs === null) return null;
    const entries = new Map<string, Field>();
    for (const [name, entry] of pairs) if (!entries.has(name)) entries.set(name, entry);
    return entries;
  }

  /** Returns the entries of a map in order, including duplicate keys, which are reported. */
  pairs(field: Field, what: string, example: string): [string, Field][] | null {
    if (!isMap(field.node)) {
      this.report(
        field.range,
        typeCode(field),
        `${what} must be a map${this.#found(field)}.`,
        `Write, for example, ${example}.`,
      );
      return null;
    }
    const names = new Set<string>();
    return field.node.items.map((pair): [string, Field] => {
      const name = isScalar(pair.key) ? String(pair.key.value ?? "") : "";
      const keyRange = this.#yaml.rangeOf(pair.key) ?? field.keyRange;
      if (names.has(name)) {
        this.report(
          keyRange,
          "duplicate-key",
          `Duplicate key "${shortened(name)}".`,
          "Remove or rename one of them.",
        );
      }
      names.add(name);
      const range = this.#yaml.rangeOf(pair.value) ?? keyRange;
      const node = this.#follow(pair.value, range);
      const empty = node === null || (isScalar(node) && node.value === null);
      return [name, { path: [...field.path, name], node: empty ? null : node, range, keyRange }];
    });
  }

  /** Returns the items of a list. A single value counts as a list with one item. */
  items(field: Field): Field[] {
    if (!isSeq(field.node)) return [{ ...field, path: [...field.path, 0] }];
    return field.node.items.map((item, index) => {
      const range = this.#yaml.rangeOf(item) ?? field.range;
      return { path: [...field.path, index], node: this.#follow(item, range), range, keyRange: range };
    });
  }

  isMap(field: Field): boolean {
    return isMap(field.node);
  }

  isList(field: Field): boolean {
    return isSeq(field.node);
  }

  /** Reads a map with fixed keys. Unknown keys, with suggestions, and missing keys are reported. */
  section(field: Field, section: string, example: string): Map<string, Field> | null {
    const what = section === "" ? "A mixture file" : `"${section}"`;
    const entries = this.entries(field, what, example);
    if (entries === null) return null;
    const meant = this.unknownKeys(entries, section);
    for (const key of keysIn(section)) {
      const name = key.path.slice(section === "" ? 0 : section.length + 1);
      if (key.required && name !== "*" && !entries.has(name) && !meant.has(name)) {
        this.missing(field.path.length === 0 ? field.range : field.keyRange, key.path, key.help);
      }
    }
    return entries;
  }

  missing(range: SourceRange, key: string, help: string): void {
    const sentence = help.charAt(0).toLowerCase() + help.slice(1);
    this.report(range, "missing-key", `"${key}" is missing.`, `Add it: ${sentence}`, { meant: key });
  }

  /** Reports every key that the section does not know. Returns the known keys that were suggested instead. */
  unknownKeys(entries: ReadonlyMap<string, Field>, section: string): ReadonlySet<string> {
    const known = keysIn(section).map(key => key.path.slice(section === "" ? 0 : section.length + 1));
    const where = section === "" ? "here" : section === "mixtures.*" ? "in a mixture" : `in "${section}"`;
    const meant = new Set<string>();
    for (const [name, field] of entries) {
      if (known.includes(name)) continue;
      const absent = known.filter(key => !entries.has(key));
      const advice = this.tellsMore ? adviceFor(name, section, absent) : null;
      const near = advice?.meant ?? null;
      if (near !== null) meant.add(near);
      const remedy = advice?.remedy ?? `Known keys ${where}: ${known.join(", ")}.`;
      this.report(field.keyRange, "unknown-key", `Unknown key "${shortened(name)}" ${where}.`, remedy, {
        meant: near,
      });
    }
    return meant;
  }

  scalar(field: Field): unknown {
    return isScalar(field.node) ? field.node.value : undefined;
  }

  text(field: Field | undefined, name: string): string | null {
    if (field === undefined) return null;
    const value = this.scalar(field);
    if (typeof value !== "string" || value.trim() === "") {
      this.wrongType(field, name, "text");
      return null;
    }
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what a backslash in double quotes makes
    const control = /[\0-\x1f]/.exec(value)?.[0];
    if (control === undefined) return value;
    const written = JSON.stringify(control).slice(1, -1);
    this.report(
      field.range,
      "control-character",
      `"${name}" contains ${written}: in double quotes, a backslash starts an escape sequence.`,
      "Use / between folders, which works on every system.",
    );
    return null;
  }

  choice<T extends string>(field: Field | undefined, name: string, choices: readonly T[], fallback: T): T {
    if (field === undefined) return fallback;
    const value = this.scalar(field);
    const found = choices.find(choice => choice === value);
    if (found !== undefined) return found;
    const near = typeof value === "string" ? closest(value, choices) : null;
    this.report(
      field.range,
      "unknown-value",
      `"${name}" must be ${oneOf(choices)}${this.#found(field)}.`,
      near === null ? "" : `Did you mean "${near}"?`,
      { meant: near },
    );
    return fallback;
  }

  number(field: Field | undefined, name: string, rule: NumberRule, fallback: number): number {
    if (field === undefined) return fallback;
    const value = this.scalar(field);
    if (typeof value === "number" && isWithin(value, rule)) return value;
    this.report(
      field.range,
      typeof value === "number" ? "bad-number" : typeCode(field),
      `"${name}" must be ${describeRule(rule)}${this.#found(field)}.`,
    );
    return fallback;
  }

  flag(field: Field | undefined, name: string): boolean {
    if (field === undefined) return false;
    const value = this.scalar(field);
    if (typeof value === "boolean") return value;
    this.wrongType(field, name, "true or false", "Write true or false.");
    return false;
  }

  wrongType(field: Field, name: string, expected: string, remedy = "", meant: string | null = null): void {
    const message = `"${name}" must be ${expected}${this.#found(field)}.`;
    this.report(field.range, typeCode(field), message, remedy, { meant });
  }

  #found(field: Field): string {
    const written = isMap(field.node) ? "a map" : isSeq(field.node) ? "a list" : this.written(field);
    return field.node === null || written === "" ? ", but it is empty" : `, not ${written}`;
  }
}

/** Looks for what an unknown key may have meant; null when nothing is similar. */
function adviceFor(name: string, section: string, absent: readonly string[]): Advice | null {
  const same = absent.find(key => plainWord(key) === plainWord(name));
  const elsewhere = same === undefined ? fromOtherTool(name, section) : null;
  if (elsewhere !== null) return elsewhere;
  const near = same ?? closest(name, absent);
  if (near !== null) return { remedy: `Did you mean "${near}"?`, meant: near };
  const other = sectionOf(name);
  return other === null ? null : { remedy: `It belongs under "${other}".`, meant: null };
}

function typeCode(field: Field): string {
  return field.node === null ? "missing-value" : "wrong-type";
}

function oneOf(choices: readonly string[]): string {
  if (choices.length < 2) return choices.join("");
  return `${choices.slice(0, -1).join(", ")} or ${choices.at(-1)}`;
}
