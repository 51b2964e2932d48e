// How side-by-side scores of languages go together, by hand.
import assert from "node:assert/strict";
import { test } from "node:test";
import { comparisonCorrelations } from "../../../src/core/comparison/languageCorrelations.ts";
import type { PairOutcome, PairVerdict } from "../../../src/core/records/comparison.ts";

const unread = { picked: null, answer: null, error: null };

function verdicts(language: string, outcomes: Readonly<Record<string, PairOutcome | null>>): PairVerdict[] {
  return Object.entries(outcomes).map(([id, outcome]) => ({
    language,
    id,
    prompt: "",
    run: "",
    baseline: "",
    orders: [
      { first: "run", ...unread },
      { first: "baseline", ...unread },
    ],
    outcome,
  }));
}

test("errors of two languages go together as far as they won and lost on the same prompts", () => {
  // Residuals en: 1/2, 1/2, -1/2, -1/2; fi, by eighths: 3, 3, -1, -5; product 3/4, lengths 1 and the root of 44/64.
  const en = verdicts("en", { a: "win", b: "win", c: "loss", d: "loss" });
  const fi = verdicts("fi", { d: "loss", c: "tie", b: "win", a: "win" });
  // Opposite to en: -1/2, -1/2, 1/2, 1/2.
  const sw = verdicts("sw", { a: "loss", b: "loss", c: "win", d: "win" });
  assert.deepEqual(comparisonCorrelations([...en, ...fi, ...sw]), {
    languages: ["en", "fi", "sw"],
    pairs: [0.905, -1, -0.905],
    degrees: 3, // four prompts
  });
});

test("pairs that could not be read, and prompts of their own, tell nothing", () => {
  const en = verdicts("en", { a: "win", b: "loss", c: null });
  const fi = verdicts("fi", { d: "win", e: "loss", c: "win", a: null });
  // Two prompts and three others: degrees add up.
  assert.deepEqual(comparisonCorrelations([...en, ...fi]), {
    languages: ["en", "fi"],
    pairs: [0],
    degrees: 3,
  });
});

test("one language goes together with nothing", () => {
  const en = verdicts("en", { a: "win", b: "loss" });
  assert.equal(comparisonCorrelations([...en, ...verdicts("fi", { a: null })]), null);
});
