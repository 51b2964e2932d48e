// Text of the code lens above a data file: its language, number of rows, and purpose.
import type { Purpose } from "../dataset/layouts.ts";
import { displayName, ownName } from "../language/tags.ts";
import { amount } from "./amountText.ts";

/**
 * For example `Finnish (suomi) · 600 examples · training data of pinch.mixture.yaml`. `rows` is null when
 * there are too many to count here.
 */
export function dataLensText(file: {
  /** Null when each row names its own language. */
  readonly language: string | null;
  readonly purpose: Purpose;
  readonly rows: number | null;
  readonly mixtureFile: string;
}): string {
  const name = file.language === null ? "languages by column" : nameOf(file.language);
  const unit = file.purpose === "training" ? "example" : "prompt";
  const count = file.rows === null ? [] : [`${amount(file.rows)} ${unit}${file.rows === 1 ? "" : "s"}`];
  return [name, ...count, `${file.purpose} data of ${file.mixtureFile}`].join(" · ");
}

function nameOf(language: string): string {
  const english = displayName(language);
  const own = ownName(language);
  return own === english ? english : `${english} (\u2068${own}\u2069)`;
}
