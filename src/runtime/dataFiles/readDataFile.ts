// Reads the bytes of a data file for a run, or the reason why it can't be read.

import { readFileSync, statSync } from "node:fs";
import { type Diagnostic, startOfFile } from "../../common/diagnostic.ts";
import { systemCode, systemError, userError } from "../../common/systemErrors.ts";

/** Maximum size in bytes: a run keeps its rows in memory, and a JavaScript string is limited to 512 MB. */
export const largestHeld = 400 * 2 ** 20;
/** Number of attempts: a file that changes while it is read is read once more, and then reported. */
const attempts = 2;

/** @param read Reads a whole file. */
export function readDataFile(
  path: string,
  read: (path: string) => Uint8Array = readFileSync,
): Uint8Array | Diagnostic {
  const fault = (code: string, message: string, remedy: string): Diagnostic => ({
    severity: "error",
    code,
    message,
    remedy,
    file: path,
    range: startOfFile,
  });
  try {
    for (let attempt = 0; attempt < attempts; attempt++) {
      const before = statSync(path);
      if (before.size > largestHeld) {
        return fault(
          "too-large",
          `The file has ${(before.size / 2 ** 30).toFixed(1)} GB; a run holds its data in memory and reads at most ${largestHeld / 2 ** 20} MB of one file.`,
          "Take fewer rows of each language: { file: …, cap: 10000 }.",
        );
      }
      const bytes = read(path);
      const after = statSync(path);
      if (bytes.length === before.size && after.size === before.size && after.mtimeMs === before.mtimeMs) {
        return bytes;
      }
    }
    return fault(
      "changing",
      "The file changes while it is read: another program is writing it.",
      "Wait until it is written, then try again.",
    );
  } catch (error) {
    const refused = userError(systemError(error, "The file can't be read") ?? error);
    return systemCode(error) === "ENOENT"
      ? fault(
          "unreadable",
          "The file was deleted or moved while it was read.",
          "Put it back, or correct the pattern under data.",
        )
      : fault("unreadable", refused.message, refused.remedy);
  }
}
