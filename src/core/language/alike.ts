// Which tags count as one language where a text's language is compared with the wanted one.

// Pairs that identification libraries do not tell apart, or name differently.
const aliases: Readonly<Record<string, string>> = { nb: "no", nn: "no", fil: "tl", id: "ms", bs: "hr" };

/** The primary subtag under which identified languages are compared. */
export function alike(subtag: string): string {
  return aliases[subtag] ?? subtag;
}

/** By primary subtag: no identifier tells regional variants apart on short texts. */
export function sameLanguage(identified: string, wanted: string): boolean {
  return identified === wanted || alike(primary(identified)) === alike(primary(wanted));
}

function primary(tag: string): string {
  return (tag.split("-")[0] ?? tag).toLowerCase();
}
