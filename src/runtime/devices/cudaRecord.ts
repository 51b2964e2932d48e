// Location of an installed CUDA provider, and verification of its files.

import { existsSync, lstatSync, readdirSync, type Stats } from "node:fs";
import { join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { isObject } from "../../common/json.ts";
import { writeJsonAtomically } from "../../node/atomicWrite.ts";
import { readTextWithin } from "../../node/plainFiles.ts";
import { sha256OfFile } from "../../node/sha256.ts";
import { dataFolder } from "../../node/userFolders.ts";
import { onnxruntimeVersion } from "../context/versions.ts";

/**
 * Folder of the CUDA provider. onnxruntime looks for providers only next to its own library, and an
 * extension's folder is replaced by every update (and may be read-only). So the provider is in the user's
 * data folder together with a copy of the library, which is loaded instead of the one in the package.
 */
export function cudaFolder(): string {
  return join(dataFolder(), "onnxruntime", `${onnxruntimeVersion}-${process.platform}-${process.arch}-cuda`);
}

export const bindingFile = "onnxruntime_binding.node";

/** Written last: a folder without it is incomplete. */
const recordFile = "installed.json";
const largestRecord = 64 * 1024;

/** Folder of a complete installation for this exact version; null if there is none. */
export function installedCuda(): string | null {
  const folder = cudaFolder();
  return existsSync(join(folder, recordFile)) && existsSync(join(folder, bindingFile)) ? folder : null;
}

/** Hashes the files in the folder. Must be the last step of an installation. */
export function recordInstallation(
  folder: string,
  source: { readonly url: string; readonly sha512: string },
): void {
  const files = Object.fromEntries(
    readdirSync(folder).map(name => [name, sha256OfFile(join(folder, name))] as const),
  );
  writeJsonAtomically(join(folder, recordFile), {
    version: onnxruntimeVersion,
    source: source.url,
    sha512: source.sha512,
    files,
  });
}

/**
 * Verifies the installation before any of its code is loaded. Reads all files completely, about 300 MB.
 * @throws HumanError that names a file that differs from the installed one or that other users can change
 */
export function requireInstalled(folder: string): void {
  const fault = faultOf(folder);
  if (fault === null) return;
  throw new HumanError(`The CUDA provider in ${folder} is not loaded: ${fault}.`, {
    remedy: "Install it again: pinch devices --install cuda, or Pinch: Install CUDA Runtime.",
  });
}

/** Describes how an installation differs, as part of a sentence; null if it is intact. */
export function faultOf(folder: string): string | null {
  const files = recordedFiles(folder);
  if (files === null) return `${recordFile} holds no checksums, as older versions of Pinch wrote it`;
  if (isOpenToOthers(lstatSync(folder))) return "others may write into the folder";
  const present = readdirSync(folder).filter(name => name !== recordFile);
  // Libraries next to others are found by them, so additional files are suspicious.
  const strange = present.find(name => files[name] === undefined);
  if (strange !== undefined) return `${strange} was not installed`;
  for (const [name, sha256] of Object.entries(files)) {
    const path = join(folder, name);
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (status?.isFile() !== true) return `${name} is missing or not a file`;
    if (isOpenToOthers(status)) return `others may write ${name}`;
    if (sha256OfFile(path) !== sha256) return `${name} has changed since`;
  }
  return null;
}

function recordedFiles(folder: string): Readonly<Record<string, unknown>> | null {
  try {
    const record: unknown = JSON.parse(readTextWithin(folder, recordFile, { maxBytes: largestRecord }) ?? "");
    if (!isObject(record) || !isObject(record.files)) return null;
    return bindingFile in record.files ? record.files : null;
  } catch {
    return null;
  }
}

/**
 * True for files owned by an account other than this one and the administrator's, or writable by all. Not
 * determined on Windows.
 */
function isOpenToOthers({ uid, mode }: Stats): boolean {
  const own = process.getuid?.();
  return own !== undefined && ((uid !== own && uid !== 0) || (mode & 0o002) !== 0);
}
