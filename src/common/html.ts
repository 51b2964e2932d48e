// Escaping for HTML and Markdown: text in a report is data, never markup.

// C0 and C1 controls other than tab and line breaks are not allowed in HTML.
const controls = /(?![\t\n\r])\p{Cc}/gu;
const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Markup that came about by `html` or `ownMarkup` only, so that no text from outside is any. */
export class Html {
  readonly source: string;
  private constructor(source: string) {
    this.source = source;
  }

  /** @internal For `html` and `ownMarkup`. */
  static of(source: string): Html {
    return new Html(source);
  }
}

export type HtmlPart = string | number | Html | readonly Html[];

/** A template whose values stand as text, in text and in quoted attributes alike; markup stays what it is. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlPart[]): Html {
  return Html.of(parts.map((part, at) => part + shown(values[at] ?? "")).join(""));
}

function shown(value: HtmlPart): string {
  if (value instanceof Html) return value.source;
  if (typeof value === "object") return value.map(({ source }) => source).join("");
  return escapeHtml(String(value));
}

/** Each on a line of its own, so that a report can be compared line by line. */
export function onLines(parts: readonly Html[]): Html {
  return Html.of(parts.map(({ source }) => source).join("\n"));
}

/** What functions of Pinch wrote that escape what they quote: figures and styles. */
export function ownMarkup(source: string): Html {
  return Html.of(source);
}

/** Safe in text and in quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(controls, "\ufffd").replace(/[&<>"']/gu, character => entities[character] ?? character);
}

/** One line that is safe in a cell of a Markdown table. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(controls, "\ufffd")
    .replace(/[\\`*_[\]<>|~#&]/gu, "\\$&")
    .replace(/\s*[\r\n]+\s*/gu, " ");
}

/** As BCP 47 has them; anything else is no language, whatever a file says. */
const languageTag = /^[A-Za-z0-9]{1,8}(?:-[A-Za-z0-9]{1,8}){0,7}$/;

/**
 * Attributes for text in a language: `und` becomes `lang=""`, which is HTML's "unknown".
 * The direction comes from the text itself, since a response may be in another script than asked for.
 */
export function languageAttributes(tag: string): Html {
  return html`lang="${tag === "und" || !languageTag.test(tag) ? "" : tag}" dir="auto"`;
}
