// What is being typed into the form that adds a mixture, and the mixture that it makes.
import { apportion, parseAmount } from "../../src/core/mixture/amounts.ts";
import type { Amount, MixtureForm } from "../../src/protocol/webviews.ts";

export type Kind = MixtureForm["kind"];

export interface AddDraft {
  readonly open: boolean;
  readonly name: string;
  readonly kind: Kind;
  readonly base: string;
  readonly amount: string;
  readonly temperature: string;
  /** Empty: all languages. */
  readonly languages: readonly string[];
}

export const emptyDraft: AddDraft = {
  open: false,
  name: "",
  kind: "spread",
  base: "en",
  amount: "10%",
  temperature: "3",
  languages: [],
};

/** The form that the draft stands for, or what is wrong with it. */
export function formOf(draft: AddDraft, all: readonly string[]): MixtureForm | string {
  const over = draft.languages.length === 0 ? ("all" as const) : draft.languages;
  switch (draft.kind) {
    case "monolingual":
      return { kind: "monolingual", language: draft.base };
    case "uniform":
      return { kind: "uniform", over };
    case "spread": {
      const spread = amountOf(draft.amount);
      return spread === null
        ? "The spread is a number of examples, like 40, or a share, like 10%."
        : { kind: "spread", base: draft.base, spread, over };
    }
    case "shares": {
      const languages = over === "all" ? all : over;
      if (languages.length === 0) return "Tick the languages first.";
      const hundredths = apportion(
        10_000,
        languages.map(() => 1),
      );
      const shares = languages.map((tag, index) => [tag, (hundredths[index] ?? 0) / 100]);
      return { kind: "shares", shares: Object.fromEntries(shares) };
    }
    case "temperature": {
      const temperature = Number(draft.temperature);
      return Number.isFinite(temperature) && temperature > 0
        ? { kind: "temperature", temperature, over }
        : "The temperature is a number above 0.";
    }
  }
}

function amountOf(text: string): Amount | null {
  const trimmed = text.trim();
  return parseAmount(/^\d+$/.test(trimmed) ? Number(trimmed) : trimmed);
}
