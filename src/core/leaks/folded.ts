// A text as it is compared with others: letters and digits only, in lower case, whatever stands between them.

const separator = 0;
/** Joiners, soft hyphens and their like: nothing at all. */
const nothing = 1;
const space = 0x20;
const minusSigns = new Set("-−".split("").map(codeOf));
/** What tells two calculations apart where it stands between numbers, ... */
const operators = new Set("+*/^=<>%·×÷-−–".split("").map(codeOf));
/** ... and what does so with a number right before and right after it only: 3.5, 12:30. */
const inNumbers = new Set(".,:".split("").map(codeOf));
/** What belongs to a name where it follows a letter: C++, C#. */
const suffixes = new Set("+#".split("").map(codeOf));

/** By UTF-16 unit: the unit that stands for it, or one of the two above. */
let table: Uint16Array | null = null;

function foldTable(): Uint16Array {
  if (table !== null) return table;
  table = new Uint16Array(0x10000);
  for (let unit = 0; unit < table.length; unit++) {
    if (unit >= 0xd800 && unit < 0xe000) {
      table[unit] = unit; // half of a character beyond the basic plane: kept
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
  return unit >= 0x30 && unit <= 0x39; // NFKC makes these of full-width digits
}

/** Scripts of syllables and ideographs, whose characters say as much as several letters. */
function isDense(unit: number): boolean {
  return unit >= 0x2e80 && unit < 0xd800;
}

/**
 * Texts of equal units differ in case, punctuation, spacing and Unicode form only. Numbers stay apart, with the sign
 * between them. One instance holds one text at a time.
 */
export class Folded {
  units = new Uint16Array(256);
  length = 0;
  /** Of letters and marks. */
  letters = 0;
  /** More than half of the letters are syllables or ideographs. */
  dense = false;
  /** Of the numbers in their order; 0 without any. */
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

  /** 52 bits: two different texts of a dataset share one with a chance of less than one in a thousand. */
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

/** `-5` is below zero; in `Covid-19` the sign joins. */
function isLetterBeforeSign(text: string, at: number): boolean {
  const before = at >= 2 ? text.charCodeAt(at - 2) : 0;
  return (foldTable()[before] as number) > nothing;
}
