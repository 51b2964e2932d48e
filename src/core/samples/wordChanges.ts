// Finds the words of a response that differ from another response, by their longest common subsequence.

export interface ChangedPart {
  readonly text: string;
  readonly changed: boolean;
}

/** Maximum product of token counts to compare, so that one long answer cannot freeze the window. */
const maxCells = 250_000;

const segmenter = new Intl.Segmenter("und", { granularity: "word" });

/** Parts of `text`, `changed` where `other` differs or has nothing. Works for scripts without spaces. */
export function changedParts(text: string, other: string): readonly ChangedPart[] {
  if (text === other) return text === "" ? [] : [{ text, changed: false }];
  const own = wordsOf(text);
  const theirs = wordsOf(other);
  if (own.length * theirs.length > maxCells) return text === "" ? [] : [{ text, changed: true }];
  const kept = keptWords(own, theirs);
  const parts: { text: string; changed: boolean }[] = [];
  own.forEach((word, i) => {
    const changed = !kept.has(i);
    const last = parts.at(-1);
    if (last?.changed === changed) last.text += word;
    else parts.push({ text: word, changed });
  });
  return parts;
}

function wordsOf(text: string): string[] {
  return [...segmenter.segment(text)].map(({ segment }) => segment);
}

/** Indices of the words of `own` that are in a longest common subsequence. */
function keptWords(own: readonly string[], theirs: readonly string[]): ReadonlySet<number> {
  const width = theirs.length + 1;
  const lengths = new Uint16Array((own.length + 1) * width);
  const at = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = own.length - 1; i >= 0; i--) {
    for (let j = theirs.length - 1; j >= 0; j--) {
      lengths[i * width + j] =
        own[i] === theirs[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const kept = new Set<number>();
  for (let i = 0, j = 0; i < own.length && j < theirs.length; ) {
    if (own[i] === theirs[j]) {
      kept.add(i);
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return kept;
}
