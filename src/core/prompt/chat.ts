// Chat messages, and the template for models that bring none.
import type { Exchange } from "../dataset/conversation.ts";

export type ChatRole = "system" | "user" | "assistant";

export interface ChatMessage {
  readonly role: ChatRole;
  readonly content: string;
}

/** The messages of one prompt, with what was said before it, as a chat template takes them. */
export function promptMessages(prompt: string, earlier: readonly Exchange[] = []): ChatMessage[] {
  const before = earlier.flatMap((exchange): ChatMessage[] => [
    { role: "user", content: exchange.prompt },
    { role: "assistant", content: exchange.response },
  ]);
  return [...before, { role: "user", content: prompt }];
}

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
