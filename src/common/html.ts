// Escaping for HTML and Markdown: text in a report is data, never markup.

// C0 and C1 control characters except tab and line breaks, which HTML does not allow.
const controls = /(?![\t\n\r])\p{Cc}/gu;
const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Markup that only `html` and `ownMarkup` can create, so that it never contains unescaped text from outside.
 */
export class Html {
  readonly source: string;
  private constructor(source: string) {
    this.source = source;
  }

  /** @internal Used by `html` and `ownMarkup`. */
  static of(source: string): Html {
    return new Html(source);
  }
}

export type HtmlPart = string | number | Html | readonly Html[];

/** Template tag that escapes its values for text and quoted attributes; markup is inserted unchanged. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlPart[]): Html {
  return Html.of(parts.map((part, at) => part + shown(values[at] ?? "")).join(""));
}

function shown(value: HtmlPart): string {
  if (value instanceof Html) return value.source;
  if (typeof value === "object") return value.map(({ source }) => source).join("");
  return escapeHtml(String(value));
}

/** Puts each part on its own line, so that reports can be compared line by line. */
export function onLines(parts: readonly Html[]): Html {
  return Html.of(parts.map(({ source }) => source).join("\n"));
}

/** Marks markup as trusted: only for figures and styles by functions of Pinch that escape what they quote. */
export function ownMarkup(source: string): Html {
  return Html.of(source);
}

/** Escapes text for element content and quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(controls, "\ufffd").replace(/[&<>"']/gu, character => entities[character] ?? character);
}

/** Escapes text for a cell of a Markdown table and joins its lines. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(controls, "\ufffd")
    .replace(/[\\`*_[\]<>|~#&]/gu, "\\$&")
    .replace(/\s*[\r\n]+\s*/gu, " ");
}

/** Shape of a BCP 47 tag; anything else in a file is not a language. */
const languageTag = /^[A-Za-z0-9]{1,8}(?:-[A-Za-z0-9]{1,8}){0,7}$/;

/**
 * Attributes for text in a language: `und` becomes `lang=""`, HTML's value for "unknown". The direction is
 * taken from the text itself, because a response may be in another script than requested.
 */
export function languageAttributes(tag: string): Html {
  return html`lang="${tag === "und" || !languageTag.test(tag) ? "" : tag}" dir="auto"`;
}
