// Inputs of a sweep: every run starts from them, however long the sweep takes and whatever
// is edited meanwhile.

import { isObject } from "../../common/json.ts";
import { isMapOf, isText } from "../records/parsed.ts";

export interface SweepInputs {
  /** Text of the mixture file at the time the sweep was started. */
  readonly text: string;
  /** SHA-256 of its data files, by path as written in the mixture file. */
  readonly data: Readonly<Record<string, string>>;
}

export function isSweepInputs(value: unknown): value is SweepInputs {
  return isObject(value) && isText(value.text) && isMapOf(value.data, isText);
}

/** Returns the sorted paths of files that changed, appeared or disappeared since the sweep began. */
export function changedInputs(begun: SweepInputs["data"], now: SweepInputs["data"]): string[] {
  const places = new Set([...Object.keys(begun), ...Object.keys(now)]);
  return [...places].filter(place => begun[place] !== now[place]).sort();
}
