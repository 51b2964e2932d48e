// Writes Ollama's Modelfile of an exported GGUF file. Ollama doesn't run Jinja, so the prompts are written in its own
// template language, from how the model's template renders a conversation.
import { HumanError } from "../../../common/errors.ts";
import type { ChatMessage } from "../../../core/prompt/chat.ts";
import { ChatTemplate } from "../chatTemplate.ts";
import { exportedTemplate } from "../modelFiles.ts";
import type { ModelFolder } from "../modelFolder.ts";
import { loadTokenizer } from "../tokenizer.ts";
import { beginsWithBos, specialTexts } from "./ggufMetadata.ts";

/** Texts in place of messages, which no template contains or changes. */
const [asked, answered, askedAgain, system] = ["Pinch3a", "Pinch3b", "Pinch3c", "Pinch3d"] as const;

/** Parts of a rendered conversation around its messages; null if they are not all in it, in this order. */
function around(text: string, messages: readonly string[]): string[] | null {
  const parts: string[] = [];
  let from = 0;
  for (const message of messages) {
    const at = text.indexOf(message, from);
    if (at < 0) return null;
    parts.push(text.slice(from, at));
    from = at + message.length;
  }
  return [...parts, text.slice(from)];
}

function commonEnd(a: string, b: string): string {
  let length = 0;
  while (length < Math.min(a.length, b.length) && a.at(-1 - length) === b.at(-1 - length)) length++;
  return length === 0 ? "" : a.slice(-length);
}

/** Text of Ollama's templates (Go's text/template) that stands for itself. */
function literal(text: string): string {
  return text.replaceAll("{{", '{{ "{{" }}');
}

/** Renders a conversation up to where the next answer begins; null if the template refuses it. */
export type Render = (messages: readonly ChatMessage[]) => string | null;

export function renderOf(base: ModelFolder): Render {
  const template = new ChatTemplate(base.path, exportedTemplate(base));
  const variables = { ...specialTexts(base), ...base.chat.template };
  return messages => {
    try {
      return template.render({ ...variables, messages, add_generation_prompt: true });
    } catch (error) {
      if (error instanceof HumanError) return null; // a template that refuses such conversations
      throw error;
    }
  };
}

/** Returns the prompt in Ollama's template language; null if the model's template has another structure. */
function ollamaTemplate(render: Render, bos: string): string | null {
  const rendered = (messages: readonly ChatMessage[]): string[] | null => {
    const text = render(messages);
    const own = text?.startsWith(bos) === true ? text.slice(bos.length) : text;
    return own === null
      ? null
      : around(
          own,
          messages.map(({ content }) => content),
        );
  };
  const question: ChatMessage = { role: "user", content: asked };
  const single = rendered([question]);
  const both = rendered([
    question,
    { role: "assistant", content: answered },
    { role: "user", content: askedAgain },
  ]);
  const told = rendered([{ role: "system", content: system }, question]);
  const [start = "", end = ""] = single ?? [];
  const [bothStart, bothOpen = "", between = "", bothEnd] = both ?? [];
  if (single === null || both === null || bothStart !== start || bothEnd !== end) return null;
  const turn = commonEnd(start, between);
  const beginning = literal(start.slice(0, start.length - turn.length));
  const close = literal(between.slice(0, between.length - turn.length));
  const [before = "", after = "", toldEnd] = told ?? [];
  const takesSystem = told !== null && toldEnd === end && after.endsWith(turn);
  const head = takesSystem
    ? `{{ if .System }}${literal(before)}{{ .System }}${literal(after.slice(0, after.length - turn.length))}{{ else }}${beginning}{{ end }}`
    : beginning;
  // An answer may begin with a space that the open prompt lacks.
  if (!bothOpen.startsWith(end)) return null;
  const lead = literal(bothOpen.slice(end.length));
  return [
    head,
    "{{ range .Messages }}",
    `{{ if eq .Role "user" }}${literal(turn)}{{ .Content }}${literal(end)}`,
    `{{ else if eq .Role "assistant" }}${lead}{{ .Content }}${close}{{ end }}`,
    "{{ end }}",
  ].join("");
}

/** @param file Name of the GGUF file, next to the Modelfile. */
export function modelfile(file: string, base: ModelFolder): string {
  const tokenizer = loadTokenizer(base);
  const bos = beginsWithBos(base, tokenizer) ? (specialTexts(base).bos_token ?? "") : "";
  const template = ollamaTemplate(renderOf(base), bos);
  const stops = tokenizer.stopIds.flatMap(
    id => tokenizer.addedTokens().find(token => token.id === id)?.content ?? [],
  );
  return [
    `FROM ./${file}`,
    template === null || template.includes('"""')
      ? "# The model's template has a structure that Ollama's can't be derived from: llama.cpp reads it from the file."
      : `TEMPLATE """${template}"""`,
    ...stops.map(stop => `PARAMETER stop ${JSON.stringify(stop)}`),
    "",
  ].join("\n");
}
