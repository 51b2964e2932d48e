// SHA-512 of the CUDA packages of this onnxruntime, as whoever raised its version saw them: the source vouches for them,
// no server does. `node --import tsx scripts/pinCuda.ts` writes the table anew.
import { onnxruntimeVersion } from "../context/versions.ts";
import pins from "./cudaPins.json";

/** By version of onnxruntime, then by system (`linux-x64`): SHA-512 of the package, base64, as NuGet's catalogue has it. */
export type CudaPins = Readonly<Record<string, Readonly<Record<string, string>>>>;

export const cudaPins: CudaPins = pins;

/** null: nobody has looked at this package yet. Then it is taken from nuget.org itself, and never from a mirror. */
export function cudaPin(system: string, table: CudaPins = cudaPins): string | null {
  return table[onnxruntimeVersion]?.[system] ?? null;
}
