// Translates errors of the Hub into messages: unknown name, no access, or too many requests.
import { HumanError } from "../../common/errors.ts";
import type { Hub } from "./hub.ts";

/** Maximum seconds to wait when the Hub asks for it. Beyond that, the user decides. */
const longestWait = 120;

/** Error after which a retry may succeed, with the delay in milliseconds if the server specifies one. */
export interface Passing {
  readonly message: string;
  readonly waitMs: number | null;
}

/**
 * @param what Subject for messages, such as `the model org/name`.
 * @param again Advice for a Hub that asks to wait for long.
 */
export function refusal(
  hub: Pick<Hub, "endpoint" | "token">,
  response: Response,
  what: string,
  again = "Download it again then: it continues where it stopped. A token raises the limit.",
): HumanError | Passing {
  const { status, headers } = response;
  const code = headers.get("x-error-code");
  const host = new URL(hub.endpoint).host;
  const human = (message: string, remedy: string): HumanError =>
    new HumanError(message, { kind: "run", remedy });
  if (status === 401 && hub.token !== null && code !== "RepoNotFound" && code !== "GatedRepo")
    return human(
      `${host} does not accept the token (401).`,
      "Set a valid one with Pinch: Set Hugging Face Token…, or in HF_TOKEN; an empty one is removed.",
    );
  if (status === 407)
    return human(
      "The proxy asks for a name and a password (407).",
      "Write them into its address, as in http://name:password@host:port, in HTTPS_PROXY or VS Code's http.proxy.",
    );
  if (code === "GatedRepo" || status === 403)
    return human(
      `${what} is open only to people who accepted its terms (${status}).`,
      `Accept them on its page at ${hub.endpoint}, then set a token with Pinch: Set Hugging Face Token…, or in HF_TOKEN.`,
    );
  if (status === 401 && hub.token === null)
    return human(
      `${host} requires a login (401): ${what} is private, or does not exist.`,
      "Check the name, or set a token with Pinch: Set Hugging Face Token…, or in HF_TOKEN.",
    );
  if (status === 404 || status === 401 || status === 410)
    return human(
      `${host} can't find ${what} (${status}).`,
      "Check the name as shown on its page (org/name), and the revision.",
    );
  if (status === 429 || status === 503) {
    const seconds = retryAfter(headers.get("retry-after"));
    if (seconds !== null && seconds > longestWait)
      return human(
        `${host} received too many requests from here and asks to wait ${Math.ceil(seconds / 60)} minutes (${status}).`,
        again,
      );
    const waitMs = seconds === null ? null : 1000 * seconds;
    return { message: `it has had too many requests (${status})`, waitMs };
  }
  if (status >= 500 || status === 408) return { message: `HTTP status ${status}`, waitMs: null };
  return human(
    `${host} refuses ${what} (${status}).`,
    "Check the name and the revision, and try it in a browser.",
  );
}

/** Parses a number of seconds or a date to seconds. */
function retryAfter(header: string | null): number | null {
  if (header === null) return null;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, seconds);
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, (date - Date.now()) / 1000);
}
