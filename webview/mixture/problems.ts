// The faults of the file, as links to their lines.
import type { ProblemItem } from "../../src/protocol/mixtureView.ts";
import { h, plainButton } from "../shared/dom.ts";
import { type ItemView, KeyedList } from "../shared/keyedList.ts";

const icons: Record<ProblemItem["severity"], string> = {
  error: "error",
  warning: "warning",
  information: "info",
};

/** Maximum number of faults shown; a broken data file has one for each line. */
const longest = 8;

interface Line {
  readonly problem: ProblemItem;
  readonly index: number;
}

export function problemList(open: (index: number) => void): ItemView<readonly ProblemItem[]> {
  const list = h("ul", { class: "problems", "aria-label": "Problems" });
  const more = h("p", { class: "muted" });
  const element = h("div", {}, list, more);
  const lines = new KeyedList<Line>(
    list,
    ({ problem, index }) => `${index} ${JSON.stringify(problem)}`,
    ({ problem, index }) => ({
      element: h(
        "li",
        {},
        plainButton(
          { class: `problem ${problem.severity}`, "data-focus": `problem ${index}` },
          () => open(index),
          h("span", {
            class: `codicon codicon-${icons[problem.severity]}`,
            role: "img",
            "aria-label": problem.severity,
          }),
          h(
            "span",
            {},
            `${problem.message}${problem.remedy === "" ? "" : ` ${problem.remedy}`} `,
            h("span", { class: "muted place" }, `${problem.file ?? "line"} ${problem.line + 1}`),
          ),
        ),
      ),
      update: () => undefined,
    }),
  );
  return {
    element,
    update(problems) {
      element.hidden = problems.length === 0;
      lines.update(problems.slice(0, longest).map((problem, index) => ({ problem, index })));
      const left = problems.length - longest;
      more.hidden = left <= 0;
      more.textContent = `${left} more in the Problems view.`;
    },
  };
}
