// Recognises results made by this installation, because a copied folder may contain any scores and verdicts.

import { join } from "node:path";
import { isObject } from "../common/json.ts";
import { installationSeal, type Seal } from "./installation.ts";
import { sha256OfText } from "./sha256.ts";
import { dataFolder } from "./userFolders.ts";

export type Purpose = "run" | "comparison" | "answer";

/** Seal for one type of result. The key is read once. */
export function ownSeal(purpose: Purpose): Seal {
  return installationSeal(join(dataFolder(), "installation.key"), purpose);
}

/**
 * Adds a mark to the object that only this installation can make.
 * @param related Related content of other files.
 */
export function marked<T extends object>(value: T, purpose: Purpose, related = ""): T & { maker: string } {
  const { maker: _, ...rest } = value as T & { maker?: unknown };
  return { ...(rest as T), maker: markOf(rest, purpose, related) };
}

/** @param text Content of the file to which the object was written. */
export function isMadeHere(text: string, purpose: Purpose, related = ""): boolean {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return false;
    const { maker, seal: _, ...rest } = value;
    return maker === markOf(rest, purpose, related);
  } catch {
    return false;
  }
}

function markOf(value: object, purpose: Purpose, related: string): string {
  return ownSeal(purpose)(`${sha256OfText(JSON.stringify(value))} ${sha256OfText(related)}`);
}
