// The connection to the extension host: messages, requests, and state that survives hiding and reloading.
import { messageOf } from "../../src/common/errors.ts";
import {
  type Handlers,
  type NoCalls,
  type Payload,
  type Reply,
  ViewCalls,
} from "../../src/protocol/viewCalls.ts";

interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

export interface Host<From, Memory, HostCalls = NoCalls> {
  post(message: From): void;
  /**
   * @param milliseconds Time to wait for the reply.
   * @throws Error with a message for users.
   */
  request<Kind extends keyof HostCalls & string>(
    kind: Kind,
    payload: Payload<HostCalls, Kind>,
    milliseconds?: number,
  ): Promise<Reply<HostCalls, Kind>>;
  /** The state that was last stored, or null. */
  recall(): Memory | null;
  remember(memory: Memory): void;
}

/**
 * Connects a page to its host; called once per page.
 * @param receive Handles every message of the host that is not a request.
 */
export function connectHost<To, From, Memory, HostCalls = NoCalls, PageCalls = NoCalls>(
  receive: (message: To) => void,
  ...[handlers]: keyof PageCalls extends never ? [] : [Handlers<PageCalls>]
): Host<From, Memory, HostCalls> {
  const api = acquireVsCodeApi();
  const calls = new ViewCalls<HostCalls, PageCalls>(
    message => api.postMessage(message),
    handlers ?? ({} as Handlers<PageCalls>),
    messageOf,
  );
  window.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (!calls.receive(data)) receive(data as To);
  });
  return {
    post: message => api.postMessage(message),
    request: (...request) => calls.request(...request),
    recall: () => (api.getState() ?? null) as Memory | null,
    remember: memory => api.setState(memory),
  };
}
