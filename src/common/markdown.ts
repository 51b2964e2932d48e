// Markdown for tooltips and hovers that shows quoted text literally and never interprets it as markup.
import { visibleText } from "./visibleText.ts";

/** Markdown that only `markdown` can create, so that it never contains unescaped text from outside. */
export class Markdown {
  readonly source: string;
  private constructor(source: string) {
    this.source = source;
  }

  /** @internal Used by `markdown`. */
  static of(source: string): Markdown {
    return new Markdown(source);
  }
}

/** Template tag that escapes its values; values that are `Markdown` are inserted unchanged. */
export function markdown(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Markdown)[]
): Markdown {
  const shown = values.map(value =>
    value instanceof Markdown ? value.source : escapeMarkdownText(String(value)),
  );
  return Markdown.of(parts.map((part, at) => part + (shown[at] ?? "")).join(""));
}

/** Escapes every character that Markdown may interpret anywhere in a line, and names hidden characters. */
export function escapeMarkdownText(text: string): string {
  return visibleText(text).replace(/[\\`*_{}[\]()#+\-.!|<>~&$]/g, "\\$&");
}
