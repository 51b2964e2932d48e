// Languages with data that a mixture does not take: scored, but never seen.
import { displayName } from "../../src/core/language/tags.ts";
import type { LanguageItem } from "../../src/protocol/mixtureView.ts";
import { h, plainButton } from "../shared/dom.ts";
import { type ItemView, KeyedList, roving } from "../shared/keyedList.ts";
import { languageLabel } from "./words.ts";

export interface UnseenItem {
  readonly languages: readonly LanguageItem[];
  /** False: what is unseen can't be added here. */
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
      const chip = plainButton(
        { class: "chip", "data-focus": `add ${tag}`, "data-language": tag },
        () => {
          if (chip.getAttribute("aria-disabled") !== "true") add(tag);
        },
        icon,
        languageLabel(tag),
      );
      return {
        element: chip,
        update({ rows }) {
          const can = addable && rows !== 0;
          chip.setAttribute("aria-disabled", String(!can));
          chip.setAttribute(
            "aria-label",
            can
              ? `Add ${displayName(tag)} to ${mixture}`
              : `${displayName(tag)}: unseen${rows === 0 ? ", no training data" : ""}`,
          );
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
