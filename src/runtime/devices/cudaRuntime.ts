// The CUDA provider of onnxruntime-node: which files it is made of, and how a process comes to use it.
import { createRequire, Module } from "node:module";
import { dirname, join } from "node:path";
import { bindingFile, installedCuda, requireInstalled } from "./cudaRecord.ts";
import { forgetDevice, machineKey } from "./deviceCache.ts";

export interface CudaPackage {
  /** NuGet id, as onnxruntime-node's own install script names it. */
  readonly id: string;
  /** Paths in the package; each goes into the installed folder under its last part. */
  readonly files: readonly string[];
}

/** Systems that onnxruntime publishes the provider for; the install script of onnxruntime-node knows the same. */
const packages: Readonly<Record<string, CudaPackage>> = {
  "linux-x64": {
    id: "Microsoft.ML.OnnxRuntime.Gpu.Linux",
    files: [
      "runtimes/linux-x64/native/libonnxruntime_providers_cuda.so",
      "runtimes/linux-x64/native/libonnxruntime_providers_shared.so",
    ],
  },
  "win32-x64": {
    id: "Microsoft.ML.OnnxRuntime.Gpu.Windows",
    files: [
      "runtimes/win-x64/native/onnxruntime_providers_cuda.dll",
      "runtimes/win-x64/native/onnxruntime_providers_shared.dll",
    ],
  },
};

export const thisSystem = `${process.platform}-${process.arch}`;

export const cudaSystems = Object.keys(packages);

export function cudaPackage(system = thisSystem): CudaPackage | null {
  return packages[system] ?? null;
}

/** Folder of the binding that onnxruntime-node loads by itself. */
export function packagedRuntime(): string {
  const entry = createRequire(__filename).resolve("onnxruntime-node");
  return join(dirname(entry), "..", "bin", "napi-v6", process.platform, process.arch);
}

/**
 * Makes onnxruntime-node use the installed copy of its library, with the CUDA provider beside it. Must come before
 * anything imports onnxruntime-node. Gives the folder in use; null: none is installed, it can't be loaded (then
 * CUDA's own error will say why), or another one is loaded already.
 * @throws HumanError where the files are not those that were installed: nothing of them is loaded
 */
export function useInstalledCuda(): string | null {
  const folder = installedCuda();
  if (folder === null) return null;
  const { cache } = createRequire(__filename);
  const packaged = join(packagedRuntime(), bindingFile);
  if (cache[packaged] !== undefined) return null;
  requireInstalled(folder);
  const standIn = new Module(packaged);
  try {
    process.dlopen(standIn, join(folder, bindingFile));
  } catch {
    return null;
  }
  standIn.loaded = true;
  cache[packaged] = standIn;
  return folder;
}

/** For a device that is still to be chosen: an installation that can't be trusted is not among them. */
export function useInstalledCudaIfSound(): void {
  try {
    useInstalledCuda();
  } catch {
    // The process that tries CUDA meets the same, and what it says is told.
    forgetDevice(machineKey(installedCuda()));
  }
}
