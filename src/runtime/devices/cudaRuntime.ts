// The CUDA provider of onnxruntime-node: which files it is made of, where it lies, and how a process comes to use it.
import { existsSync } from "node:fs";
import { createRequire, Module } from "node:module";
import { dirname, join } from "node:path";
import { onnxruntimeVersion } from "../data/versions.ts";
import { dataFolder } from "../files/userFolders.ts";

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

export function cudaPackage(system = `${process.platform}-${process.arch}`): CudaPackage | null {
  return packages[system] ?? null;
}

/**
 * onnxruntime looks for providers beside its own library only, and an extension's folder is replaced by every update
 * (and may be read-only). So the provider lies in the person's data folder together with a copy of the library, which
 * a process loads instead of the one in the package.
 */
export function cudaFolder(): string {
  return join(dataFolder(), "onnxruntime", `${onnxruntimeVersion}-${process.platform}-${process.arch}-cuda`);
}

/** Written last: a folder without it is not whole. */
export const installRecord = "installed.json";
export const bindingFile = "onnxruntime_binding.node";

/** The folder of a whole installation for this very version; null when there is none. */
export function installedCuda(): string | null {
  const folder = cudaFolder();
  return existsSync(join(folder, installRecord)) && existsSync(join(folder, bindingFile)) ? folder : null;
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
 */
export function useInstalledCuda(): string | null {
  const folder = installedCuda();
  if (folder === null) return null;
  const { cache } = createRequire(__filename);
  const packaged = join(packagedRuntime(), bindingFile);
  if (cache[packaged] !== undefined) return null;
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
