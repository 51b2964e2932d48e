// Folds texts for comparison: letters and digits only, in lower case, regardless of what separates them.

const separator = 0;
/** Joiners, soft hyphens and similar characters, which are dropped. */
const nothing = 1;
const space = 0x20;
const minusSigns = new Set("-−".split("").map(codeOf));
/** Operators that distinguish calculations if they are between numbers. */
const operators = new Set("+*/^=<>%·×÷-−–".split("").map(codeOf));
/** Marks that distinguish numbers only if they directly join two of them: 3.5, 12:30. */
const inNumbers = new Set(".,:".split("").map(codeOf));
/** Characters that belong to a name if they follow a letter: C++, C#. */
const suffixes = new Set("+#".split("").map(codeOf));

/** Folded unit of each UTF-16 unit, or one of the two constants above. */
let table: Uint16Array | null = null;

function foldTable(): Uint16Array {
  if (table !== null) return table;
  table = new Uint16Array(0x10000);
  for (let unit = 0; unit < table.length; unit++) {
    if (unit >= 0xd800 && unit < 0xe000) {
      table[unit] = unit; // half of a surrogate pair: kept
      continue;
    }
    const text = String.fromCharCode(unit);
    if (/[\p{L}\p{M}\p{N}]/u.test(text)) {
      const lower = text.toLowerCase();
      table[unit] = lower.length === 1 ? codeOf(lower) : unit;
    } else table[unit] = /\p{Cf}/u.test(text) ? nothing : separator;
  }
  return table;
}

function codeOf(text: string): number {
  return text.charCodeAt(0);
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39; // NFKC turns full-width digits into these
}

/** Returns true for syllabic and ideographic scripts, whose characters carry as much as several letters. */
function isDense(unit: number): boolean {
  return unit >= 0x2e80 && unit < 0xd800;
}

/**
 * A folded text. Texts with equal units differ in case, punctuation, spacing and Unicode form only. Numbers
 * are kept separate, including the operators between them. An instance holds one text at a time.
 */
export class Folded {
  units = new Uint16Array(256);
  length = 0;
  /** Number of letters and marks. */
  letters = 0;
  /** True if more than half of the letters are syllables or ideographs. */
  dense = false;
  /** Hash of the numbers in their order; 0 if there are none. */
  numbers = 0;

  fold(text: string): this {
    const normal = text.normalize("NFKC");
    if (this.units.length < normal.length) this.units = new Uint16Array(2 * normal.length);
    const fold = foldTable();
    const { units } = this;
    let length = 0;
    let digits = 0;
    let dense = 0;
    let numbers = 0;
    let last = separator; // unit of the text before this one
    let sign = separator; // seen since the last digit
    for (let i = 0; i < normal.length; i++) {
      const unit = normal.charCodeAt(i);
      const folded = fold[unit] as number;
      if (folded > nothing) {
        if (isDigit(folded)) {
          const before = length > 0 ? (units[length - 1] as number) : 0;
          if (!isDigit(last)) {
            const joined = i > 1 && isDigit(normal.charCodeAt(i - 2)) && inNumbers.has(last);
            if (isDigit(before)) units[length++] = joined ? last : sign === separator ? space : sign;
            else if (minusSigns.has(last) && !isLetterBeforeSign(normal, i)) units[length++] = 0x2d;
            numbers = Math.imul(numbers ^ space, 0x01000193);
          }
          numbers = Math.imul(numbers ^ folded, 0x01000193);
          digits++;
        } else if (isDense(folded)) dense++;
        units[length++] = folded;
        sign = separator;
      } else if (folded === separator) {
        if (sign === separator && operators.has(unit)) sign = unit;
        if (suffixes.has(unit) && (fold[last] as number) > nothing && !isDigit(last)) units[length++] = unit;
        else if (suffixes.has(unit) && suffixes.has(last) && units[length - 1] === last)
          units[length++] = unit;
      }
      if (folded !== nothing) last = unit;
    }
    this.length = length;
    this.letters = length - digits;
    this.dense = 2 * dense > this.letters;
    this.numbers = numbers;
    return this;
  }

  /**
   * Returns a 52-bit hash: the chance that any two different texts of a dataset share one
   * is below one in a thousand.
   */
  hash(): number {
    let high = 0x811c9dc5;
    let low = 0x9747b28c;
    for (let i = 0; i < this.length; i++) {
      const unit = this.units[i] as number;
      high = Math.imul(high ^ unit, 0x01000193);
      low = Math.imul(low ^ unit, 0x5bd1e995);
      low ^= low >>> 15;
    }
    return (high >>> 0) * 0x100000 + (low >>> 12);
  }
}

/** Returns true if a letter precedes the sign: `-5` is negative, but in `Covid-19` the sign is a hyphen. */
function isLetterBeforeSign(text: string, at: number): boolean {
  const before = at >= 2 ? text.charCodeAt(at - 2) : 0;
  return (foldTable()[before] as number) > nothing;
}
