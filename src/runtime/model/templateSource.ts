// Where a model keeps its chat template: chat_template.jinja, or tokenizer_config.json.
import { join } from "node:path";
import { isJsonObject, readOptionalJson, readOptionalText } from "./jsonFile.ts";

/** null: the model has none, so the plain template is used. A list of named templates means its `default`. */
export function readChatTemplate(folder: string): string | null {
  const file = readOptionalText(join(folder, "chat_template.jinja"));
  if (file !== null && file.trim() !== "") return file;
  const template = readOptionalJson(join(folder, "tokenizer_config.json"))?.chat_template;
  if (typeof template === "string" && template.trim() !== "") return template;
  if (Array.isArray(template)) {
    const named = template.filter(isJsonObject);
    const chosen = named.find(entry => entry.name === "default") ?? named[0];
    if (typeof chosen?.template === "string") return chosen.template;
  }
  return null;
}
