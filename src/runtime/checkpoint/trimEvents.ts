// Removes the steps from events.jsonl that a run will repeat.

import { closeSync, constants, existsSync, ftruncateSync, readFileSync } from "node:fs";
import { isObject } from "../../common/json.ts";
import { openPlainFile } from "../../node/plainFiles.ts";

const lineFeed = 0x0a;

/**
 * Cuts the file after the last complete line whose step is at most `step`. An incomplete last line is removed
 * too.
 * @returns Duration of the remaining steps, in seconds.
 */
export function trimEvents(path: string, step: number): number {
  if (!existsSync(path)) return 0;
  const descriptor = openPlainFile(path, constants.O_RDWR);
  try {
    const bytes = readFileSync(descriptor);
    const { kept, seconds } = wholeSteps(bytes, step);
    if (kept < bytes.length) ftruncateSync(descriptor, kept);
    return seconds;
  } finally {
    closeSync(descriptor);
  }
}

function wholeSteps(bytes: Buffer, step: number): { readonly kept: number; readonly seconds: number } {
  let kept = 0;
  let seconds = 0;
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(lineFeed, start);
    if (end < 0) break;
    const event = parse(bytes.toString("utf8", start, end));
    if (event === null || event.step > step) break;
    seconds += event.seconds;
    start = end + 1;
    kept = start;
  }
  return { kept, seconds };
}

function parse(line: string): { readonly step: number; readonly seconds: number } | null {
  try {
    const value: unknown = JSON.parse(line);
    if (!isObject(value) || typeof value.step !== "number") return null;
    const tokens = "tokens" in value ? Number(value.tokens) : 0;
    const rate = "tokensPerSecond" in value ? Number(value.tokensPerSecond) : 0;
    return { step: value.step, seconds: rate > 0 ? tokens / rate : 0 };
  } catch {
    return null;
  }
}
