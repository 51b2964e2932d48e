// Counts and describes what an import left out or changed, each with its first place and reason.
import { countOf } from "../../common/words.ts";
import { conversationChanges } from "./conversation.ts";
import { unusedMessages } from "./messageTrees.ts";

/** Rows that are not imported, in the order of the report: text for one row, and for several. */
const leftOut = {
  empty: ["row without a prompt or response", "rows without a prompt or response"],
  unknownLanguage: ["row in an unknown language", "rows in unknown languages"],
  duplicate: ["row with a duplicate id", "rows with duplicate ids"],
  broken: ["row that can't be read", "rows that can't be read"],
  tools: ["row whose answer depends on a tool", "rows whose answers depend on a tool"],
  header: ["row that repeats the header", "rows that repeat the header"],
  ...unusedMessages,
} as const;

/** Rows and columns that are changed by the import. */
const changed = {
  columns: ["renamed column", "renamed columns"],
  ...conversationChanges,
  unanswered: ["row whose last turn has no answer", "rows whose last turns have no answer"],
  moreAnswers: [
    "row with several answers, of which the first is used",
    "rows with several answers, of which the first is used",
  ],
  replaced: ["row with lost letters (U+FFFD)", "rows with lost letters (U+FFFD)"],
} as const;

const words: Readonly<Record<NoteKind, readonly [one: string, several: string]>> = { ...leftOut, ...changed };

export type LeftOutKind = keyof typeof leftOut;
export type NoteKind = LeftOutKind | keyof typeof changed;

export interface ImportNote {
  readonly kind: NoteKind;
  readonly count: number;
  /** Place and reason of the first occurrence. */
  readonly first: string;
  /** Values found there and their counts, most frequent first: the names of unknown languages. */
  readonly names: readonly (readonly [name: string, count: number])[];
}

/** Maximum number of names counted separately: a column with more is not a column of languages. */
const maxNames = 1_000;
const shownNames = 10;

/** Collects notes while rows are read. */
export class ImportNotes {
  readonly #notes = new Map<
    NoteKind,
    { count: number; readonly first: string; names: Map<string, number> }
  >();

  add(kind: NoteKind, reason: string, { name, times = 1 }: { name?: string; times?: number } = {}): void {
    const note = this.#notes.get(kind) ?? { count: 0, first: reason, names: new Map<string, number>() };
    this.#notes.set(kind, note);
    note.count += times;
    if (name === undefined || (note.names.size >= maxNames && !note.names.has(name))) return;
    note.names.set(name, (note.names.get(name) ?? 0) + 1);
  }

  list(): ImportNote[] {
    const kinds = Object.keys(words) as NoteKind[];
    return kinds.flatMap(kind => {
      const note = this.#notes.get(kind);
      if (note === undefined) return [];
      const names = [...note.names].sort(([, a], [, b]) => b - a).slice(0, shownNames);
      return [{ kind, count: note.count, first: note.first, names }];
    });
  }
}

export function isLeftOut({ kind }: Pick<ImportNote, "kind">): boolean {
  return Object.hasOwn(leftOut, kind);
}

/** Describes what an import left out and changed; empty if all rows were imported unchanged. */
export function notesText(notes: readonly ImportNote[]): string {
  const left = notes.filter(isLeftOut).map(noteWords);
  const others = notes.filter(note => !isLeftOut(note)).map(noteWords);
  return [
    left.length === 0 ? "" : `Left out: ${left.join("; ")}.`,
    others.length === 0 ? "" : `Changed: ${others.join("; ")}.`,
  ]
    .join(" ")
    .trim();
}

/** Describes one note, like `2 rows in unknown languages: code 2 (Row 3: …)`. */
function noteWords({ kind, count, first, names }: ImportNote): string {
  const [one, several] = words[kind];
  const named = names.length === 0 ? "" : `: ${names.map(([name, times]) => `${name} ${times}`).join(", ")}`;
  return `${countOf(count, one, several)}${named} (${first.replace(/\.$/, "")})`;
}
