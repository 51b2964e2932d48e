// Reads a value that may be a list, which means a sweep with one mixture per item.
import type { Field, YamlReader } from "./reader.ts";

/** Reads one value, or a list that makes a sweep of mixtures named after the values. */
export function readSweep<T>(
  reader: YamlReader,
  field: Field,
  name: string,
  read: (item: Field) => { value: T; label: string } | null,
): { value: T; suffix: string; field: Field }[] {
  if (!reader.isList(field)) {
    const one = read(field);
    return one === null ? [] : [{ value: one.value, suffix: "", field }];
  }
  const items = reader.items(field);
  if (items.length === 0) {
    reader.report(
      field.range,
      "empty-sweep",
      `"${name}" is an empty list.`,
      "Write one value, or a list of values for a sweep.",
    );
  }
  const result: { value: T; suffix: string; field: Field }[] = [];
  const suffixes = new Set<string>();
  for (const item of items) {
    const one = read(item);
    if (one === null) continue;
    const suffix = `@${one.label}`;
    if (suffixes.has(suffix)) {
      reader.report(
        item.range,
        "duplicate-value",
        `${one.label} is in the list twice.`,
        "Remove one of them.",
      );
    } else {
      suffixes.add(suffix);
      result.push({ value: one.value, suffix, field: item });
    }
  }
  return result;
}
