// The Hugging Face token: kept by VS Code in the system's keychain, sent to the Hub only.
import * as vscode from "vscode";
import { showNotice } from "../../platform/messages.ts";

const secretName = "pinch.hubToken";

/** null: none was given here; the runtime then uses that of its environment. */
export async function hubToken(secrets: vscode.SecretStorage): Promise<string | null> {
  return (await secrets.get(secretName)) ?? null;
}

/** Asks for it; an empty answer removes it. */
export async function setHubToken(secrets: vscode.SecretStorage): Promise<void> {
  const known = (await secrets.get(secretName)) !== undefined;
  const token = await vscode.window.showInputBox({
    title: "Hugging Face token",
    prompt: known
      ? "A token is kept. Leave this empty to remove it."
      : "For private models, and those whose terms you accepted. Kept in the system's keychain.",
    password: true,
    ignoreFocusOut: true,
    validateInput: text =>
      /^[\x21-\x7e]*$/.test(text.trim()) ? null : "A token has no spaces or letters beyond ASCII.",
  });
  if (token === undefined) return;
  if (token.trim() === "") {
    await secrets.delete(secretName);
    if (known) showNotice("The Hugging Face token is removed.");
    return;
  }
  await secrets.store(secretName, token.trim());
  showNotice("The Hugging Face token is kept. It is sent to the Hub only.");
}
