// The address of the Hub, and the token for it.
import { readFileSync } from "node:fs";
import { HumanError } from "../../common/errors.ts";
import { type Environment, hubTokenPath } from "../../node/hubFolders.ts";

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
