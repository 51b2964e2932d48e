// One colour for each language, the same in every mixture.

/** Number of colours in the style sheet. */
const colours = 12;

/** Sets the colour of a language as `--tint` on an element. */
export function tint(element: HTMLElement, language: string, languages: readonly string[]): void {
  const at = languages.indexOf(language);
  element.style.setProperty("--tint", `var(--language-${(at < 0 ? languages.length : at) % colours})`);
}
