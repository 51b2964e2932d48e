// The Hub's address and token.
import { readFileSync } from "node:fs";
import { HumanError } from "../../common/errors.ts";
import { type Environment, hubTokenPath } from "../../node/hubFolders.ts";

export interface Hub {
  /** Address without a trailing slash. */
  readonly endpoint: string;
  /** Sent only to the endpoint's origin, and never logged or written. */
  readonly token: string | null;
  readonly signal: AbortSignal;
  readonly log: (message: string) => void;
  /** Milliseconds before the first retry, doubled each time. */
  readonly retryDelay: number;
  /** Other timeouts, for tests. */
  readonly patience?: Patience;
}

/** Timeouts in milliseconds. */
export interface Patience {
  /** See webFetch.ts. */
  readonly silence: number;
  /** Time limit for a complete answer with the description of a repository. */
  readonly answer: number;
}

export const defaultPatience: Patience = { silence: 30_000, answer: 120_000 };
/** The Hub copies large files together, and checks them, before it answers. */
export const uploadPatience: Patience = { silence: 120_000, answer: 600_000 };

const hubOrigin = "https://huggingface.co";

/** Value of `HF_ENDPOINT`, as in huggingface_hub. */
export function hubEndpoint(environment: Environment = process.env): string {
  const endpoint = (environment.HF_ENDPOINT || hubOrigin).replace(/\/+$/, "");
  if (URL.canParse(endpoint) && /^https?:/.test(endpoint)) return endpoint;
  throw new HumanError(`HF_ENDPOINT is ${endpoint}, which is not a web address.`, {
    remedy: "Set it to an address such as https://huggingface.co, or remove it.",
  });
}

/**
 * Token that huggingface_hub would use, from the environment or its `login`; null if there is none. The
 * login's token is only for the Hub itself and is not sent to another server named in HF_ENDPOINT.
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
