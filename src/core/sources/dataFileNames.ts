// How data files are called: the endings of formats, and of what they may be compressed by.

export const dataFormats = {
  jsonl: "jsonl",
  ndjson: "jsonl",
  json: "json",
  csv: "csv",
  tsv: "tsv",
  parquet: "parquet",
  pq: "parquet",
} as const;

/** For a choice of files. */
export const dataEndings: readonly string[] = Object.keys(dataFormats);
export const packedEndings: readonly string[] = ["gz", "zst"];

const endings = dataEndings.flatMap(ending => [
  ending,
  ...packedEndings.map(packed => `${ending}.${packed}`),
]);
/** All of them below a folder. */
export const dataFileGlob = `**/*.{${endings.join(",")}}`;

const packed = /\.(gz|gzip|zst|zstd)$/i;
const ending = new RegExp(`\\.(${dataEndings.join("|")})$`, "i");

/** Without what says that it is compressed. */
export function unpackedName(name: string): string {
  return name.replace(packed, "");
}

/** The format that the name says; null: it says none. */
export function namedFormat(name: string): (typeof dataFormats)[keyof typeof dataFormats] | null {
  const written = ending.exec(unpackedName(name))?.[1]?.toLowerCase();
  return written === undefined ? null : dataFormats[written as keyof typeof dataFormats];
}

/** A path without its endings, `data/en` of `data/en.jsonl.gz`; as it is where it has none. */
export function dataStem(path: string): string {
  return unpackedName(path).replace(ending, "");
}
