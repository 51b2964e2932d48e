// Chat messages, and the template for models that have none.
import { type Exchange, gap } from "../dataset/conversation.ts";

type ChatRole = "system" | "user" | "assistant";

export interface ChatMessage {
  readonly role: ChatRole;
  readonly content: string;
}

/** Input to a model: a prompt with the conversation before it. */
export interface Asked {
  readonly prompt: string;
  /** Oldest first; absent = none. */
  readonly earlier?: readonly Exchange[];
  /** System message before everything else. */
  readonly system?: string;
}

/**
 * Returns the messages in the form that a chat template takes.
 *
 * @param takesSystem Whether the template supports system messages; otherwise the text is put before the
 * user's first message.
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
 * Returns the conversation as a single text for raters and judges: just the prompt when nothing precedes it.
 * Speakers are named on lines of their own, so that each line has a single text direction.
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
