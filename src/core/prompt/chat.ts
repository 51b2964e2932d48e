// Chat messages, and the template for models that bring none.
import { type Exchange, gap } from "../dataset/conversation.ts";

export type ChatRole = "system" | "user" | "assistant";

export interface ChatMessage {
  readonly role: ChatRole;
  readonly content: string;
}

/** What a model is asked: a prompt, with what was said before it. */
export interface Asked {
  readonly prompt: string;
  /** Oldest first; absent: nothing. */
  readonly earlier?: readonly Exchange[];
  /** What the system says before all of it. */
  readonly system?: string;
}

/**
 * The messages as a chat template takes them.
 * @param takesSystem Whether the template has a system turn; without one its text stands before the user's first.
 */
export function messagesOf({ prompt, earlier = [], system }: Asked, takesSystem = true): ChatMessage[] {
  const turns: ChatMessage[] = [
    ...earlier.flatMap((exchange): ChatMessage[] => [
      { role: "user", content: exchange.prompt },
      { role: "assistant", content: exchange.response },
    ]),
    { role: "user", content: prompt },
  ];
  if (system === undefined) return turns;
  if (takesSystem) return [{ role: "system", content: system }, ...turns];
  const [first, ...rest] = turns;
  return [{ role: "user", content: `${system}${gap}${first?.content ?? ""}` }, ...rest];
}

/**
 * All that was said, as one text for people and judges: the prompt alone where nothing was said before. Who speaks stands
 * in a line of its own, so that each line has one direction.
 */
export function transcriptOf(asked: Asked): string {
  const messages = messagesOf(asked);
  if (messages.length === 1) return asked.prompt;
  return messages.map(({ role, content }) => `${speakers[role]}:\n${content}`).join(gap);
}

const speakers: Readonly<Record<ChatRole, string>> = {
  system: "System",
  user: "User",
  assistant: "Assistant",
};

/**
 * Jinja template of a model that has no chat template of its own: plain text, no special tokens but
 * the end of sequence, so that any tokenizer can encode it.
 *
 *     User: <prompt>⏎
 *     Assistant: <response><eos>
 *
 * With `add_generation_prompt` it ends after `Assistant:`, without the space that follows it, since
 * most tokenizers attach a space to the next word. A response is trained on as ` <response><eos>`.
 * Where a model's tokenizer begins texts with a token (`<bos>`), so does the rendering.
 * System messages come first, each followed by a blank line; turns are separated by the end of
 * sequence alone.
 */
export const plainChatTemplate = [
  "{%- for message in messages -%}",
  "{%- if message.role == 'system' -%}{{ message.content + '\\n\\n' }}",
  "{%- elif message.role == 'user' -%}{{ 'User: ' + message.content + '\\n' }}",
  "{%- elif message.role == 'assistant' -%}{{ 'Assistant: ' + message.content + eos_token }}",
  "{%- endif -%}",
  "{%- endfor -%}",
  "{%- if add_generation_prompt -%}{{ 'Assistant:' }}{%- endif -%}",
].join("");
