// Languages with data that are not in the mixture: scored, but never seen in tuning.
import { displayName } from "../../src/core/language/tags.ts";
import type { LanguageItem } from "../../src/protocol/mixtureView.ts";
import { h, plainButton } from "../shared/dom.ts";
import { type ItemView, KeyedList, roving } from "../shared/keyedList.ts";
import { languageLabel } from "./words.ts";

export interface UnseenItem {
  readonly languages: readonly LanguageItem[];
  /** Whether languages can be added here. */
  readonly addable: boolean;
}

export function unseenList(mixture: string, add: (language: string) => void): ItemView<UnseenItem> {
  const list = h("div", { class: "chips", role: "toolbar", "aria-label": `Languages unseen in ${mixture}` });
  const title = h("h3", { class: "group-title" });
  const element = h("div", { class: "unseen" }, title, list);
  let addable = true;
  const chips = new KeyedList<LanguageItem>(
    list,
    ({ tag }) => tag,
    ({ tag }) => {
      const icon = h("span", { class: "codicon codicon-add", "aria-hidden": "true" });
      // Included in the name instead of replacing it, because voice control listens for the visible text.
      const said = h("span", { class: "visually-hidden" });
      const chip = plainButton(
        { class: "chip", "data-focus": `add ${tag}`, "data-language": tag },
        () => {
          if (chip.getAttribute("aria-disabled") !== "true") add(tag);
        },
        icon,
        languageLabel(tag),
        said,
      );
      return {
        element: chip,
        update({ rows, toldApart }) {
          const can = addable && rows !== 0;
          chip.setAttribute("aria-disabled", String(!can));
          const what = can ? `Add ${displayName(tag)} to ${mixture}` : `${displayName(tag)} is unseen`;
          chip.title = toldApart === undefined ? what : `${what}. ${toldApart}`;
          said.textContent = can ? `: add to ${mixture}` : rows === 0 ? ": no training data" : ": unseen";
          icon.hidden = !can;
        },
      };
    },
  );
  const settle = roving(list, () => [...list.querySelectorAll<HTMLElement>("button")]);
  return {
    element,
    update(item) {
      addable = item.addable;
      element.hidden = item.languages.length === 0;
      title.textContent = `Unseen: ${item.languages.length}`;
      chips.update(item.languages);
      settle();
    },
  };
}
