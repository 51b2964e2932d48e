// Measures the memory in use by a Node process after a full garbage collection, through its debugger.
import { once } from "node:events";

/** Default address of Node's debugger. */
const debuggerUrl = "http://127.0.0.1:9229/json/list";
const openMs = 200;

/** Objects and buffers that are still referenced, in MB. */
export interface Held {
  readonly heap: number;
  readonly external: number;
}

/** @throws Error if the process opens no debugger */
export async function heldMemory(pid: number): Promise<Held> {
  process.kill(pid, "SIGUSR1");
  await new Promise(resolve => setTimeout(resolve, openMs));
  const [target] = (await (await fetch(debuggerUrl)).json()) as { webSocketDebuggerUrl: string }[];
  const socket = new WebSocket(target?.webSocketDebuggerUrl ?? "");
  await once(socket, "open");
  let calls = 0;
  const call = async (method: string, params = {}): Promise<unknown> => {
    const id = ++calls;
    const answered = new Promise<unknown>(resolve => {
      socket.addEventListener("message", ({ data }) => {
        const message = JSON.parse(String(data)) as { id?: number; result?: unknown };
        if (message.id === id) resolve(message.result);
      });
    });
    socket.send(JSON.stringify({ id, method, params }));
    return answered;
  };
  try {
    await call("HeapProfiler.collectGarbage");
    const expression = "JSON.stringify(process.memoryUsage())";
    const { result } = (await call("Runtime.evaluate", { expression })) as { result: { value: string } };
    const { heapUsed, external } = JSON.parse(result.value) as NodeJS.MemoryUsage;
    return { heap: heapUsed / 2 ** 20, external: external / 2 ** 20 };
  } finally {
    socket.close();
  }
}
