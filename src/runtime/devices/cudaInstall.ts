// Implements `pinch devices --install cuda`: downloads the CUDA provider for this version of onnxruntime to
// the user's data folder.
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statfsSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { systemError } from "../../common/systemErrors.ts";
import { renameWithRetry } from "../../node/atomicWrite.ts";
import { onnxruntimeVersion } from "../context/versions.ts";
import { type CudaPins, cudaPin } from "./cudaPins.ts";
import { cudaFolder, faultOf, installedCuda, recordInstallation } from "./cudaRecord.ts";
import { cudaPackage, packagedRuntime, thisSystem } from "./cudaRuntime.ts";
import { diskRemedy, fetchPackage, findPackage, type RegistryPackage } from "./nuget.ts";
import { openZip } from "./zip.ts";

export interface InstallOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, total: number, message: string) => void;
  readonly log: (message: string) => void;
  /** Replacements for tests: the system to install for, the known packages, and the delay after a broken connection. */
  readonly system?: string;
  readonly pins?: CudaPins;
  readonly retryDelay?: number;
}

/** Disk space for unpacking the provider next to its package, as a multiple of the package's size. */
const unpackedRoom = 3;

/** @returns Folder that contains the provider. If it is already installed, nothing is downloaded. */
export async function installCuda(options: InstallOptions): Promise<string> {
  const { signal, log, onProgress, system = thisSystem } = options;
  const wanted = cudaPackage(system);
  if (wanted === null) {
    throw new HumanError(`onnxruntime has no CUDA provider for ${system}.`, {
      remedy: "It exists for Linux and Windows on x64. WebGPU needs no installation: pinch devices.",
    });
  }
  const folder = cudaFolder();
  if (installedCuda() !== null) {
    const fault = faultOf(folder);
    if (fault === null) {
      log(`The CUDA provider of onnxruntime ${onnxruntimeVersion} is already installed: ${folder}`);
      return folder;
    }
    log(`Replacing the contents of ${folder}: ${fault}.`);
  }
  onProgress(0, 1, "Asking the registry");
  const source = await findPackage(wanted.id, onnxruntimeVersion, cudaPin(system, options.pins), signal);
  const part = join(dirname(folder), `${basename(folder)}.nupkg.part`);
  requireRoom(dirname(folder), source, part);
  log(`Fetching ${source.url} (${megabytes(source.bytes)}).`);
  const onBytes = (done: number, total: number): void =>
    onProgress(done, total, `Downloading: ${megabytes(done)} of ${megabytes(total)}`);
  const { retryDelay } = options;
  await fetchPackage(source, part, {
    signal,
    log,
    onProgress: onBytes,
    ...(retryDelay !== undefined && { retryDelay }),
  });
  const building = `${folder}.${process.pid}.tmp`;
  try {
    await unpack(part, wanted.files, building, options);
    recordInstallation(building, source);
    rmSync(folder, { recursive: true, force: true }); // incomplete, or changed since its installation
    renameWithRetry(building, folder);
  } catch (error) {
    throw writeRefused(error, building);
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  rmSync(part, { force: true });
  log(`The CUDA provider of onnxruntime ${onnxruntimeVersion} is installed: ${folder}`);
  return folder;
}

/** Unpacks the provider's files, and copies the runtime, which looks for them in its own folder. */
async function unpack(
  part: string,
  files: readonly string[],
  building: string,
  { signal, onProgress }: InstallOptions,
): Promise<void> {
  rmSync(building, { recursive: true, force: true });
  mkdirSync(building, { recursive: true, mode: 0o700 });
  const archive = await openZip(part);
  try {
    for (const [i, path] of files.entries()) {
      onProgress(i, files.length, `Unpacking ${basename(path)}`);
      if (!archive.names.includes(path)) {
        throw new HumanError(`The package has no ${path}.`, {
          kind: "run",
          remedy: "Report this: the package of this onnxruntime version has an unexpected layout.",
        });
      }
      await archive.extract(path, join(building, basename(path)), signal);
    }
  } finally {
    archive.close();
  }
  const runtime = packagedRuntime();
  for (const name of readdirSync(runtime)) copyFileSync(join(runtime, name), join(building, name));
}

/** Turns file system errors into errors for the user and leaves all others as they are. */
export function writeRefused(error: unknown, path: string): unknown {
  return systemError(error, `${path} can't be written`, diskRemedy) ?? error;
}

function requireRoom(folder: string, source: RegistryPackage, part: string): void {
  mkdirSync(folder, { recursive: true });
  const have = existsSync(part) ? 1 : 0;
  const needed = source.bytes * (unpackedRoom + 1 - have);
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  if (free >= needed) return;
  throw new HumanError(
    `${folder} has ${megabytes(free)} free; the CUDA provider needs ${megabytes(needed)} to be installed.`,
    { kind: "run", remedy: "Free some space, or name another folder in PINCH_DATA." },
  );
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6).toLocaleString("en")} MB`;
}
