// Converts one row for an import: its conversation in Pinch's format, or why it is skipped, and what was
// changed.

import {
  type Conversation,
  type ConversationChange,
  gap,
  isFault,
  readConversation,
} from "../../core/dataset/conversation.ts";
import { textOf } from "../../core/dataset/guessColumns.ts";
import type { LeftOutKind, NoteKind } from "../../core/dataset/importNotes.ts";
import { parseJson } from "../../core/dataset/parseJson.ts";
import { brokenText, isAbsent } from "../../core/dataset/values.ts";
import type { ColumnMapping } from "../../protocol/data.ts";
import type { DatasetRow } from "./readRow.ts";

/** Fields as the reader of data files expects them. */
export type ImportedFields = Readonly<Record<string, unknown>>;

export type Imported =
  | {
      readonly fields: ImportedFields;
      /** Text of all turns, to identify the language. */
      readonly text: string;
      readonly changed: readonly { readonly kind: NoteKind; readonly why: string }[];
    }
  | { readonly left: LeftOutKind; readonly why: string };

type Change = { readonly kind: NoteKind; readonly why: string };

const noSides = { left: "empty", why: "it has no prompt, or no response." } as const;

export function readImported(row: DatasetRow, mapping: ColumnMapping): Imported {
  const read = mapping.response === null ? readChat(row, mapping) : readSides(row, mapping);
  if ("left" in read) return read;
  const texts = Object.values(read.fields).flatMap(textsOf);
  const broken = texts.map(brokenText).find(fault => fault !== null);
  if (broken !== undefined && broken !== null) return { left: "broken", why: broken.message };
  const lost: readonly Change[] = texts.some(text => text.includes("\ufffd"))
    ? [{ kind: "replaced", why: "letters were lost when the file was converted." }]
    : [];
  return { ...read, changed: [...read.changed, ...lost] };
}

function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

const whyChanged: Readonly<Record<ConversationChange, string>> = {
  joinedTurns: "one side speaks twice in a row.",
  laterSystem: "the system speaks again later.",
  openingTurn: "the assistant speaks first.",
  reasoning: "an answer has its reasoning in a separate field.",
};

function readChat(row: DatasetRow, { prompt, system }: ColumnMapping): Imported {
  if (isAbsent(row[prompt])) return noSides;
  const read = readConversation(row[prompt], prompt);
  if (isFault(read)) {
    if (read.code === "tool-turns") return { left: "tools", why: read.message };
    return { left: read.code === "wrong-type" ? "broken" : "empty", why: read.message };
  }
  if (read.exchanges.length === 0) return noSides;
  const changed: Change[] = read.changes.map(kind => ({ kind, why: whyChanged[kind] }));
  if (read.open !== null) changed.push({ kind: "unanswered", why: "its last turn has no answer." });
  const before = read.system ?? textOf(column(row, system));
  const text = read.exchanges.flatMap(each => [each.prompt, each.response]).join("\n");
  return { fields: chatFields({ ...read, system: before }), text, changed };
}

/**
 * Fields of a conversation in Pinch's format: a single exchange as prompt and response, several as messages.
 */
function chatFields({ system, exchanges }: Pick<Conversation, "system" | "exchanges">): ImportedFields {
  const [first, ...others] = exchanges;
  if (others.length === 0) return { ...(system === null ? {} : { system }), ...first };
  const turns = exchanges.flatMap(({ prompt, response }) => [
    { role: "user", content: prompt },
    { role: "assistant", content: response },
  ]);
  return { messages: system === null ? turns : [{ role: "system", content: system }, ...turns] };
}

function readSides(row: DatasetRow, mapping: ColumnMapping): Imported {
  const answers = column(row, mapping.response);
  const [asked, response] = [textOf(row[mapping.prompt]), textOf(answers)];
  if (asked === null || response === null) return noSides;
  const more = textOf(column(row, mapping.input));
  const system = textOf(column(row, mapping.system));
  const history = historyOf(column(row, mapping.history));
  const prompt = more === null ? asked : `${asked}${gap}${more}`;
  const several = Array.isArray(answers) ? answers.length : 1;
  return {
    fields: {
      ...(system === null ? {} : { system }),
      ...(history === null ? {} : { history }),
      prompt,
      response,
    },
    text: `${prompt}\n${response}`,
    changed: several > 1 ? [{ kind: "moreAnswers", why: `it has ${several} answers.` }] : [],
  };
}

function column(row: DatasetRow, name: string | null | undefined): unknown {
  return name === null || name === undefined ? undefined : row[name];
}

/** Parses the history, which tables contain as text. */
function historyOf(written: unknown): readonly unknown[] | null {
  let list = written;
  if (typeof written === "string" && written.trimStart().startsWith("[")) {
    try {
      list = parseJson(written);
    } catch {
      return [written];
    }
  }
  return Array.isArray(list) && list.length > 0 ? list : null;
}
