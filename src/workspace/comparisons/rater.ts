// Name under which a user's ratings are stored.
import * as vscode from "vscode";
import { ratingsFile } from "../../core/rating/ratings.ts";
import { keepRater, readRater } from "../../platform/settings.ts";

/** Asks once, then stores the name in the settings. Returns undefined if the user gave none. */
export async function askRater(): Promise<string | undefined> {
  const known = readRater();
  if (ratingsFile(known) !== null) return known;
  const name = await vscode.window.showInputBox({
    title: "Your name, for your ratings",
    prompt: "Any name: it is stored with your ratings and used in their file name.",
    ignoreFocusOut: true,
    validateInput: value => (ratingsFile(value) === null ? "A name must contain a letter or a digit." : null),
  });
  if (name === undefined) return undefined;
  await keepRater(name.trim());
  return name.trim();
}
