// The rating panel: choose languages, then pair after pair with three keys, then how far judge and people agree.
import { displayName } from "../../src/core/language/tags.ts";
import type {
  FromRatingView,
  Picked,
  RatingViewMemory,
  RatingViewState,
  ToRatingView,
} from "../../src/protocol/ratingView.ts";
import { agreementTable } from "../shared/agreement.ts";
import { h, inLanguage, replaceKeepingFocus, rootElement } from "../shared/dom.ts";
import { connectHost } from "../shared/host.ts";
import { button, type Checkbox, checkbox } from "../shared/toolkit.ts";
import "../shared/base.css";
import "./style.css";

type State<Phase extends RatingViewState["phase"]> = Extract<RatingViewState, { readonly phase: Phase }>;

const root = rootElement();
const page = h("div", { class: "page" });
/** Stays in the document, so that what changes in it is read out. */
const status = h("p", { class: "visually-hidden", role: "status", "aria-live": "polite" });
root.append(page, status);

const host = connectHost<ToRatingView, FromRatingView, RatingViewMemory>(receive);
let state: RatingViewState | null = null;
/** A rating has been sent and its answer has not come: a key held down rates one pair, not ten. */
let waiting = false;

function receive(message: ToRatingView): void {
  waiting = false;
  if (message.type === "failed") {
    page.querySelector(".fault")?.remove();
    page.append(h("p", { class: "fault", role: "alert" }, message.message));
    return;
  }
  host.remember(message.memory);
  state = message.state;
  draw(state);
}

function draw(current: RatingViewState): void {
  switch (current.phase) {
    case "choose":
      replaceKeepingFocus(page, ...choosePage(current));
      return;
    case "rate":
      replaceKeepingFocus(page, ...ratePage(current));
      document.documentElement.scrollTop = 0;
      status.textContent = `Pair ${current.done + 1} of ${current.total}, ${displayName(current.pair.language)}`;
      return;
    case "done":
      replaceKeepingFocus(page, ...donePage(current));
      status.textContent = `All ${current.done} pairs are rated.`;
  }
}

function choosePage({ languages, rater, total }: State<"choose">): HTMLElement[] {
  const known = new Set(languages.filter(({ rated }) => rated > 0).map(({ tag }) => tag));
  const boxes: { readonly tag: string; readonly box: Checkbox }[] = languages.map(({ tag, pairs, rated }) => {
    const counts = `${pairs} ${pairs === 1 ? "pair" : "pairs"}${rated > 0 ? `, ${rated} rated` : ""}`;
    const label = h("span", {}, `${displayName(tag)} `, h("span", { class: "muted" }, `(${tag}): ${counts}`));
    return { tag, box: checkbox(label, known.size === 0 || known.has(tag)) };
  });
  const fault = h("p", { class: "fault", role: "alert" });
  const start = () => {
    const chosen = boxes.filter(({ box }) => box.checked()).map(({ tag }) => tag);
    if (chosen.length === 0) fault.textContent = "Choose a language that you read.";
    else host.post({ type: "start", languages: chosen });
  };
  if (languages.length === 0) {
    return [
      h("h1", {}, "Rate pairs"),
      h(
        "p",
        {},
        "No pair of this comparison can be rated: all responses are equal, or none could be judged.",
      ),
    ];
  }
  return [
    h("h1", {}, "Rate pairs"),
    h(
      "p",
      {},
      `Up to ${total} random pairs, spread over the languages you choose. You are not told which model wrote which response, and left and right change at random.`,
    ),
    h("p", {}, "Pick the response that follows the prompt better, in the language of the prompt."),
    h(
      "fieldset",
      { class: "languages" },
      h("legend", {}, "Languages that you read"),
      ...boxes.map(({ box }) => box.element),
    ),
    fault,
    h(
      "div",
      { class: "actions" },
      button({ label: known.size > 0 ? "Go On" : "Start", icon: "play", testId: "start", press: start }),
    ),
    h("p", { class: "muted" }, `Ratings are kept as ${rater}'s after each pair: stop whenever you like.`),
  ];
}

function ratePage({ pair, done, total, canUndo, canSkipLanguage }: State<"rate">): HTMLElement[] {
  const { language } = pair;
  const bar = h("progress", { value: String(done), max: String(total), "aria-label": "Pairs rated" });
  return [
    h(
      "header",
      { class: "rate-head" },
      h("h1", {}, `${done + 1} of ${total}`),
      h("span", { class: "muted" }, `${displayName(language)} (${language})`),
      bar,
    ),
    h(
      "section",
      { class: "prompt", "aria-label": "Prompt" },
      h("h2", {}, "Prompt"),
      inLanguage(language, pair.prompt),
    ),
    h(
      "div",
      { class: "two-responses" },
      side("Left", "1", language, pair.left),
      side("Right", "2", language, pair.right),
    ),
    h(
      "div",
      { class: "actions picks", role: "group", "aria-label": "Which response is better?" },
      pickButton("Left is better", "1", "left"),
      pickButton("Tie", "0", "tie"),
      pickButton("Right is better", "2", "right"),
    ),
    h(
      "div",
      { class: "actions" },
      undoButton(canUndo),
      button({
        label: `Skip ${displayName(language)}`,
        icon: "debug-step-over",
        look: "secondary",
        disabled: !canSkipLanguage,
        testId: "skip",
        press: () => host.post({ type: "skipLanguage", language }),
      }),
      button({
        label: "Languages…",
        icon: "settings",
        look: "secondary",
        testId: "languages",
        press: () => host.post({ type: "chooseLanguages" }),
      }),
    ),
    h(
      "p",
      { class: "muted" },
      "Keys: 1 left, 2 right, 0 tie, U undo. Close the panel to go on another time.",
    ),
  ];
}

function side(name: string, key: string, language: string, text: string): HTMLElement {
  return h(
    "section",
    { class: "response-side", "aria-label": `${name} response` },
    h("h2", {}, name, h("kbd", { "aria-hidden": "true" }, key)),
    text.trim() === "" ? h("p", { class: "muted" }, "(empty)") : inLanguage(language, text),
  );
}

function pickButton(label: string, key: string, picked: Picked): HTMLElement {
  return button({
    label: `${label} (${key})`,
    look: picked === "tie" ? "secondary" : "primary",
    testId: `pick-${picked}`,
    press: () => rate(picked),
  });
}

function donePage({ done, canUndo, mixture, baseline, judge, check }: State<"done">): HTMLElement[] {
  return [
    h("h1", {}, done === 0 ? "Nothing to rate" : `All ${done} pairs are rated`),
    h(
      "p",
      {},
      `You compared ${mixture} with ${baseline}. The judge is ${judge === "rule" ? "the rule" : judge}.`,
    ),
    check === null
      ? h("p", { class: "muted" }, "No rating has a verdict to agree with.")
      : agreementTable(check),
    h(
      "div",
      { class: "actions" },
      button({
        label: "Show Results",
        icon: "graph",
        testId: "results",
        press: () => host.post({ type: "showResults" }),
      }),
      undoButton(canUndo),
      button({
        label: "More Languages…",
        icon: "add",
        look: "secondary",
        testId: "languages",
        press: () => host.post({ type: "chooseLanguages" }),
      }),
    ),
  ];
}

function rate(picked: Picked): void {
  if (waiting || state?.phase !== "rate") return;
  waiting = true;
  const { language, id } = state.pair;
  host.post({ type: "rate", language, id, picked });
}

function undo(): void {
  if (waiting || state === null || state.phase === "choose" || !state.canUndo) return;
  waiting = true;
  host.post({ type: "undo" });
}

const keys: Readonly<Record<string, () => void>> = {
  "1": () => rate("left"),
  "2": () => rate("right"),
  "0": () => rate("tie"),
  u: undo,
};

document.addEventListener("keydown", event => {
  if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
  const press = keys[event.key.toLowerCase()];
  if (press === undefined) return;
  event.preventDefault();
  press();
});

host.post({ type: "ready", memory: host.recall() });

function undoButton(canUndo: boolean): HTMLElement {
  return button({
    label: "Undo (U)",
    icon: "discard",
    look: "secondary",
    disabled: !canUndo,
    testId: "undo",
    press: undo,
  });
}
