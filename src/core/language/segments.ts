// Runs Intl.Segmenter on texts of any length in linear time.

const segmenters = new Map<string, Intl.Segmenter>();

function segmenterOf(language: string, granularity: "word" | "sentence"): Intl.Segmenter {
  const key = `${granularity} ${language}`;
  const known = segmenters.get(key);
  if (known !== undefined) return known;
  const made = new Intl.Segmenter(language, { granularity });
  segmenters.set(key, made);
  return made;
}

// V8's time per segment grows with the length of the given text: it is given windows of
// this many UTF-16 units.
const window = 2000;

/**
 * Yields the same segments as Intl.Segmenter for the whole text. Each window starts at a segment, and its
 * last segment, which may be incomplete, starts the next one. A segment longer than a window widens it.
 */
export function* segmentsOf(
  text: string,
  language: string,
  granularity: "word" | "sentence",
): Generator<Pick<Intl.SegmentData, "segment" | "isWordLike">, void> {
  const segmenter = segmenterOf(language, granularity);
  for (let start = 0, width = window; start < text.length; ) {
    const isLast = start + width >= text.length;
    const from = start;
    let before: Intl.SegmentData | null = null;
    for (const found of segmenter.segment(isLast ? text.slice(start) : text.slice(start, start + width))) {
      if (before !== null) {
        yield before;
        start = from + found.index;
      }
      before = found;
    }
    if (isLast) {
      if (before !== null) yield before;
      return;
    }
    width = start === from ? 2 * width : window;
  }
}
