// Hashes of the files that a run wrote. A file that was changed afterwards is reported and not used.
import { closeSync, existsSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { runFiles } from "../../core/records/records.ts";
import type { RunRecord } from "../../core/records/runRecord.ts";
import { isOwnFile } from "../../core/records/seal.ts";
import { openRegularFile } from "../../node/ownFile.ts";
import { isOwnFileThere, largestOwnFile } from "../../node/plainFiles.ts";
import { sha256OfFile } from "../../node/sha256.ts";
import { temporaryMark } from "../../node/temporaryFiles.ts";

type Hashes = Readonly<Record<string, string>>;

/** Hashes those of the given files and folders that exist, by path within `folder`, with `/`. */
export function hashesOf(folder: string, names: readonly string[]): Hashes {
  return Object.fromEntries(
    names.flatMap(name => filesIn(folder, name)).map(path => [path, sha256OfFile(join(folder, path))]),
  );
}

function filesIn(folder: string, name: string): string[] {
  const path = join(folder, name);
  if (!existsSync(path)) return [];
  if (!statSync(path).isDirectory()) return [name];
  return readdirSync(path)
    .filter(entry => !entry.includes(temporaryMark))
    .sort()
    .flatMap(entry => filesIn(folder, `${name}/${entry}`));
}

/** Paths that have one of these names or are in a folder with one of them. */
function pathsUnder(files: Hashes, names: readonly string[]): string[] {
  return Object.keys(files).filter(path => names.some(name => path === name || path.startsWith(`${name}/`)));
}

const remedies: Readonly<Record<string, (folder: string) => string>> = {
  [runFiles.samples]: folder =>
    `Restore it from a copy, or let the model answer again (pinch eval ${folder}).`,
  [runFiles.metrics]: folder => `Score the kept responses again: pinch eval ${folder} --samples.`,
};

/**
 * Describes the first file that the run did not write like this; null if there is none, or if the run
 * predates hashes.
 */
export function changedFile(folder: string, record: RunRecord, names: readonly string[]): HumanError | null {
  for (const path of pathsUnder(record.files ?? {}, names)) {
    const own = join(folder, path);
    if (!isOwnFileThere(folder, path)) return changed(folder, path, "is missing");
    if (!mayBeOwn(own) || !isOwnFile(record, path, sha256OfFile(own)))
      return changed(folder, path, "was changed since the run wrote it");
  }
  return null;
}

/** False for files that no run writes, such as sparse ones: hashing a terabyte would take hours. */
function mayBeOwn(path: string): boolean {
  const { size } = statSync(path);
  if (!path.endsWith(".safetensors")) return size <= largestOwnFile.lines;
  const headerBytes = numberAtStart(path);
  return headerBytes > 0 && headerBytes < size;
}

/**
 * Reads the unsigned 64-bit number at the beginning of a safetensors file: the length of its header in bytes.
 */
function numberAtStart(path: string): number {
  const descriptor = openRegularFile(path);
  try {
    const bytes = Buffer.alloc(8);
    return readSync(descriptor, bytes, 0, bytes.length, 0) < bytes.length
      ? 0
      : Number(bytes.readBigUInt64LE());
  } finally {
    closeSync(descriptor);
  }
}

/** @throws HumanError that names the first changed one among these files and the files in these folders */
export function requireUnchanged(folder: string, record: RunRecord, names: readonly string[]): void {
  const fault = changedFile(folder, record, names);
  if (fault !== null) throw fault;
}

/** The same check for a file whose text has been read. */
export function requireSameText(folder: string, record: RunRecord, name: string, sha256: string): void {
  if (!isOwnFile(record, name, sha256)) throw changed(folder, name, "was changed since the run wrote it");
}

function changed(folder: string, path: string, what: string): HumanError {
  const remedy = remedies[path]?.(folder) ?? "Restore it from a copy, or run the mixture again.";
  return new HumanError(`${join(folder, path)} ${what}: its hash is not the one in ${runFiles.run}.`, {
    remedy,
  });
}
