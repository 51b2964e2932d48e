// Reads the languages in a mixture file: a tag, a list of tags, or `all`.
import { shortened } from "../../common/words.ts";
import { suggestLanguage } from "../language/names.ts";
import { canonicalTag, displayName, isLanguageTag } from "../language/tags.ts";
import type { Field, YamlReader } from "./reader.ts";

export function readLanguage(reader: YamlReader, field: Field, name: string): string | null {
  const value = reader.scalar(field);
  if (typeof value !== "string") {
    reader.wrongType(field, name, "a language tag", "Use a tag such as en.");
    return null;
  }
  if (value === "all") {
    reader.report(
      field.range,
      "unknown-language",
      `"all" is not allowed here.`,
      `Use one language tag, such as en.`,
    );
    return null;
  }
  return checkedTag(reader, field, value);
}

export function readLanguages(
  reader: YamlReader,
  field: Field,
  name: string,
): readonly string[] | "all" | null {
  if (!reader.isList(field) && reader.scalar(field) === "all") return "all";
  if (!reader.isList(field) && typeof reader.scalar(field) !== "string") {
    reader.wrongType(field, name, "a list of language tags or all", "Write, for example, [en, fi] or all.");
    return null;
  }
  const items = reader.items(field);
  if (items.length === 0) {
    reader.report(
      field.range,
      "no-languages",
      `"${name}" lists no languages.`,
      "Add language tags, or use all.",
    );
    return null;
  }
  const tags = new Set<string>();
  let valid = true;
  for (const item of items) {
    const tag = readLanguage(reader, item, name);
    if (tag === null) valid = false;
    else if (tags.has(tag)) {
      valid = false;
      const same = reader.scalar(item) === tag ? "" : `, the same as ${tag},`;
      reader.report(
        item.range,
        "duplicate-language",
        `${String(reader.scalar(item))}${same} is listed twice.`,
        "Remove one of them.",
      );
    } else tags.add(tag);
  }
  return valid ? [...tags] : null;
}

/** Returns the canonical tag. Reports invalid and unusual tags. */
export function checkedTag(reader: YamlReader, field: Field, written: string): string | null {
  const canonical = canonicalTag(written);
  if (canonical === null || !isLanguageTag(canonical)) {
    const meant = reader.tellsMore ? suggestLanguage(written) : null;
    reader.report(
      field.range,
      "unknown-language",
      `"${shortened(written)}" is not a language tag.`,
      meant === null
        ? "Use a BCP-47 tag such as en, zh or pt-BR."
        : `Did you mean "${meant}" (${displayName(meant)})?`,
      { meant },
    );
    return null;
  }
  if (canonical !== written) {
    reader.report(
      field.range,
      "language-not-canonical",
      `The canonical form of "${written}" is "${canonical}".`,
      `Use "${canonical}": data files are looked up by the canonical tag.`,
      { severity: "information", meant: canonical },
    );
  }
  return canonical;
}
