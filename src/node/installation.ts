// Distinguishes what this installation wrote to a shared file from what others wrote, by a key that never
// leaves this machine.
import { createHmac, randomBytes } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const keyBytes = 32;

/** Returns the seal of a text. It cannot be forged without the key, and reveals nothing about the key. */
export type Seal = (text: string) => string;

/**
 * @param path File of the key, created if missing and readable only by this user.
 * @param purpose Type and location of what is sealed: a seal is valid for nothing else.
 */
export function installationSeal(path: string, purpose: string): Seal {
  let key: Buffer | null = null;
  return text => {
    key ??= keyAt(path);
    return createHmac("sha256", key).update(`${purpose}\n${text}`).digest("hex");
  };
}

/**
 * Returns the key. If it can't be stored, the next window does not recognise what is sealed now and asks the
 * user.
 */
function keyAt(path: string): Buffer {
  const fresh = randomBytes(keyBytes);
  try {
    mkdirSync(dirname(path), { recursive: true });
    // If two windows create it at the same time, one succeeds and the other reads the result.
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
