// Reads a model's chat templates: chat_template.jinja, additional_chat_templates, or tokenizer_config.json.
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { isObject } from "../../common/json.ts";
import { readOptionalJson, readOptionalText } from "./jsonFile.ts";

const defaultName = "default";
const furtherTemplates = "additional_chat_templates";
const ending = ".jinja";

/** Paths of a model's additional templates, below its folder. */
export function furtherTemplateFiles(folder: string): readonly string[] {
  const further = join(folder, furtherTemplates);
  // Of a GGUF file, nothing is below the path.
  if (!existsSync(further) || !statSync(further).isDirectory()) return [];
  const names = readdirSync(further).filter(name => name.endsWith(ending));
  return names.sort().map(name => `${furtherTemplates}/${name}`);
}

/** Templates by name; a model's only template is its default. */
function templatesIn(folder: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const keep = (name: string, text: unknown): void => {
    if (typeof text === "string" && text.trim() !== "") found.set(name, text);
  };
  const written = readOptionalJson(join(folder, "tokenizer_config.json"))?.chat_template;
  if (Array.isArray(written))
    for (const { name, template } of written.filter(isObject)) keep(String(name), template);
  else keep(defaultName, written);
  for (const file of furtherTemplateFiles(folder))
    keep(file.slice(furtherTemplates.length + 1, -ending.length), readOptionalText(join(folder, file)));
  keep(defaultName, readOptionalText(join(folder, "chat_template.jinja")));
  return found;
}

/**
 * Returns a chat template; null if the model has none, so that the plain template is used.
 * @param name Name of the template; the default template if omitted.
 * @throws HumanError if there are templates but none of this name
 */
export function readChatTemplate(folder: string, name = defaultName): string | null {
  const templates = templatesIn(folder);
  const chosen = templates.get(name);
  if (chosen !== undefined) return chosen;
  if (templates.size === 0 && name === defaultName) return null;
  const names = [...templates.keys()].sort();
  const what =
    name === defaultName ? "several chat templates and no default" : `no chat template of the name ${name}`;
  throw new HumanError(
    `The model ${folder} has ${what}${names.length === 0 ? "" : `: ${names.join(", ")}`}.`,
    {
      remedy:
        names.length === 0
          ? "Leave templateName out: prompts are then written plainly."
          : `Choose one of them in the mixture file: model: { path: …, templateName: ${names[0]} }.`,
    },
  );
}

/** Path of the file of an additional template; empty for those in tokenizer_config.json. */
export function furtherTemplate(folder: string, name: string): readonly string[] {
  const file = `${furtherTemplates}/${name}${ending}`;
  return existsSync(join(folder, file)) ? [file] : [];
}
