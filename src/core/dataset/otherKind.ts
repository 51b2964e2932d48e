// Recognises files other than UTF-8 text from their first bytes.

export interface OtherKind {
  /** Kind of file, to follow "is …": `a Parquet file`. */
  readonly what: string;
  readonly remedy: string;
}

export const utf8Remedy = "Save the file as UTF-8.";
const unpack = (command: string): string => `Unpack it first, for example with ${command}.`;

/** First bytes of each kind, as Latin-1 text. */
const beginnings: readonly (readonly [string | RegExp, OtherKind])[] = [
  ["\x1f\x8b", { what: "compressed by gzip", remedy: unpack("gunzip") }],
  ["\x28\xb5\x2f\xfd", { what: "compressed by Zstandard", remedy: unpack("unzstd") }],
  [/^BZh[1-9]1AY/, { what: "compressed by bzip2", remedy: unpack("bunzip2") }],
  ["\xfd7zXZ", { what: "compressed by xz", remedy: unpack("unxz") }],
  [
    "PK\x03\x04",
    {
      what: "a zip archive or a spreadsheet",
      remedy: "Unpack it, or save its sheet as CSV UTF-8 and import that.",
    },
  ],
  [
    "PAR1",
    {
      what: "a Parquet file",
      remedy:
        "Copy it to a local disk, uncompressed, with a name that ends in .parquet: it can be read there as it is.",
    },
  ],
  ["ARROW1", { what: "an Arrow file", remedy: "Convert it to Parquet or JSON Lines." }],
  ["\xd0\xcf\x11\xe0", { what: "an old spreadsheet", remedy: "Save its sheet as CSV UTF-8, and use that." }],
  ["SQLite format 3", { what: "a SQLite database", remedy: "Export its table as CSV, and import that." }],
  [
    "version https://git-lfs",
    {
      what: "a Git LFS pointer, which refers to the data without containing it",
      remedy: "Fetch the data with git lfs pull.",
    },
  ],
  [
    /^(\xef\xbb\xbf)?\s*<(!doctype html|html|head)\b/i,
    { what: "a web page", remedy: "Download the file itself: on the Hub, use its Download link." },
  ],
];

/** Returns the kind of a file; null if it may be UTF-8 text. */
export function otherKind(bytes: Uint8Array): OtherKind | null {
  const wide = wideEncoding(bytes);
  if (wide !== null) return { what: `encoded in ${wide}, not in UTF-8`, remedy: utf8Remedy };
  const start = String.fromCharCode(...bytes.subarray(0, 256));
  const found = beginnings.find(([begins]) =>
    typeof begins === "string" ? start.startsWith(begins) : begins.test(start),
  );
  return found?.[1] ?? null;
}

/** Returns UTF-16 or UTF-32; null for any other encoding. */
function wideEncoding(bytes: Uint8Array): string | null {
  const [first, second, third, fourth] = bytes;
  if (first === 0xff && second === 0xfe) return third === 0 && fourth === 0 ? "UTF-32" : "UTF-16";
  if (first === 0xfe && second === 0xff) return "UTF-16";
  // Without a byte order mark: in UTF-16, every second byte of ASCII text is zero, and
  // UTF-8 text has no zeros.
  if (first !== undefined && second !== undefined && (first === 0) !== (second === 0)) return "UTF-16";
  return null;
}
