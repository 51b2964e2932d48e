// Recipe of the CUDA installation, as a call of the runtime process.

import { cancelledError } from "../../node/cancelled.ts";
import type { RecipeContext } from "../context/context.ts";
import { installCuda as install } from "../devices/cudaInstall.ts";

export async function installCuda(context: RecipeContext): Promise<{ folder: string }> {
  const { signal } = context;
  try {
    const folder = await install({
      signal,
      onProgress: (done, total, message) =>
        context.progress({ phase: "install", done, total, secondsLeft: null, message }),
      log: message => context.log("info", message),
    });
    return { folder };
  } catch (error) {
    throw signal.aborted ? cancelledError(signal) : error;
  }
}
