// The page without a mixture file, which offers the next action.
import type { FromMixtureView, MixtureViewState } from "../../src/protocol/mixtureView.ts";
import { h } from "../shared/dom.ts";
import type { ItemView } from "../shared/keyedList.ts";
import { button } from "../shared/toolkit.ts";

export function emptyPage(post: (message: FromMixtureView) => void): ItemView<MixtureViewState> {
  const study = button({
    label: "New Study…",
    testId: "new-study",
    press: () => post({ type: "newStudy" }),
  });
  const example = button({
    label: "Open Example",
    testId: "open-example",
    press: () => post({ type: "openExample" }),
  });
  const next = h("p", { class: "muted" });
  const element = h(
    "div",
    { class: "empty" },
    h("p", {}, "A mixture file says which languages a model is tuned on, and how many examples of each."),
    next,
    study,
    example,
  );
  return {
    element,
    update({ hasWorkspace }) {
      next.textContent = hasWorkspace
        ? "Pinch looks for data in this folder and writes a file for one of six studies."
        : "The example is a complete study with its data, copied to a folder of your choice.";
      study.hidden = !hasWorkspace;
      example.hidden = hasWorkspace;
    },
  };
}
