// Extracts single files from a zip archive (such as a NuGet package) without reading the rest.
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { type Entry, openPromise } from "yauzl";
import { HumanError, messageOf } from "../../common/errors.ts";

export interface ZipArchive {
  /** Names of all entries, with forward slashes. */
  readonly names: readonly string[];
  /**
   * Extracts one entry to a file, never more bytes than the archive's directory states. Checksums of entries
   * are not verified, because the downloader has verified the whole archive.
   */
  extract(name: string, to: string, signal: AbortSignal): Promise<void>;
  close(): void;
}

/** @throws HumanError if the archive is damaged. Errors of the file system are passed through. */
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

/** Errors about the archive's contents come from zlib, or from yauzl without a code. */
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
