// Markdown whose texts are data: whatever a tooltip or a hover quotes is shown as it is, never read as markup.
import { visibleText } from "./visibleText.ts";

/** Made by `markdown` only, so that no text from outside is one. */
export class Markdown {
  readonly source: string;
  private constructor(source: string) {
    this.source = source;
  }

  /** @internal For `markdown`. */
  static of(source: string): Markdown {
    return new Markdown(source);
  }
}

/** A template whose values stand as text; a value that is Markdown itself, as what it is. */
export function markdown(
  parts: TemplateStringsArray,
  ...values: readonly (string | number | Markdown)[]
): Markdown {
  const shown = values.map(value =>
    value instanceof Markdown ? value.source : escapeMarkdownText(String(value)),
  );
  return Markdown.of(parts.map((part, at) => part + (shown[at] ?? "")).join(""));
}

/** Every character that Markdown may read as markup, anywhere in a line; hidden characters by their names. */
export function escapeMarkdownText(text: string): string {
  return visibleText(text).replace(/[\\`*_{}[\]()#+\-.!|<>~&$]/g, "\\$&");
}
