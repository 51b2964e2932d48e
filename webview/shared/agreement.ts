// How far people and judge agree, as a small table.
import { displayName } from "../../src/core/language/tags.ts";
import type { Agreement, HumanCheck } from "../../src/core/rating/agreement.ts";
import { h } from "./dom.ts";

/** `78 %, kappa 0.61, n = 9` */
export function agreementWords({ agreed, kappa, n }: Agreement): string {
  return `${Math.round(100 * agreed)} %, kappa ${kappaWords(kappa)}, n = ${n}`;
}

export function agreementTable(check: HumanCheck): HTMLElement {
  const row = (name: string, agreement: Agreement) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, name),
      h("td", {}, `${Math.round(100 * agreement.agreed)} %`),
      h("td", {}, kappaWords(agreement.kappa)),
      h("td", {}, String(agreement.n)),
    );
  const head = (...names: readonly string[]) =>
    h("thead", {}, h("tr", {}, ...names.map(name => h("th", { scope: "col" }, name))));
  const languages = Object.entries(check.languages).sort(([a], [b]) => a.localeCompare(b));
  return h(
    "div",
    { class: "agreement" },
    h(
      "table",
      {},
      h("caption", {}, `With the judge (rated by ${check.raters.join(", ")})`),
      head("Language", "Agreed", "Cohen's kappa", "n"),
      h(
        "tbody",
        {},
        ...languages.map(([tag, agreement]) => row(displayName(tag), agreement)),
        languages.length > 1 ? row("All", check.all) : null,
      ),
    ),
    check.between.length === 0
      ? null
      : h(
          "table",
          {},
          h("caption", {}, "Between raters, on the pairs that both rated"),
          head("Raters", "Agreed", "Cohen's kappa", "n"),
          h("tbody", {}, ...check.between.map(each => row(each.raters.join(" and "), each))),
        ),
  );
}

/** A dash where chance alone would agree always: both sides gave one answer throughout. */
export function kappaWords(kappa: number | null): string {
  return kappa === null ? "–" : kappa.toFixed(2).replace("-", "−");
}
