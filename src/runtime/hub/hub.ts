// The Hub's address, the token for it, and requests whose refusals are sentences.
import { readFileSync } from "node:fs";
import { HumanError } from "../../common/errors.ts";
import { Broken, type Persistence } from "../web/persist.ts";
import { namedProxy, reasonOf, webFetch } from "../web/webFetch.ts";
import { type Environment, hubTokenPath } from "./hubFolders.ts";
import { refusal } from "./refusal.ts";

export interface Hub {
  /** Without a slash at its end. */
  readonly endpoint: string;
  /** Sent to the endpoint's origin only; never logged or written. */
  readonly token: string | null;
  readonly signal: AbortSignal;
  readonly log: (message: string) => void;
  /** Milliseconds before the first new attempt, doubled each time. */
  readonly retryDelay: number;
  /** For tests: other times than the usual. */
  readonly patience?: Patience;
}

/** Milliseconds. */
export interface Patience {
  /** See webFetch.ts. */
  readonly silence: number;
  /** For the whole of an answer that tells of a repository. */
  readonly answer: number;
}

export const usualPatience: Patience = { silence: 30_000, answer: 120_000 };

const hubOrigin = "https://huggingface.co";

/** `HF_ENDPOINT`, as huggingface_hub has it. */
export function hubEndpoint(environment: Environment = process.env): string {
  const endpoint = (environment.HF_ENDPOINT || hubOrigin).replace(/\/+$/, "");
  if (URL.canParse(endpoint) && /^https?:/.test(endpoint)) return endpoint;
  throw new HumanError(`HF_ENDPOINT is ${endpoint}, which is no web address.`, {
    remedy: "Set it to an address such as https://huggingface.co, or remove it.",
  });
}

/**
 * The token that huggingface_hub would use: of the environment, or of its `login`; null: none. The one of the login is
 * for the Hub itself, and goes to no other server that HF_ENDPOINT names.
 */
export function environmentToken(environment: Environment = process.env): string | null {
  const written = environment.HF_TOKEN || environment.HUGGING_FACE_HUB_TOKEN;
  if (written) return written.trim();
  if (new URL(hubEndpoint(environment)).origin !== hubOrigin) return null;
  try {
    return readFileSync(hubTokenPath(environment), "utf8").trim() || null;
  } catch {
    return null;
  }
}

function unreachable(): string {
  const proxy = namedProxy();
  return proxy === null
    ? "Check the connection, and HF_ENDPOINT if you use a mirror; where the network has a proxy, name it in HTTPS_PROXY or in VS Code's http.proxy."
    : `Check the connection, the proxy of ${proxy}, and HF_ENDPOINT if you use a mirror.`;
}

/**
 * One request. The answer's status is 2xx, or one of `accepted`.
 * @param what For people: `the model org/name`.
 * @throws Broken where another attempt may succeed, HumanError where none will.
 */
export async function request(
  hub: Hub,
  path: string,
  what: string,
  options: {
    readonly headers?: Record<string, string>;
    readonly signal?: AbortSignal;
    readonly accepted?: readonly number[];
    readonly method?: "GET" | "HEAD";
    readonly redirect?: RequestRedirect;
  } = {},
): Promise<Response> {
  const url = `${hub.endpoint}${path}`;
  const headers: Record<string, string> = { ...options.headers, "user-agent": "pinch" };
  // fetch drops this header where a redirect leads to another origin.
  if (hub.token !== null) headers.authorization = `Bearer ${hub.token}`;
  const signal = options.signal === undefined ? hub.signal : AbortSignal.any([hub.signal, options.signal]);
  const { method = "GET", redirect = "follow" } = options;
  const { silence } = hub.patience ?? usualPatience;
  const response = await webFetch(url, { headers, signal, method, redirect, silence }).catch(
    (cause: unknown) => {
      throw new Broken(reasonOf(cause), { cause });
    },
  );
  if (response.ok || options.accepted?.includes(response.status) === true) return response;
  await response.body?.cancel().catch(() => undefined);
  const told = refusal(hub, response, what);
  throw told instanceof HumanError ? told : new Broken(told.message, { waitMs: told.waitMs });
}

/** @param what For people: what is fetched. */
export function persistence(hub: Hub, what: string): Persistence {
  return {
    ...hub,
    givenUp: cause =>
      new HumanError(`${what} could not be fetched from ${hub.endpoint}: ${cause.message}.`, {
        kind: "run",
        remedy: `${unreachable()} What is here already is kept: the next time goes on from there.`,
        cause,
      }),
  };
}
