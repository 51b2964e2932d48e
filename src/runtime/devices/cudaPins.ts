// SHA-512 of the CUDA packages for this onnxruntime, recorded when its version was raised: the packages are
// verified against this source, not against a server. `node --import tsx scripts/pinCuda.ts` regenerates the
// table.
import { onnxruntimeVersion } from "../context/versions.ts";
import pins from "./cudaPins.json";

/**
 * SHA-512 of each package by version of onnxruntime and system (`linux-x64`), in base64 as in NuGet's
 * catalogue.
 */
export type CudaPins = Readonly<Record<string, Readonly<Record<string, string>>>>;

export const cudaPins: CudaPins = pins;

/**
 * Returns the hash of a package. Null if it was never recorded; then the package is accepted only from
 * nuget.org itself, not from a mirror.
 */
export function cudaPin(system: string, table: CudaPins = cudaPins): string | null {
  return table[onnxruntimeVersion]?.[system] ?? null;
}
