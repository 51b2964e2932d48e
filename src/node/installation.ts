// What tells this installation's own words in a shared file from a stranger's: a key that never leaves this machine.
import { createHmac, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const keyBytes = 32;

/** Of a text; nobody without the key can make it, and anybody who reads it learns nothing of the key. */
export type Seal = (text: string) => string;

/**
 * @param path The key's file, which is made where there is none; for this person only.
 * @param purpose What is sealed, and where: a seal is worth nothing for anything else.
 */
export function installationSeal(path: string, purpose: string): Seal {
  let key: Buffer | null = null;
  return text => {
    key ??= keyAt(path);
    return createHmac("sha256", key).update(`${purpose}\n${text}`).digest("hex");
  };
}

/** Where none can be kept, what is sealed now is not known by the next window: it waits for a person there. */
function keyAt(path: string): Buffer {
  const fresh = randomBytes(keyBytes);
  try {
    mkdirSync(dirname(path), { recursive: true });
    // Of two windows that make it at once, one does; the other reads what it made.
    writeFileSync(path, fresh.toString("hex"), { flag: "wx", mode: 0o600 });
    return fresh;
  } catch {
    try {
      const kept = Buffer.from(readFileSync(path, "utf8").trim(), "hex");
      return kept.length === keyBytes ? kept : fresh;
    } catch {
      return fresh;
    }
  }
}
