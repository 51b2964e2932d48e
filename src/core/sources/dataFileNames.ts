// Names of data files: extensions of formats and of compression.

export const dataFormats = {
  jsonl: "jsonl",
  ndjson: "jsonl",
  json: "json",
  csv: "csv",
  tsv: "tsv",
  parquet: "parquet",
  pq: "parquet",
} as const;

/** Extensions for a file dialog. */
export const dataEndings: readonly string[] = Object.keys(dataFormats);
export const packedEndings: readonly string[] = ["gz", "zst"];

const endings = dataEndings.flatMap(ending => [
  ending,
  ...packedEndings.map(packed => `${ending}.${packed}`),
]);
/** Glob of all data files below a folder. */
export const dataFileGlob = `**/*.{${endings.join(",")}}`;

const packed = /\.(gz|gzip|zst|zstd)$/i;
const ending = new RegExp(`\\.(${dataEndings.join("|")})$`, "i");

/** Removes the extension of a compressed file. */
export function unpackedName(name: string): string {
  return name.replace(packed, "");
}

/** Returns the format by extension, or null when there is none. */
export function namedFormat(name: string): (typeof dataFormats)[keyof typeof dataFormats] | null {
  const written = ending.exec(unpackedName(name))?.[1]?.toLowerCase();
  return written === undefined ? null : dataFormats[written as keyof typeof dataFormats];
}

/** A path without its extensions: `data/en` for `data/en.jsonl.gz`. Other paths are returned unchanged. */
export function dataStem(path: string): string {
  return unpackedName(path).replace(ending, "");
}
