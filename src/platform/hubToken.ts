// The Hugging Face token: kept in the system's keychain and only sent to the Hub.
import * as vscode from "vscode";
import { defaultHubOrigin, hubOrigin } from "../node/hubOrigin.ts";
import { showNotice } from "./messages.ts";

/**
 * Key of the stored token. It includes the origin of any server other than the Hub, so that the server in
 * HF_ENDPOINT does not receive the Hub's token.
 */
function secretName(): string {
  const origin = hubOrigin();
  return origin === defaultHubOrigin ? "pinch.hubToken" : `pinch.hubToken ${origin}`;
}

/** Null if none was entered; the runtime then uses the one in its environment. */
export async function hubToken(secrets: vscode.SecretStorage): Promise<string | null> {
  return (await secrets.get(secretName())) ?? null;
}

/** Asks for the token; an empty answer removes it. */
export async function setHubToken(secrets: vscode.SecretStorage): Promise<void> {
  const name = secretName();
  const known = (await secrets.get(name)) !== undefined;
  const token = await vscode.window.showInputBox({
    title: name === "pinch.hubToken" ? "Hugging Face token" : `Hugging Face token for ${hubOrigin()}`,
    prompt: known
      ? "A token is stored. Leave this empty to remove it."
      : "For private models, models whose terms you accepted, and pushes (write access). Stored in the system's keychain.",
    password: true,
    ignoreFocusOut: true,
    validateInput: text =>
      /^[\x21-\x7e]*$/.test(text.trim()) ? null : "A token contains no spaces or non-ASCII characters.",
  });
  if (token === undefined) return;
  if (token.trim() === "") {
    await secrets.delete(name);
    if (known) showNotice("The Hugging Face token was removed.");
    return;
  }
  await secrets.store(name, token.trim());
  showNotice(`The Hugging Face token was stored. It is sent only to ${hubOrigin()}.`);
}
