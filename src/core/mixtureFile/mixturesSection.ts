// Reads the `mixtures` section: names, forms, and mixtures that repeat another.
import type { Node } from "yaml";
import type { SourceRange } from "../../common/diagnostic.ts";
import { shortened } from "../../common/words.ts";
import { examplesOf } from "../mixture/amounts.ts";
import { type MixtureForm, type MixtureSpec, untunedName } from "../mixture/mixtureFile.ts";
import type { Field, YamlReader } from "./reader.ts";
import { readMixture } from "./readMixture.ts";

/** Valid names. They become parts of folder names; `@` is reserved for sweeps. */
const namePattern = /^[\p{L}\p{N}][\p{L}\p{N}\p{M}._-]*$/u;
/**
 * Maximum length of a name. The run folder adds a seed and a hash, and Windows limits the length of a path.
 */
const longestName = 60;

export function readMixtures(
  reader: YamlReader,
  field: Field | undefined,
  budget: number | null,
): MixtureSpec[] {
  if (field === undefined) return [];
  const example = "mixtures: { english: { monolingual: en } }";
  const entries = reader.pairs(field, '"mixtures"', example);
  if (entries === null) return [];
  if (entries.length === 0) {
    reader.report(field.range, "no-mixtures", "There are no mixtures.", `Add one, for example ${example}.`);
  }
  const found = entries.map(([key, entry]) => readEntry(reader, key, entry, budget));
  reportRepeated(reader, found);
  return found.flatMap(({ members }) => members);
}

/** Result of reading one mixture. */
interface MixtureEntry {
  readonly key: string;
  readonly keyRange: SourceRange;
  readonly members: readonly MixtureSpec[];
  /** Equal for two mixtures with the same languages and amounts. */
  readonly meaning: string;
}

type Content = Pick<MixtureEntry, "key" | "members" | "meaning"> & { readonly budget: number | null };

/** Mixtures without faults by their node, which stays the same from version to version while their text does. */
const sound = new WeakMap<Node, Content>();

function readEntry(reader: YamlReader, key: string, field: Field, budget: number | null): MixtureEntry {
  const { node, keyRange } = field;
  const known = node === null ? undefined : sound.get(node);
  // An alias gives one node two keys.
  if (known?.key === key && known.budget === budget) return { ...known, keyRange };
  const before = reader.diagnostics.length;
  checkName(reader, key, field);
  const members = readMixture(reader, key, field, budget);
  const meaning = JSON.stringify(members.map(({ form }) => withCounts(form, budget)));
  if (node !== null && reader.diagnostics.length === before)
    sound.set(node, { key, members, meaning, budget });
  return { key, keyRange, members, meaning };
}

/** Reports mixtures with the same languages and amounts: training both would give one result twice. */
function reportRepeated(reader: YamlReader, entries: readonly MixtureEntry[]): void {
  const keyOfMeaning = new Map<string, string>();
  for (const { key, keyRange, members, meaning } of entries) {
    if (members.length === 0) continue;
    const same = keyOfMeaning.get(meaning);
    if (same === undefined) keyOfMeaning.set(meaning, key);
    // Duplicate keys are reported elsewhere.
    if (same === undefined || same === key) continue;
    reader.report(
      keyRange,
      "duplicate-mixture",
      `"${key}" is the same mixture as "${same}".`,
      "Change one of them, or remove it: both give the same model.",
      "warning",
    );
  }
}

/** Replaces a percentage with its number of examples: 60 of 600 and 10% are the same spread. */
function withCounts(form: MixtureForm, budget: number | null): unknown {
  if (form.kind !== "spread" || budget === null) return form;
  return { ...form, spread: examplesOf(form.spread, budget) };
}

function checkName(reader: YamlReader, key: string, entry: Field): void {
  if (key === untunedName) {
    reader.report(
      entry.keyRange,
      "bad-name",
      `"${key}" is reserved for the untuned model.`,
      "Choose another name.",
      { meant: `${key}-model` },
    );
  } else if (!namePattern.test(key)) {
    reader.report(
      entry.keyRange,
      "bad-name",
      `"${shortened(key)}" can't be a mixture name, because it becomes a folder name.`,
      "Use only letters, digits, - and _.",
      { meant: safeName(key) },
    );
  } else if (key.length > longestName) {
    reader.report(
      entry.keyRange,
      "bad-name",
      `The name has ${key.length} characters, which is too long for a folder name.`,
      `Use at most ${longestName} characters.`,
      { meant: key.slice(0, longestName) },
    );
  }
}

/** Returns what is wrong with a mixture name, or null. */
export function faultOfName(name: string): string | null {
  if (name === untunedName) return `"${name}" is reserved for the untuned model.`;
  if (!namePattern.test(name)) return `"${name}" can't be a folder name: use letters, digits, - and _.`;
  return name.length > longestName ? `The name has more than ${longestName} characters.` : null;
}

/** Returns the closest valid name, or null when no character of the key is usable. */
function safeName(key: string): string | null {
  const safe = key.replace(/[^\p{L}\p{N}\p{M}._-]+/gu, "-").replace(/^[^\p{L}\p{N}]+|-+$/gu, "");
  return namePattern.test(safe) ? safe : null;
}
