// Single files out of a zip archive (a NuGet package is one), without reading the rest.
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { type Entry, openPromise } from "yauzl";
import { HumanError, messageOf } from "../../common/errors.ts";

export interface ZipArchive {
  /** Names of all entries, with forward slashes. */
  readonly names: readonly string[];
  /**
   * Writes one entry to a file, and never a byte more than the archive's directory says that it has. Checksums of entries
   * are not compared: whoever downloads an archive has checked it as a whole.
   */
  extract(name: string, to: string, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** @throws HumanError where the archive is damaged; what the file system refuses, as it comes. */
export async function openZip(path: string): Promise<ZipArchive> {
  const zip = await openPromise(path, { autoClose: false }).catch(rethrow(path));
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  } catch (error) {
    zip.close();
    rethrow(path)(error);
  }
  return {
    names: [...entries.keys()],
    async extract(name, to, signal) {
      const entry = entries.get(name);
      if (entry === undefined) throw new Error(`${path} has no entry ${name}.`);
      try {
        await pipeline(await zip.openReadStreamPromise(entry), createWriteStream(to), { signal });
      } catch (error) {
        rethrow(path, `${name}: `)(error);
      }
    },
    close: () => zip.close(),
  };
}

/** Faults of the archive's content come from yauzl without a code, or from zlib. */
function rethrow(path: string, where = ""): (error: unknown) => never {
  return error => {
    const code = error instanceof Error && "code" in error ? String(error.code) : "Z_";
    if (!code.startsWith("Z_")) throw error;
    throw new HumanError(`${path} is not a complete zip archive: ${where}${messageOf(error)}.`, {
      kind: "run",
      remedy: "Delete it and run this again.",
      cause: error,
    });
  };
}
