// Mixtures in words.
import type { MixtureCard } from "../../src/protocol/webviews.ts";

/** One line under a mixture's name. */
export function formLine({ form }: MixtureCard, languageName: (tag: string) => string): string {
  const many = (over: readonly string[] | "all") =>
    over === "all"
      ? "all languages"
      : over.length === 1
        ? languageName(over[0] ?? "")
        : `${over.length} languages`;
  switch (form.kind) {
    case "monolingual":
      return `Only ${languageName(form.language)}`;
    case "spread": {
      const amount =
        "percent" in form.spread ? `${form.spread.percent} %` : `${form.spread.examples} examples`;
      return `${languageName(form.base)}, ${amount} spread over ${many(form.over)}`;
    }
    case "uniform":
      return `${capital(many(form.over))}, evenly`;
    case "shares":
      return "Fixed shares";
    case "temperature":
      return `${capital(many(form.over))} by size, temperature ${form.temperature}`;
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `600 examples` */
export function examplesWords(count: number): string {
  return `${count.toLocaleString("en")} ${count === 1 ? "example" : "examples"}`;
}
