// The judge's API key: kept in the system's keychain, and only sent to the server it was entered for.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { settings } from "../../manifest.ts";
import { showNotice } from "../../platform/messages.ts";
import { readJudging } from "../../platform/settings.ts";

/** Origin of the server in the settings; null if none is set or the setting is not an address. */
export function originOf(url: string): string | null {
  try {
    const { origin, protocol } = new URL(url);
    return protocol === "http:" || protocol === "https:" ? origin : null;
  } catch {
    return null;
  }
}

/** Key of this server; null if none was entered. */
export async function judgeKey(secrets: vscode.SecretStorage, url: string): Promise<string | null> {
  const origin = originOf(url);
  return origin === null ? null : ((await secrets.get(secretName(origin))) ?? null);
}

/** Asks for the key of the server in the settings; an empty answer removes it. */
export async function setJudgeKey(secrets: vscode.SecretStorage): Promise<void> {
  const origins = [...new Set(readJudging().judges.flatMap(({ url }) => originOf(url) ?? []))];
  const origin =
    origins.length < 2
      ? origins[0]
      : await vscode.window.showQuickPick(origins, { title: "Which server is the key for?" });
  if (origin === undefined && origins.length > 1) return;
  if (origin === undefined) {
    throw new HumanError("A key belongs to a server, but no server is set for the judge.", {
      remedy: `Set ${settings.section}.${settings.judgeUrl} first, for example to http://127.0.0.1:8000/v1.`,
    });
  }
  const name = secretName(origin);
  const known = (await secrets.get(name)) !== undefined;
  const key = await vscode.window.showInputBox({
    title: `API key for ${origin}`,
    prompt: known ? "A key is stored. Leave this empty to remove it." : "Stored in the system's keychain.",
    password: true,
    ignoreFocusOut: true,
    validateInput: fault,
  });
  if (key === undefined) return;
  const trimmed = key.trim();
  if (trimmed === "") {
    await secrets.delete(name);
    if (known) showNotice(`The API key for ${origin} was removed.`);
    return;
  }
  await secrets.store(name, trimmed);
  showNotice(`The API key for ${origin} was stored. It is sent only to this server.`);
}

// The origin is part of a key's name, so that a workspace that sets another server does not get the key.
function secretName(origin: string): string {
  return `pinch.judgeKey ${origin}`;
}

/** Whether the key can be sent in a header: one line of printable ASCII. */
function fault(key: string): string | null {
  return /^[\x21-\x7e]*$/.test(key.trim())
    ? null
    : "A key contains no spaces, line breaks or non-ASCII characters.";
}
