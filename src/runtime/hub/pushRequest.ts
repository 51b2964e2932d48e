// Requests that change a repository on the Hub, whose failures say what was refused and why.
import { HumanError } from "../../common/errors.ts";
import { isObject } from "../../common/json.ts";
import { capitalised } from "../../common/words.ts";
import { type Broken, type Persistence, persist } from "../../node/persist.ts";
import { readText } from "../../node/readText.ts";
import type { SentBody } from "../../node/webFetch.ts";
import type { Hub } from "./hub.ts";
import { answered, request, unreachable } from "./hubRequest.ts";
import { type Passing, refusal } from "./refusal.ts";

export interface Push {
  /** Path on the Hub, or an address that the Hub gave. */
  readonly to: string;
  /** Subject for messages, such as `the commit to org/name`. */
  readonly what: string;
  readonly method: "GET" | "POST" | "PUT";
  readonly body?: string | SentBody;
  readonly headers?: Readonly<Record<string, string>>;
  readonly accepted?: readonly number[];
  readonly signal?: AbortSignal;
}

/** Most bytes of an explanation that are read, and most characters of it that are shown. */
const longestBody = 64 * 1024;
const longestReason = 300;

/** Sends one request and returns a response that is 2xx or accepted. @throws Broken or HumanError */
export function push(
  hub: Hub,
  { to, what, method, body, headers, accepted, signal }: Push,
): Promise<Response> {
  return request(hub, to, what, {
    method,
    redirect: "manual",
    refuse: response => pushRefusal(hub, to, response, what),
    ...(body !== undefined && { body }),
    ...(headers !== undefined && { headers: { ...headers } }),
    ...(accepted !== undefined && { accepted }),
    ...(signal !== undefined && { signal }),
  });
}

/** Sends a request as often as it takes, and reads the answer in full with `read`. */
export function persistentPush<T>(
  hub: Hub,
  asked: Push,
  read: (response: Response) => Promise<T>,
): Promise<T> {
  const send = async (signal?: AbortSignal): Promise<T> =>
    read(await push(hub, signal === undefined ? asked : { ...asked, signal }));
  // Only files may take any time, as long as something of them is taken.
  const isFile = typeof asked.body === "object";
  return persist(pushPersistence(hub, asked.what, asked.to), asked.what, () =>
    isFile ? send() : answered(hub, send),
  );
}

/** @param to As in `Push`. */
export function pushPersistence(hub: Hub, what: string, to = "/"): Persistence {
  return {
    ...hub,
    givenUp: (cause: Broken) =>
      new HumanError(`${capitalised(what)} failed at ${serverOf(hub, to)}: ${cause.message}.`, {
        kind: "run",
        remedy: unreachable(),
        cause,
      }),
  };
}

/** Discards the body of an answer that needs no reading. */
export async function discard(response: Response): Promise<void> {
  await response.body?.cancel().catch(() => undefined);
}

/** The Hub, or the storage behind it that an address leads to. */
function serverOf({ endpoint }: Hub, to: string): string {
  return to.startsWith("/") ? endpoint : new URL(to).origin;
}

async function pushRefusal(
  hub: Hub,
  to: string,
  response: Response,
  what: string,
): Promise<HumanError | Passing> {
  const { status } = response;
  const endpoint = serverOf(hub, to);
  const { host, origin } = new URL(endpoint);
  const why = await reasonIn(hub, response);
  const human = (message: string, remedy: string): HumanError =>
    new HumanError(`${message}${why === "" ? "." : `: ${why}`}`, { kind: "run", remedy });
  if (status >= 300 && status < 400)
    return human(
      `${host} redirects ${what} to another place (${status})`,
      "Check the name: the repository may have been renamed.",
    );
  if (origin !== new URL(hub.endpoint).origin && [401, 403, 404].includes(status))
    return human(`${host} refuses ${what} (${status})`, "The address that the Hub gave may have expired.");
  if (status === 403)
    return human(
      `${host} does not accept ${what} with this token (403)`,
      "Set a token that may write there with Pinch: Set Hugging Face Token…, or in HF_TOKEN, and check the name.",
    );
  if (status === 404 || status === 410)
    return human(`${host} has no place for ${what} (${status})`, "Check the name of the repository.");
  if (status === 409 || status === 412)
    return human(
      `${host} refuses ${what}, because someone else has changed the repository in the meantime (${status})`,
      "Check the repository's page.",
    );
  if (status === 413)
    return human(
      `${host} refuses ${what} as too large (413)`,
      "Check the limits of the account, or push a smaller format: the adapter, or GGUF in q8_0.",
    );
  const known = [401, 407, 408, 429].includes(status) || status >= 500;
  if (!known) return human(`${host} refuses ${what} (${status})`, "Check the name and the token.");
  return refusal({ ...hub, endpoint }, response, what, "");
}

/** The server's explanation on one line, without the token; empty if it gives none. */
async function reasonIn(hub: Hub, response: Response): Promise<string> {
  const text = await answered(hub, async signal => {
    signal.addEventListener("abort", () => void discard(response));
    return readText(response, longestBody);
  }).catch(() => "");
  const header = response.headers.get("x-error-message");
  const line = (header ?? errorIn(text)).replace(/[\p{C}\s]+/gu, " ").trim();
  const shown = hub.token === null ? line : line.replaceAll(hub.token, "…");
  return shown.length > longestReason ? `${shown.slice(0, longestReason)}…` : shown;
}

function errorIn(text: string): string {
  try {
    const answer: unknown = JSON.parse(text);
    const error = isObject(answer) ? (answer.error ?? answer.message) : null;
    return typeof error === "string" ? error : "";
  } catch {
    return "";
  }
}
