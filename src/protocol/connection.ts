// Typed connection between the runtime process and its parent: both ends.
import {
  type CancellationToken,
  CancellationTokenSource,
  createMessageConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type MessageConnection,
  type MessageReader,
  type MessageWriter,
  ResponseError,
} from "vscode-jsonrpc/node";
import { type FailureKind, HumanError } from "../common/errors.ts";
import { userError } from "../common/systemErrors.ts";
import { type CallName, type CallParams, type CallResult, runtimeCalls } from "./calls.ts";
import type { LanguageModelAnswer, LanguageModelQuestion } from "./comparison.ts";
import { defaultBeat, type Patience, Unresponsive, withPatience } from "./patience.ts";
import type { RuntimeNotifications } from "./runtime.ts";

type NotificationName = keyof RuntimeNotifications;

/** Process that `IPCMessageReader` reads from: a forked child, or this process if it was forked. */
export type IpcProcess = ConstructorParameters<typeof IPCMessageReader>[0];

export interface Transport {
  readonly reader: MessageReader;
  readonly writer: MessageWriter;
}

export function ipcTransport(process: IpcProcess): Transport {
  return { reader: new IPCMessageReader(process), writer: new IPCMessageWriter(process) };
}

/** Application-defined code, in the range that JSON-RPC reserves for applications. */
const failureCode = -31_000;

interface FailureData {
  readonly kind: FailureKind;
  readonly remedy: string;
  /** Stack trace of an unexpected error, for the log. */
  readonly detail?: string;
}

const kinds: readonly string[] = ["input", "run", "cancelled", "internal"] satisfies FailureKind[];

function toResponseError(error: unknown): ResponseError<FailureData> {
  const { message, kind, remedy } = userError(error);
  if (error instanceof HumanError)
    return new ResponseError<FailureData>(failureCode, message, { kind, remedy });
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new ResponseError<FailureData>(failureCode, message, { kind, remedy, detail });
}

function isFailureData(data: unknown): data is FailureData {
  return (
    typeof data === "object" &&
    data !== null &&
    "kind" in data &&
    kinds.includes(String(data.kind)) &&
    "remedy" in data &&
    typeof data.remedy === "string"
  );
}

/** Restores the HumanError that the other side threw; its cause is the JSON-RPC error. */
function toHumanError(error: unknown): unknown {
  if (!(error instanceof ResponseError)) return error;
  const data: unknown = error.data;
  if (!isFailureData(data))
    return new HumanError(error.message, {
      kind: "internal",
      remedy: "Report this with the log.",
      cause: error,
    });
  const cause = data.detail === undefined ? error : new Error(data.detail);
  return new HumanError(error.message, { kind: data.kind, remedy: data.remedy, cause });
}

function tokenOf(signal: AbortSignal): { readonly token: CancellationToken; dispose(): void } {
  const source = new CancellationTokenSource();
  const cancel = (): void => source.cancel();
  if (signal.aborted) cancel();
  else signal.addEventListener("abort", cancel, { once: true });
  return {
    token: source.token,
    dispose() {
      signal.removeEventListener("abort", cancel);
      source.dispose();
    },
  };
}

function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) controller.abort();
  else token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}

/**
 * Asks one question of a model that only the host can access (VS Code's Language Model API). A HumanError of kind
 * `input` means that no question will be answered (no consent, or an unknown model), and stops the comparison. Any other
 * failure concerns only this question, which is retried.
 */
export type AskHandler = (
  question: LanguageModelQuestion,
  signal: AbortSignal,
) => Promise<LanguageModelAnswer>;

const refuseToAsk: AskHandler = () =>
  Promise.reject(
    new HumanError("VS Code's language models are only available inside VS Code.", {
      remedy: "Run Pinch: Compare Runs… there, or use another judge here: rule, openai or local.",
    }),
  );

export interface RuntimeClient {
  /** Aborting the signal asks the runtime to stop; the promise settles when it has stopped. */
  call<M extends CallName>(method: M, params: CallParams<M>, signal?: AbortSignal): Promise<CallResult<M>>;
  on<N extends NotificationName>(
    notification: N,
    handler: (params: RuntimeNotifications[N]) => void,
  ): { dispose(): void };
  /** Sets the only handler; without one, questions are refused with a HumanError. */
  onAsk(handler: AskHandler): { dispose(): void };
  /** Rejects pending calls. */
  dispose(): void;
}

export interface Watching {
  /** Called after a call timed out; ends the process. */
  readonly onGivenUp: () => void;
  /** Overrides the time limits in tests. */
  readonly patience?: (method: CallName) => Patience;
}

/** Calls are rejected when the process ends before it has answered, or stops responding (Unresponsive). */
export function connectToRuntime(
  { reader, writer }: Transport,
  { onGivenUp, patience = method => runtimeCalls[method].patience }: Watching,
): RuntimeClient {
  const connection = createMessageConnection(reader, writer);
  let open = true;
  let messages = 0;
  let ask: AskHandler = refuseToAsk;
  handle(connection, "host/askLanguageModel", (question: LanguageModelQuestion, signal) => {
    messages++;
    return ask(question, signal);
  });
  connection.onUnhandledNotification(() => messages++);
  const close = (): void => {
    if (!open) return;
    open = false;
    connection.dispose();
  };
  const endedError = (cause?: unknown): HumanError =>
    new HumanError("The runtime process ended before it answered.", {
      kind: "run",
      remedy: "It was killed or ran out of memory: see the log, then start again.",
      cause,
    });
  connection.onClose(close);
  connection.onError(() => undefined); // write errors reject their own call
  connection.listen();
  return {
    async call(method, params, signal) {
      if (!open) throw endedError();
      const cancellation = signal === undefined ? null : tokenOf(signal);
      try {
        const answer: Promise<CallResult<typeof method>> =
          cancellation === null
            ? connection.sendRequest(method, params)
            : connection.sendRequest(method, params, cancellation.token);
        return await withPatience(answer, patience(method), () => messages, onGivenUp);
      } catch (error) {
        // Closing rejects pending calls with the library's own error.
        throw open || error instanceof Unresponsive ? toHumanError(error) : endedError(error);
      } finally {
        cancellation?.dispose();
      }
    },
    on: (notification, handler) =>
      connection.onNotification(notification, params => {
        messages++;
        handler(params);
      }),
    onAsk(handler) {
      ask = handler;
      return {
        dispose() {
          if (ask === handler) ask = refuseToAsk;
        },
      };
    },
    dispose: close,
  };
}

export type RuntimeHandlers = {
  readonly [M in CallName]: (params: CallParams<M>, signal: AbortSignal) => Promise<CallResult<M>>;
};

export interface RuntimeServer {
  /** Asks the parent's language model. @throws HumanError from the parent */
  ask: AskHandler;
  notify<N extends NotificationName>(notification: N, params: RuntimeNotifications[N]): void;
  dispose(): void;
}

/** Ignores failures: the parent is gone, and its disconnect ends this process anyway. */
function tell<N extends NotificationName>(
  connection: MessageConnection,
  notification: N,
  params: RuntimeNotifications[N],
): void {
  try {
    connection.sendNotification(notification, params).catch(() => undefined);
  } catch {
    // A closed connection throws synchronously.
  }
}

/** @param beat milliseconds between two heartbeats while it works; none by default */
function handle<Params, Result extends object>(
  connection: MessageConnection,
  method: string,
  handler: (params: Params, signal: AbortSignal) => Promise<Result>,
  beat?: number,
): void {
  const answer = async (params: Params, token: CancellationToken): Promise<object> => {
    const isAlive = (): void => tell(connection, "pinch/alive", {});
    const timer = beat === undefined ? undefined : setInterval(isAlive, beat);
    timer?.unref(); // does not keep the process alive
    try {
      return await handler(params, signalOf(token));
    } catch (error) {
      throw toResponseError(error);
    } finally {
      clearInterval(timer);
    }
  };
  connection.onRequest<object, FailureData>(method, answer);
}

/** Starts answering calls. @param beat milliseconds between two heartbeats */
export function serveRuntime(
  { reader, writer }: Transport,
  handlers: RuntimeHandlers,
  beat = defaultBeat,
): RuntimeServer {
  const connection = createMessageConnection(reader, writer);
  for (const method of Object.keys(handlers) as CallName[])
    handle(
      connection,
      method,
      handlers[method] as (params: object, signal: AbortSignal) => Promise<object>,
      runtimeCalls[method].beat ? beat : undefined,
    );
  connection.onError(() => undefined);
  connection.listen();
  return {
    async ask(question, signal) {
      const { token, dispose } = tokenOf(signal);
      try {
        return await connection.sendRequest<LanguageModelAnswer>("host/askLanguageModel", question, token);
      } catch (error) {
        throw toHumanError(error);
      } finally {
        dispose();
      }
    },
    notify: (notification, params) => tell(connection, notification, params),
    dispose: () => connection.dispose(),
  };
}
