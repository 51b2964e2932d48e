// A part of a text on its way to tokens.

export interface Piece {
  readonly text: string;
  /** True if it begins with the first character of the whole text. */
  readonly isFirst: boolean;
}
