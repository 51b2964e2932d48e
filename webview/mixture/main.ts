// The Mixture view: the mixture file as cards with bars, what is wrong with it, and forms that edit it.
import { displayName } from "../../src/core/language/tags.ts";
import type {
  FromMixtureView,
  MixtureChange,
  MixtureViewState,
  ProblemItem,
  ToMixtureView,
} from "../../src/protocol/webviews.ts";
import { h, plainButton, replaceKeepingFocus, rootElement } from "../shared/dom.ts";
import { connectHost } from "../shared/host.ts";
import { drawWhenIdle } from "../shared/idle.ts";
import { button, textField } from "../shared/toolkit.ts";
import { addForm } from "./addForm.ts";
import { mixtureCard } from "./card.ts";
import { type AddDraft, emptyDraft, formOf } from "./draft.ts";
import "../shared/base.css";
import "./style.css";

/** What the view keeps through hiding and reloading. */
interface Memory {
  readonly open: readonly string[];
  readonly add: AddDraft;
}

const root = rootElement();
const render = drawWhenIdle(root, draw);
const host = connectHost<ToMixtureView, FromMixtureView, Memory>(receive);
let memory: Memory = host.recall() ?? { open: [], add: emptyDraft };
let state: MixtureViewState | null = null;
let refused: { readonly change: MixtureChange; readonly message: string } | null = null;

function receive(message: ToMixtureView): void {
  switch (message.type) {
    case "state":
      if (JSON.stringify(state) === JSON.stringify(message.state)) return;
      state = message.state;
      render();
      return;
    case "refused":
      refused = { change: message.change, message: message.message };
      render();
      return;
    case "accepted":
      refused = null;
      if (message.change.kind === "addMixture") {
        remember({ add: emptyDraft, open: [...memory.open, message.change.name] });
      }
      render();
  }
}

function remember(change: Partial<Memory>): void {
  memory = { ...memory, ...change };
  host.remember(memory);
}

function ask(change: MixtureChange): void {
  refused = null;
  host.post({ type: "change", change });
}

function draw(): void {
  if (state === null) return;
  replaceKeepingFocus(root, ...(state.file === null ? [emptyPage(state)] : filePage(state)));
}

function emptyPage({ hasWorkspace }: MixtureViewState): HTMLElement {
  return h(
    "div",
    { class: "empty" },
    h(
      "p",
      {},
      "A mixture file says which languages a model is tuned on, and how many examples of each. Open one, or make one.",
    ),
    hasWorkspace
      ? button({ label: "New Mixture File", press: () => host.post({ type: "newFile" }), testId: "new-file" })
      : h("p", { class: "muted" }, "Open a folder first: a mixture file lies in it, beside its data."),
  );
}

function filePage(current: MixtureViewState): (HTMLElement | null)[] {
  return [
    fileHead(current),
    problems(current),
    refused === null || refused.change.kind === "addMixture"
      ? null
      : h("p", { class: "fault", role: "alert" }, refused.message),
    budgetField(current),
    h(
      "section",
      { class: current.stale ? "cards stale" : "cards", "aria-label": "Mixtures" },
      ...current.mixtures.map(card =>
        mixtureCard({
          card,
          state: current,
          open: memory.open.includes(card.name),
          languageName: displayName,
          toggled: open =>
            remember({
              open: [...memory.open.filter(name => name !== card.name), ...(open ? [card.name] : [])],
            }),
          change: ask,
          show: () => host.post({ type: "openMixture", key: card.key }),
          run: () => host.post({ type: "run", mixture: card.name }),
        }),
      ),
      addForm({
        state: current,
        draft: memory.add,
        languageName: displayName,
        fault: addFault(current),
        toggled: () => undefined,
        redraw: add => {
          remember({ add });
          render();
        },
        keep: add => remember({ add }),
        change: ask,
      }),
    ),
  ];
}

function addFault(current: MixtureViewState): string | null {
  if (refused?.change.kind === "addMixture") return refused.message;
  const form = formOf(memory.add, current.languages);
  return typeof form === "string" ? form : null;
}

function fileHead(current: MixtureViewState): HTMLElement {
  const { file, running, canRun, stale } = current;
  const run = running
    ? button({
        label: "Stop",
        icon: "debug-stop",
        look: "secondary",
        press: () => host.post({ type: "stop" }),
        testId: "stop",
      })
    : button({
        label: "Run",
        icon: "play",
        disabled: !canRun || stale,
        press: () => host.post({ type: "run", mixture: null }),
        testId: "run",
      });
  return h(
    "header",
    { class: "head" },
    plainButton(
      { class: "file", title: `Open ${file?.name ?? ""}`, "data-focus": "file" },
      () => host.post({ type: "openFile" }),
      h("span", { class: "file-name" }, file?.name ?? ""),
      h("span", { class: "muted file-model" }, current.model),
    ),
    run,
    canRun ? null : h("p", { class: "muted note" }, "Runs need a trusted workspace."),
  );
}

const severityIcons: Record<ProblemItem["severity"], string> = {
  error: "error",
  warning: "warning",
  information: "info",
};

/** Faults shown here; a broken data file has one for each line. */
const longestProblems = 8;

function problems(current: MixtureViewState): HTMLElement | null {
  if (current.problems.length === 0) return null;
  const more = current.problems.length - longestProblems;
  return h(
    "ul",
    { class: "problems", "aria-label": "What is wrong" },
    ...current.problems.slice(0, longestProblems).map((problem, index) =>
      h(
        "li",
        {},
        plainButton(
          { class: `problem ${problem.severity}`, "data-focus": `problem ${index}` },
          () => host.post({ type: "openProblem", index }),
          h("span", {
            class: `codicon codicon-${severityIcons[problem.severity]}`,
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
    ),
    more <= 0 ? null : h("li", { class: "muted" }, `${more} more in the Problems view.`),
  );
}

function budgetField({ budget }: MixtureViewState): HTMLElement {
  return textField({
    label: "Budget: examples in every mixture",
    value: budget === null ? "" : String(budget),
    focusKey: "budget",
    testId: "budget",
    commit: value => ask({ kind: "setBudget", budget: /^\d+$/.test(value) ? Number(value) : Number.NaN }),
  }).element;
}

host.post({ type: "ready" });
