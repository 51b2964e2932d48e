// Values of SciPy, statsmodels and scikit-learn; reference/make_values.py writes them.
import { readFileSync } from "node:fs";
import { join } from "node:path";

export interface ReferenceInterval {
  readonly low: number;
  readonly high: number;
  /** Standard deviation of the resamples. */
  readonly deviation: number;
}

interface Reference {
  readonly quantiles: {
    readonly normal: readonly { readonly p: number; readonly value: number }[];
    readonly student: readonly { readonly p: number; readonly degrees: number; readonly value: number }[];
    readonly beta: readonly {
      readonly p: number;
      readonly a: number;
      readonly b: number;
      readonly value: number;
    }[];
  };
  readonly mcnemar: readonly { readonly onlyA: number; readonly onlyB: number; readonly p: number }[];
  readonly holm: readonly { readonly p: readonly number[]; readonly adjusted: readonly number[] }[];
  readonly kappa: readonly { readonly pairs: readonly [string, string][]; readonly kappa: number }[];
  /** Of 6 languages and 60 prompts: one row per language. */
  readonly bootstrap: {
    readonly passes: readonly (readonly number[])[];
    readonly others: readonly (readonly number[])[];
    readonly tokens: readonly (readonly number[])[];
    readonly nll: readonly (readonly number[])[];
  } & Readonly<
    Record<
      "oneLanguage" | "oneDifference" | "mean" | "meanOfStrangers" | "meanNll" | "difference",
      ReferenceInterval
    >
  >;
}

export const reference = JSON.parse(
  readFileSync(join(import.meta.dirname, "fixtures", "reference.json"), "utf8"),
) as Reference;
