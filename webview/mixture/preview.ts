// Ten examples of a language as the run would draw them.
import { displayName } from "../../src/core/language/tags.ts";
import type { PreviewPage, PreviewQuery } from "../../src/protocol/mixtureView.ts";
import { h, inLanguage } from "../shared/dom.ts";
import { Newest } from "../shared/newest.ts";
import { type Dropdown, liveDropdown } from "../shared/toolkit.ts";
import { examplesWords, languageText } from "./words.ts";

interface PreviewItem {
  /** Name of the mixture, including the member of a sweep. */
  readonly mixture: string;
  /** Languages with examples in the mixture. */
  readonly languages: readonly string[];
  /** Changes when the mixture may draw other examples. */
  readonly version: string;
}

export interface Preview {
  readonly element: HTMLElement;
  update(item: PreviewItem): void;
}

export function preview(key: string, ask: (query: PreviewQuery) => Promise<PreviewPage | null>): Preview {
  let item: PreviewItem = { mixture: key, languages: [], version: "" };
  let language = "";
  let asked: PreviewQuery | null = null;
  const list = h("ol", { class: "drawn" });
  const note = h("p", { class: "muted note", role: "status" });
  const request = () => {
    const query = { mixture: item.mixture, language };
    if (!element.open || language === "" || sameQuery(asked, query)) return;
    asked = query;
    note.textContent = "Drawing…";
    asking.take(ask(query), {
      done: page => {
        if (page !== null) show(query, page);
      },
      failed: message => {
        note.textContent = message;
        list.replaceChildren();
      },
    });
  };
  const asking = new Newest();
  const show = ({ language: tag }: PreviewQuery, { seed, examples, total }: PreviewPage) => {
    note.textContent =
      examples.length === 0
        ? `Seed ${seed} draws no examples in ${displayName(tag)}.`
        : `The first ${examples.length} of ${examplesWords(total)} in ${displayName(tag)}, drawn with seed ${seed}.`;
    list.replaceChildren(
      ...examples.map(({ id, prompt, response }) =>
        h(
          "li",
          { "data-id": id },
          h("span", { class: "example-id muted" }, id),
          inLanguage(tag, prompt, "prompt"),
          inLanguage(tag, response, "response"),
        ),
      ),
    );
  };
  let choice: Dropdown<string> | null = null;
  const place = h("div");
  const element = h(
    "details",
    { class: "preview" },
    h(
      "summary",
      { "data-focus": `preview ${key}` },
      h("span", { class: "codicon codicon-chevron-right chevron fold-icon", "aria-hidden": "true" }),
      "Examples",
    ),
    place,
    note,
    list,
  );
  element.addEventListener("toggle", request);
  return {
    element,
    update(next) {
      const same = item.version === next.version;
      item = next;
      element.hidden = next.languages.length === 0;
      if (!next.languages.includes(language)) language = next.languages[0] ?? "";
      const options = next.languages.map(tag => ({ value: tag, label: languageText(tag) }));
      if (choice === null && options.length > 0) {
        choice = liveDropdown<string>({
          label: `Language of the examples of ${key}`,
          shortLabel: "Language",
          value: language,
          options,
          testId: `preview-language ${key}`,
          choose: chosen => {
            language = chosen;
            request();
          },
        });
        place.append(choice.element);
      } else choice?.update({ value: language, options });
      // The mixture may have changed under the same name, so its examples are drawn again.
      if (!same) asked = null;
      request();
    },
  };
}

function sameQuery(a: PreviewQuery | null, b: PreviewQuery): boolean {
  return a?.mixture === b.mixture && a.language === b.language;
}
