// The way to the extension host: typed messages and the state that survives hiding and reloading.

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export interface Host<From, Memory> {
  post(message: From): void;
  /** What was remembered last, or null. */
  recall(): Memory | null;
  remember(memory: Memory): void;
}

/** Once for each page. `receive` gets every message of the host. */
export function connectHost<To, From, Memory>(receive: (message: To) => void): Host<From, Memory> {
  const api = acquireVsCodeApi();
  window.addEventListener("message", (event: MessageEvent<To>) => receive(event.data));
  return {
    post: message => api.postMessage(message),
    recall: () => (api.getState() ?? null) as Memory | null,
    remember: memory => api.setState(memory),
  };
}
