// The initial form of a new mixture.
import { apportion } from "../../src/core/mixture/amounts.ts";
import type { MixtureForm } from "../../src/core/mixture/mixtureFile.ts";

/** @param languages Languages with training data. */
export function firstForm(kind: MixtureForm["kind"], languages: readonly string[]): MixtureForm {
  const base = languages.includes("en") ? "en" : (languages[0] ?? "en");
  switch (kind) {
    case "monolingual":
      return { kind, language: base };
    case "spread":
      return { kind, base, spread: { percent: 10 }, over: "all" };
    case "uniform":
      return { kind, over: "all" };
    case "temperature":
      return { kind, temperature: 3, over: "all" };
    case "shares": {
      const tags = languages.length === 0 ? [base] : languages;
      const hundredths = apportion(
        10_000,
        tags.map(() => 1),
      );
      return {
        kind,
        shares: Object.fromEntries(tags.map((tag, index) => [tag, (hundredths[index] ?? 0) / 100])),
      };
    }
  }
}
