// What all runs of a sweep begin with, however long it takes and whatever is edited meanwhile.

import { isObject } from "../../common/json.ts";
import { isMapOf, isText } from "../records/parsed.ts";

export interface SweepInputs {
  /** Of the mixture file, as it was when the sweep was asked for. */
  readonly text: string;
  /** SHA-256 of its data files, by place as the mixture file would write it. */
  readonly data: Readonly<Record<string, string>>;
}

export function isSweepInputs(value: unknown): value is SweepInputs {
  return isObject(value) && isText(value.text) && isMapOf(value.data, isText);
}

/** Places of files that are others than the sweep began with, or that came or went; sorted. */
export function changedInputs(begun: SweepInputs["data"], now: SweepInputs["data"]): string[] {
  const places = new Set([...Object.keys(begun), ...Object.keys(now)]);
  return [...places].filter(place => begun[place] !== now[place]).sort();
}
