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

/**
 * Attributes for text in a language: `und` becomes `lang=""`, which is HTML's "unknown".
 * The direction comes from the text itself, since a response may be in another script than asked for.
 */
export function languageAttributes(tag: string): string {
  return `lang="${tag === "und" ? "" : escapeHtml(tag)}" dir="auto"`;
}
