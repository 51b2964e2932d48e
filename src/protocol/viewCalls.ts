// Requests between a webview and the extension host, in either direction, with a reply, error or timeout.

/** Payload of a call; calls are declared as functions, such as `{ pairs(query: PairsQuery): PairsPage }`. */
export type Payload<Calls, Kind extends keyof Calls> = Calls[Kind] extends (payload: infer P) => unknown
  ? P
  : never;

export type Reply<Calls, Kind extends keyof Calls> = Calls[Kind] extends (payload: never) => infer R
  ? R
  : never;

/** Handlers of the other end's calls. An error thrown by a handler rejects the request. */
export type Handlers<Calls> = {
  readonly [Kind in keyof Calls]: (
    payload: Payload<Calls, Kind>,
  ) => Reply<Calls, Kind> | Promise<Reply<Calls, Kind>>;
};

/** Calls of an end that receives no requests. */
export type NoCalls = Record<never, never>;

/** Default timeout of a request, in milliseconds. */
const replyMs = 60_000;

type Envelope =
  | { readonly call: number; readonly kind: string; readonly payload: unknown }
  | { readonly reply: number; readonly value: unknown }
  | { readonly reply: number; readonly error: string };

interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** One end of the connection: `Theirs` are the calls that the other end answers, `Ours` its own. */
export class ViewCalls<Theirs, Ours> {
  readonly #send: (message: unknown) => void;
  readonly #handlers: Handlers<Ours>;
  /** Converts an error into the text that the other end shows to users. */
  readonly #errorText: (error: unknown) => string;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;
  #closed = false;

  constructor(
    send: (message: unknown) => void,
    handlers: Handlers<Ours>,
    errorText: (error: unknown) => string,
  ) {
    this.#send = send;
    this.#handlers = handlers;
    this.#errorText = errorText;
  }

  /** @throws Error with the other end's message, or on timeout */
  async request<Kind extends keyof Theirs & string>(
    kind: Kind,
    payload: Payload<Theirs, Kind>,
    milliseconds = replyMs,
  ): Promise<Reply<Theirs, Kind>> {
    if (this.#closed) throw new Error(closedText);
    const call = ++this.#last;
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      return await new Promise<Reply<Theirs, Kind>>((resolve, reject) => {
        this.#waiting.set(call, { resolve: value => resolve(value as Reply<Theirs, Kind>), reject });
        timer = setTimeout(() => reject(new Error(lateText(milliseconds))), milliseconds);
        this.#send({ call, kind, payload } satisfies Envelope);
      });
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(call);
    }
  }

  /** Returns false when the message is neither a call nor a reply. Late replies are dropped. */
  receive(message: unknown): boolean {
    if (typeof message !== "object" || message === null) return false;
    if ("call" in message) {
      void this.#answer(message as Extract<Envelope, { call: number }>);
      return true;
    }
    if (!("reply" in message)) return false;
    const envelope = message as Extract<Envelope, { reply: number }>;
    const waiting = this.#waiting.get(envelope.reply);
    if ("error" in envelope) waiting?.reject(new Error(envelope.error));
    else waiting?.resolve(envelope.value);
    return true;
  }

  /** Rejects pending requests, because the other end is gone. */
  dispose(): void {
    this.#closed = true;
    for (const { reject } of this.#waiting.values()) reject(new Error(closedText));
  }

  async #answer({ call, kind, payload }: Extract<Envelope, { call: number }>): Promise<void> {
    this.#send(await this.#reply(call, kind, payload));
  }

  async #reply(call: number, kind: string, payload: unknown): Promise<Envelope> {
    try {
      if (!Object.hasOwn(this.#handlers, kind)) throw new Error(`Unknown request "${kind}".`);
      const handler = this.#handlers[kind as keyof Ours] as (payload: unknown) => unknown;
      return { reply: call, value: await handler(payload) };
    } catch (error) {
      return { reply: call, error: this.#errorText(error) };
    }
  }
}

const closedText = "The panel was closed before the reply came.";

function lateText(milliseconds: number): string {
  return `No reply within ${milliseconds / 1000} seconds. Try again; if this repeats, reload the window.`;
}
