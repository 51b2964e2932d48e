// Machine-checkable rules that an evaluation row can carry.

/**
 * A rule for the response. Texts are compared after Unicode NFKC, case folding, collapsing white space,
 * unifying quotes and apostrophes, and dropping sentence punctuation at either end.
 */
export type Check =
  /** The whole response must equal one of these. */
  | { readonly kind: "answer"; readonly accepts: readonly string[] }
  /** Each of these must occur in the response, as whole words where the script has word breaks. */
  | { readonly kind: "includes"; readonly all: readonly string[] }
  /** None of these may occur. */
  | { readonly kind: "excludes"; readonly none: readonly string[] }
  /**
   * The response must list exactly these items in this order, separated by commas of any
   * script, "and"-words or line breaks.
   */
  | { readonly kind: "list"; readonly items: readonly string[] };

export const checkKinds = [
  "answer",
  "includes",
  "excludes",
  "list",
] as const satisfies readonly Check["kind"][];
