// One colour for each language, the same in every mixture.

/** Number of colours in the style sheet. */
const colours = 12;

/** Style that sets the colour of a language as `--tint`. */
export function tint(language: string, languages: readonly string[]): { readonly "--tint": string } {
  const at = languages.indexOf(language);
  return { "--tint": `var(--language-${(at < 0 ? languages.length : at) % colours})` };
}
