// Words and sentences as Intl.Segmenter cuts them, in time that grows with the text and no faster.

const segmenters = new Map<string, Intl.Segmenter>();

function segmenterOf(language: string, granularity: "word" | "sentence"): Intl.Segmenter {
  const key = `${granularity} ${language}`;
  const known = segmenters.get(key);
  if (known !== undefined) return known;
  const made = new Intl.Segmenter(language, { granularity });
  segmenters.set(key, made);
  return made;
}

// V8 takes time for each segment that grows with the whole text given: a text is given in windows of this many units.
const window = 2000;

/**
 * A window begins where a segment does, and its last segment, which may go on, begins the next one: what comes out is
 * what the whole text gives. A segment longer than a window widens it.
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
