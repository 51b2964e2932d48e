// Builds conversations from message trees as published by OpenAssistant: one row per
// message, or trees with `replies`.
import { isObject, type JsonObject } from "../../common/json.ts";
import { countOf } from "../../common/words.ts";
import { isAbsent } from "./values.ts";

/** A row with its origin. */
export interface Placed<Place> {
  readonly row: JsonObject;
  readonly place: Place;
}

interface Message<Place> {
  readonly fields: JsonObject;
  readonly place: Place;
  readonly replies: Message<Place>[];
}

/** Reasons why messages are not used: text for one message, and for several. */
export const unusedMessages = {
  deleted: ["message that was deleted", "messages that were deleted"],
  rejected: ["message that its reviewers rejected", "messages that their reviewers rejected"],
  noText: ["message without a text", "messages without a text"],
  otherLanguage: [
    "message in another language than its first prompt",
    "messages in other languages than their first prompts",
  ],
  noAnswer: ["first prompt without an answer", "first prompts without an answer"],
  otherBranch: [
    "message outside the best-ranked branch or without an answer",
    "messages outside the best-ranked branch or without an answer",
  ],
  noParent: [
    "message whose conversation starts outside the file",
    "messages whose conversations start outside the file",
  ],
  repeated: ["message with the id of another", "messages with the ids of others"],
} as const;

export type UnusedMessage = keyof typeof unusedMessages;

/** Returns a sentence that reports unused messages. */
export function unusedText(reason: UnusedMessage, count: number): string {
  const [one, several] = unusedMessages[reason];
  return `${countOf(count, one, several)} ${count === 1 ? "is" : "are"} not used.`;
}

export const unusedRemedy = "One conversation is read from each tree, along the best-ranked answers.";

const roles = { prompter: "prompter", user: "prompter", assistant: "assistant" } as const;

/** Returns true if the row is a single message of a tree. */
function isMessage(row: JsonObject): boolean {
  return !isAbsent(row.message_id) && "parent_id" in row && "text" in row && "role" in row;
}

/** Returns true if the row is a whole tree, with `prompt` as its first message. */
function isTree({ prompt }: JsonObject): boolean {
  return isObject(prompt) && "text" in prompt && "replies" in prompt;
}

/**
 * Builds one conversation per tree: starting at its first prompt, each turn takes the
 * answer with the best rank (0 is best; the first in the file if there are no ranks), then
 * the first prompt below it that has an answer. Deleted and rejected messages and all
 * replies to them are not used. Rows of other kinds are passed through unchanged.
 *
 * A resulting row has `id`, `lang` and `messages`, and takes the position of its tree's first message.
 */
export class MessageTrees<Place> {
  /** Unused messages by reason, with the place of the first. */
  readonly unused = new Map<UnusedMessage, { count: number; readonly first: Place }>();
  readonly #messages = new Map<string, Message<Place>>();

  /**
   * Adds a row and returns the rows that are complete. Empty if more messages may belong to
   * it, or if nothing of it is used.
   */
  push(row: JsonObject, place: Place): readonly Placed<Place>[] {
    if (isMessage(row)) {
      const id = String(row.message_id);
      if (this.#messages.has(id)) this.#count("repeated", place);
      else this.#messages.set(id, { fields: row, place, replies: [] });
      return [];
    }
    return isTree(row)
      ? this.#conversationOf(nested(row.prompt, place), row.message_tree_id)
      : [{ row, place }];
  }

  /** Returns the conversations of separate messages, ordered by their first message. */
  end(): readonly Placed<Place>[] {
    const roots: Message<Place>[] = [];
    for (const message of this.#messages.values()) {
      const { parent_id: parent } = message.fields;
      if (isAbsent(parent)) roots.push(message);
      else this.#messages.get(String(parent))?.replies.push(message);
    }
    const begun = new Set(roots.flatMap(allOf));
    for (const message of this.#messages.values())
      if (!begun.has(message)) this.#count("noParent", message.place);
    this.#messages.clear();
    return roots.flatMap(root => this.#conversationOf(root, root.fields.message_tree_id));
  }

  #conversationOf(root: Message<Place>, tree: unknown): readonly Placed<Place>[] {
    const { place, fields } = root;
    const { lang: language, message_id: id } = fields;
    const isUsable = roleOf(root) === "prompter" && reasonOf(root, language) === null;
    const turns: Message<Place>[] = [];
    for (let next = isUsable ? root : null; next !== null; next = following(next, language)) turns.push(next);
    if (turns.length < 2) turns.pop();
    const used = new Set(turns);
    for (const message of allOf(root)) {
      const otherwise = message === root ? "noAnswer" : "otherBranch";
      if (!used.has(message)) this.#count(reasonOf(message, language) ?? otherwise, place);
    }
    if (turns.length === 0) return [];
    const row = {
      ...(isAbsent(tree ?? id) ? {} : { id: tree ?? id }),
      ...(isAbsent(language) ? {} : { lang: language }),
      messages: turns.map(({ fields: { role, text } }) => ({ role, content: text })),
    };
    return [{ row, place }];
  }

  #count(reason: UnusedMessage, place: Place): void {
    const counted = this.unused.get(reason);
    if (counted === undefined) this.unused.set(reason, { count: 1, first: place });
    else counted.count++;
  }
}

/** Builds a tree of messages. It avoids recursion, since files may nest arbitrarily deep. */
function nested<Place>(prompt: unknown, place: Place): Message<Place> {
  const toMessage = (value: unknown): Message<Place> => ({
    fields: isObject(value) ? value : {},
    place,
    replies: [],
  });
  const root = toMessage(prompt);
  for (const rest = [root]; ; ) {
    const message = rest.pop();
    if (message === undefined) return root;
    const { replies } = message.fields;
    if (!Array.isArray(replies)) continue;
    for (const reply of replies.map(toMessage)) {
      message.replies.push(reply);
      rest.push(reply);
    }
  }
}

/** Returns the message and all messages below it. */
function allOf<Place>(root: Message<Place>): Message<Place>[] {
  const all = [root];
  for (const message of all) for (const reply of message.replies) all.push(reply);
  return all;
}

function roleOf<Place>({ fields: { role } }: Message<Place>): "prompter" | "assistant" | null {
  return typeof role === "string" && Object.hasOwn(roles, role) ? roles[role as keyof typeof roles] : null;
}

/** Returns why a message can't be used; null if it can. */
function reasonOf<Place>({ fields }: Message<Place>, language: unknown): UnusedMessage | null {
  if (fields.deleted === true) return "deleted";
  if (fields.review_result === false) return "rejected";
  if (isAbsent(fields.text)) return "noText";
  const other = !isAbsent(fields.lang) && !isAbsent(language) && fields.lang !== language;
  return other ? "otherLanguage" : null;
}

/** Returns the best-ranked answer to a prompt; after an answer, the first prompt that has an answer. */
function following<Place>(message: Message<Place>, language: unknown): Message<Place> | null {
  const asked = roleOf(message) === "assistant" ? "prompter" : "assistant";
  const usable = message.replies.filter(
    reply => roleOf(reply) === asked && reasonOf(reply, language) === null,
  );
  if (asked === "prompter") return usable.find(prompt => following(prompt, language) !== null) ?? null;
  // Array.sort is stable: equal ranks keep their order.
  const [best = null] = usable.sort((a, b) => rankOf(a) - rankOf(b));
  return best;
}

function rankOf<Place>({ fields: { rank } }: Message<Place>): number {
  return typeof rank === "number" ? rank : Number.POSITIVE_INFINITY;
}
