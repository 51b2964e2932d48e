// The CUDA provider of onnxruntime-node: its files, and how a process loads it.
import { createRequire, Module } from "node:module";
import { dirname, join } from "node:path";
import { bindingFile, installedCuda, requireInstalled } from "./cudaRecord.ts";
import { forgetDevice, machineKey } from "./deviceCache.ts";

export interface CudaPackage {
  /** NuGet id, as named in onnxruntime-node's install script. */
  readonly id: string;
  /** Paths in the package. Only the last part is kept in the installed folder. */
  readonly files: readonly string[];
}

/** Systems for which onnxruntime publishes the provider, as in the install script of onnxruntime-node. */
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

/** Folder of the binding that onnxruntime-node loads by default. */
export function packagedRuntime(): string {
  const entry = createRequire(__filename).resolve("onnxruntime-node");
  return join(dirname(entry), "..", "bin", "napi-v6", process.platform, process.arch);
}

/**
 * Makes onnxruntime-node use the installed copy of its library with the CUDA provider next to it. Must run
 * before onnxruntime-node is first imported. Returns the folder in use; null if none is installed, it can't
 * be loaded (CUDA's own error will then say why), or another one has been loaded.
 * @throws HumanError if files differ from the installed ones; none of them is loaded
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

/** Variant for a device that is yet to be chosen: ignores an installation that cannot be trusted. */
export function useInstalledCudaIfSound(): void {
  try {
    useInstalledCuda();
  } catch {
    // The process that probes CUDA runs into the same error and reports it.
    forgetDevice(machineKey(installedCuda()));
  }
}
