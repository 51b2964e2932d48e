// Use of WebAssembly where the address space is limited, as batch systems do (ulimit -v): Node reserves ten
// gigabytes for each memory unless it is told to check bounds instead.
import { HumanError } from "../common/errors.ts";

/** Supported since Node 20.15 and 22.2. */
const checksBounds = "--disable-wasm-trap-handler";

/** Number of simultaneous memories of a process: of CLD3, of decompressors, of Node itself. */
const memories = 6;

export function holdsWasm(count: number = memories): boolean {
  try {
    const held = Array.from({ length: count }, () => new WebAssembly.Memory({ initial: 1 }));
    return held.length === count;
  } catch {
    return false;
  }
}

/**
 * Arguments of Node for a process that uses WebAssembly under this process's limits; [] if nothing is needed
 * or helps.
 */
export function wasmArguments(): readonly string[] {
  if (process.execArgv.includes(checksBounds)) return [checksBounds];
  return !holdsWasm() && process.allowedNodeEnvironmentFlags.has(checksBounds) ? [checksBounds] : [];
}

/** Call before hours of work that need WebAssembly in the end. @throws HumanError */
export function requireWasm(): void {
  if (!holdsWasm(1)) throw limitedError();
}

export function limitedError(): HumanError {
  return new HumanError(
    "WebAssembly, which identifies languages, gets no memory: the address space of this process is limited (ulimit -v).",
    {
      kind: "run",
      remedy: "Raise the limit (ulimit -v unlimited), or use Node 20.15 or newer, which needs less.",
    },
  );
}
