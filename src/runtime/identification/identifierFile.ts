// Where evaluate.identifier of a mixture file lies, and whether it can be what it should be.

import { closeSync, openSync, readSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { messageOf } from "../../common/errors.ts";
import { refusalReason } from "../../common/systemErrors.ts";
import type { EvaluationSpec } from "../../core/mixture/mixtureFile.ts";
import { fastTextMagic } from "./fastText/fastTextModel.ts";

/** Absolute; null: Pinch's own identifier. */
export function identifierPath({ identifier }: EvaluationSpec, mixtureFile: string): string | null {
  return identifier === undefined ? null : resolve(dirname(mixtureFile), identifier);
}

/** What keeps it from being read, without reading more than its first bytes; null: nothing that shows there. */
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
  return head.readInt32LE(0) === fastTextMagic ? null : "The identifier is no fastText model.";
}
