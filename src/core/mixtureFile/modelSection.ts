// Reads `model`: a name or path, or a map that adds options for rendering conversations.
import { specialTokenChoices } from "../mixture/defaults.ts";
import type { ChatOptions } from "../mixture/mixtureFile.ts";
import type { Field, YamlReader } from "./reader.ts";

export interface ModelSection {
  readonly model: string | null;
  readonly chat?: ChatOptions;
}

/** The conversation itself, and variables that every template receives with it. */
const given = ["messages", "add_generation_prompt", "tools", "documents"];

export function readModel(reader: YamlReader, field: Field | undefined): ModelSection {
  if (field === undefined || !reader.isMap(field)) return { model: reader.text(field, "model") };
  const entries = reader.section(field, "model", "model: { path: Qwen/Qwen3-0.6B }");
  if (entries === null) return { model: null };
  const name = reader.text(entries.get("templateName"), "templateName");
  const special = reader.choice(entries.get("specialTokens"), "specialTokens", specialTokenChoices, "text");
  const template = readVariables(reader, entries.get("template"));
  const chat: ChatOptions = {
    ...(name !== null && { templateName: name }),
    ...(template !== null && { template }),
    ...(special !== "text" && { specialTokens: special }),
  };
  const model = reader.text(entries.get("path"), "path");
  return Object.keys(chat).length === 0 ? { model } : { model, chat };
}

function readVariables(
  reader: YamlReader,
  field: Field | undefined,
): Readonly<Record<string, string | number | boolean>> | null {
  if (field === undefined) return null;
  const entries = reader.entries(field, '"template"', "template: { enable_thinking: false }");
  if (entries === null || entries.size === 0) return null;
  const variables: Record<string, string | number | boolean> = {};
  for (const [name, entry] of entries) {
    const value = reader.scalar(entry);
    if (given.includes(name))
      reader.report(
        entry.keyRange,
        "unknown-key",
        `"${name}" is set by Pinch.`,
        "Remove it: only other template variables can be set.",
      );
    else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean")
      variables[name] = value;
    else reader.wrongType(entry, name, "text, a number, true or false");
  }
  return Object.keys(variables).length === 0 ? null : variables;
}
