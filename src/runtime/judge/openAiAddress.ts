// Parses the address of an OpenAI-compatible endpoint as users write it, and removes secrets for display.
import { HumanError } from "../../common/errors.ts";
import { whereKeysGo } from "./secret.ts";

export interface EndpointAddress {
  /** Address for questions, including the query. */
  readonly completions: string;
  /** Address without user, password and query, for records and messages. */
  readonly shown: string;
}

const remedy = "Write it as http://localhost:8000/v1, or as the service's manual gives it.";
const suffix = /\/chat\/completions$/;

/** Parses an address. `/v1` is added unless the path contains a version (`/v1`, `/v1beta/openai`). */
export function endpointAddress(written: string): EndpointAddress {
  const text = written.trim();
  // Otherwise `localhost:` would be parsed as a scheme.
  const url = URL.canParse(text) && /^https?:/i.test(text) ? new URL(text) : null;
  if (url === null) {
    // Not repeated if it may contain a password.
    const named =
      text.includes("@") || text.includes("?") ? "The judge's address" : `The judge's address ${text}`;
    throw new HumanError(`${named} is no http or https address.`, { remedy });
  }
  if (url.username !== "" || url.password !== "")
    throw new HumanError("The judge's address has a user or a password in it.", {
      remedy: `Leave it out of the address, and set the key separately (${whereKeysGo}).`,
    });
  const path = url.pathname.replace(/\/+$/, "").replace(suffix, "");
  const versioned = path.split("/").some(part => /^v\d/.test(part)) ? path : `${path}/v1`;
  const shown = `${url.origin}${versioned}`;
  return { completions: `${shown}/chat/completions${url.search}`, shown };
}
