// Locates evaluate.identifier of a mixture file and checks the file.

import { closeSync, openSync, readSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { messageOf } from "../../common/errors.ts";
import { refusalReason } from "../../common/systemErrors.ts";
import type { EvaluationSpec } from "../../core/mixture/mixtureFile.ts";
import { fastTextMagic } from "./fastText/fastTextModel.ts";

/** Absolute path; null for Pinch's own identifier. */
export function identifierPath({ identifier }: EvaluationSpec, mixtureFile: string): string | null {
  return identifier === undefined ? null : resolve(dirname(mixtureFile), identifier);
}

/** Reason why it can't be read, judging only by its first bytes; null if they look right. */
export function identifierFault(path: string): string | null {
  const head = Buffer.alloc(4);
  try {
    const descriptor = openSync(path, "r");
    try {
      readSync(descriptor, head, 0, head.length, 0);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return `The identifier can't be read: ${refusalReason(error) ?? messageOf(error)}.`;
  }
  return head.readInt32LE(0) === fastTextMagic ? null : "The identifier is not a fastText model.";
}
