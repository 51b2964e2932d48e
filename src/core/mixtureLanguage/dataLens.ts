// What stands above a data file: its language, its rows, and what it is for.
import type { Purpose } from "../dataset/layouts.ts";
import { displayName, ownName } from "../language/tags.ts";
import { amount } from "./words.ts";

/** `Finnish (suomi) · 600 examples · training data of pinch.mixture.yaml`; `rows` null: too many to count here. */
export function dataLensText(file: {
  readonly language: string;
  readonly purpose: Purpose;
  readonly rows: number | null;
  readonly mixtureFile: string;
}): string {
  const english = displayName(file.language);
  const own = ownName(file.language);
  const name = own === english ? english : `${english} (\u2068${own}\u2069)`;
  const unit = file.purpose === "training" ? "example" : "prompt";
  const count = file.rows === null ? [] : [`${amount(file.rows)} ${unit}${file.rows === 1 ? "" : "s"}`];
  return [name, ...count, `${file.purpose} data of ${file.mixtureFile}`].join(" · ");
}
