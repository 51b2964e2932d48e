// WebAssembly where the address space is limited, as batch systems do (ulimit -v): Node keeps ten gigabytes of it free
// for each memory, unless it is told to check bounds instead.
import { HumanError } from "../common/errors.ts";

/** Node 20.15 and 22.2 know it. */
const checksBounds = "--disable-wasm-trap-handler";

/** Memories that one process has at a time: of CLD3, of decompressors, of Node itself. */
const memories = 6;

export function holdsWasm(count: number = memories): boolean {
  try {
    const held = Array.from({ length: count }, () => new WebAssembly.Memory({ initial: 1 }));
    return held.length === count;
  } catch {
    return false;
  }
}

/** Arguments of Node for a process that holds WebAssembly under this one's limits; [] where nothing is needed or helps. */
export function wasmArguments(): readonly string[] {
  if (process.execArgv.includes(checksBounds)) return [checksBounds];
  return !holdsWasm() && process.allowedNodeEnvironmentFlags.has(checksBounds) ? [checksBounds] : [];
}

/** Comes before hours of work that need it in the end. @throws HumanError */
export function requireWasm(): void {
  if (!holdsWasm(1)) throw limitedError();
}

export function limitedError(): HumanError {
  return new HumanError(
    "WebAssembly, which tells languages, gets no memory: the address space of this process is limited (ulimit -v).",
    {
      kind: "run",
      remedy: "Raise the limit (ulimit -v unlimited), or use Node 20.15 or newer, which needs less.",
    },
  );
}
