// Finds where the elements of a JSON array end, in characters or in bytes of UTF-8 alike.

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const [openBracket, closeBracket] = [0x5b, 0x5d];
const [openBrace, closeBrace] = [0x7b, 0x7d];

/**
 * Scanner that looks at brackets and strings only, so that a broken element does not affect the others. All
 * characters that it looks for are ASCII, and no part of another UTF-8 character equals one.
 */
export class ArrayScan {
  #depth = 0;
  #inString = false;
  #escaped = false;

  /** Takes the next character code after the opening bracket; true at the end of an element. */
  endsElement(code: number): boolean {
    if (this.#inString) {
      if (this.#escaped) this.#escaped = false;
      else if (code === backslash) this.#escaped = true;
      else if (code === quote) this.#inString = false;
    } else if (code === quote) this.#inString = true;
    else if (code === openBrace || code === openBracket) this.#depth++;
    else if (this.#depth > 0) {
      if (code === closeBrace || code === closeBracket) this.#depth--;
    } else return code === comma || code === closeBracket;
    return false;
  }
}
