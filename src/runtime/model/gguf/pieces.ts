// Derives the merges of a SentencePiece vocabulary, which contains only pieces and scores.

/**
 * Maximum length of a piece that is split: real ones have a few dozen characters, and the cost grows with the
 * square of the length.
 */
const maxPieceLength = 512;

interface Merge {
  readonly left: string;
  readonly right: string;
  readonly leftId: number;
  readonly rightId: number;
}

/** Length in code points, by which pieces are compared. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length++;
  return length;
}

function splitsOf(piece: string, ids: ReadonlyMap<string, number>): Merge[] {
  const ways: Merge[] = [];
  if (piece.length > maxPieceLength) return ways;
  for (let at = 1; at < piece.length; at++) {
    const left = piece.slice(0, at);
    const leftId = ids.get(left);
    if (leftId === undefined) continue;
    const right = piece.slice(at);
    const rightId = ids.get(right);
    if (rightId !== undefined) ways.push({ left, right, leftId, rightId });
  }
  if (ways.length > 1) ways.sort((a, b) => a.leftId - b.leftId || a.rightId - b.rightId);
  return ways;
}

/**
 * All ways to split a piece into two others, best piece first, as transformers derives them
 * (`generate_merges`): by score, then by longer left and longer right side.
 */
export function mergesFromPieces(pieces: readonly string[], scores: Float64Array): [string, string][] {
  const ids = new Map(pieces.map((piece, id) => [piece, id]));
  const scoreOf = (id: number): number => scores[id] ?? 0;
  const order = [...ids.values()].sort((a, b) => scoreOf(b) - scoreOf(a) || a - b);
  const merges: [string, string][] = [];
  // Pieces of equal score compete, so their splits are ordered together.
  for (let from = 0, to = 0; from < order.length; from = to) {
    const score = scoreOf(order[from] ?? 0);
    const ways: Merge[] = [];
    do ways.push(...splitsOf(pieces[order[to] ?? 0] ?? "", ids));
    while (++to < order.length && scoreOf(order[to] ?? 0) === score);
    if (ways.length > 1)
      ways.sort((a, b) => lengthOf(b.left) - lengthOf(a.left) || lengthOf(b.right) - lengthOf(a.right));
    for (const { left, right } of ways) merges.push([left, right]);
  }
  return merges;
}
