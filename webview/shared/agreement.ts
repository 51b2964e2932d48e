// A table of the agreement between people and judge.
import { displayName } from "../../src/core/language/tags.ts";
import {
  correctedWords,
  distrustSentence,
  fewestRated,
  isDistrusted,
  kappaWords,
  trustRule,
} from "../../src/core/rating/judgeTrust.ts";
import type { Agreement, HumanCheck } from "../../src/core/rating/raterAgreement.ts";
import { h } from "./dom.ts";

export function agreementTable(check: HumanCheck): HTMLElement {
  const percent = (share: number) => Math.round(100 * share);
  const row = (name: string, agreement: Agreement, ...more: readonly string[]) =>
    h(
      "tr",
      {},
      h("th", { scope: "row" }, name),
      h("td", {}, `${percent(agreement.agreed)} % (${agreement.interval.map(percent).join("–")})`),
      h("td", {}, kappaOf(agreement)),
      h("td", {}, String(agreement.n)),
      ...more.map(text => h("td", {}, text)),
    );
  const head = (...names: readonly string[]) =>
    h("thead", {}, h("tr", {}, ...names.map(name => h("th", { scope: "col" }, name))));
  const languages = Object.entries(check.languages).sort(([a], [b]) => a.localeCompare(b));
  const trust = (agreement: Agreement) =>
    agreement.pairs < fewestRated ? "too few rated" : isDistrusted(agreement) ? "no" : "yes";
  return h(
    "div",
    { class: "agreement" },
    h(
      "table",
      {},
      h("caption", {}, `With the judge (rated by ${check.raters.join(", ")})`),
      head("Language", "Agreed", "Cohen's kappa", "n", "Corrected score", "To be trusted"),
      h(
        "tbody",
        {},
        ...languages.map(([tag, agreement]) =>
          row(
            displayName(tag),
            agreement,
            correctedWords(check.corrected[tag], agreement.pairs),
            trust(agreement),
          ),
        ),
        languages.length > 1 ? row("All", check.all, "", "") : null,
      ),
    ),
    distrustNote(distrustSentence(check.languages)),
    h("p", { class: "muted" }, `${trustRule}.`),
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

function kappaOf({ kappa, kappaInterval }: Agreement): string {
  return kappaInterval === null
    ? kappaWords(kappa)
    : `${kappaWords(kappa)} (${kappaInterval.map(kappaWords).join(" to ")})`;
}

/** Warning that the judge is not to be trusted; null if there is no reason for one. */
export function distrustNote(sentence: string | null): HTMLElement | null {
  return sentence === null
    ? null
    : h(
        "p",
        { class: "warning", "data-testid": "distrust" },
        h("span", { class: "codicon codicon-warning warning-icon", "aria-hidden": "true" }),
        sentence,
      );
}
