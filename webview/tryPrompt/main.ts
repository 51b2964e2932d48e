// The panel of Try a Prompt: a question, and each model's answer as it is written.
import type { FromTryView, ToTryView, TriedModel, TryViewState } from "../../src/protocol/tryView.ts";
import { h, inLanguage, replaceKeepingFocus, rootElement } from "../shared/dom.ts";
import { connectHost } from "../shared/host.ts";
import { button } from "../shared/toolkit.ts";
import "../shared/base.css";
import "./style.css";

const host = connectHost<ToTryView, FromTryView, { readonly draft: string }>(({ state: next }) => {
  if (state === null) question.value = host.recall()?.draft ?? next.prompt;
  state = next;
  draw();
});
let state: TryViewState | null = null;

const question = h("textarea", {
  rows: "3",
  dir: "auto",
  "aria-label": "Question",
  "data-testid": "question",
});
question.addEventListener("input", () => host.remember({ draft: question.value }));
question.addEventListener("keydown", event => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) ask();
});
const tools = h("div", { class: "tools" });
const answers = h("div", { class: "answers", "aria-live": "polite" });
rootElement().append(h("h1", {}, "Try a Prompt"), h("div", { class: "ask" }, question, tools), answers);

function ask(): void {
  if (state?.running === false && question.value.trim() !== "")
    host.post({ type: "ask", prompt: question.value });
}

function draw(): void {
  if (state === null) return;
  const { running, fault, models } = state;
  replaceKeepingFocus(
    tools,
    running
      ? button({
          label: "Stop",
          icon: "debug-stop",
          look: "secondary",
          testId: "ask",
          press: () => host.post({ type: "stop" }),
        })
      : button({ label: "Ask", icon: "send", testId: "ask", press: ask }),
    h(
      "span",
      { class: "muted" },
      running ? "Each model is loaded and asked in turn." : "Ctrl+Enter asks again.",
    ),
  );
  // While models write, assistive technology hears the end, not every token.
  answers.setAttribute("aria-busy", String(running));
  answers.replaceChildren(
    ...(fault === null ? [] : [h("p", { class: "fault", role: "alert" }, fault)]),
    ...models.map(answer),
  );
}

function answer({ name, text, tokens, state: at, language, languageName }: TriedModel): HTMLElement {
  const notes = [
    at === "done" ? null : at,
    tokens === 0 ? null : `${tokens} ${tokens === 1 ? "token" : "tokens"}`,
    languageName === "" ? null : languageName,
  ].filter(note => note !== null);
  return h(
    "section",
    { class: "answer", "data-state": at, "aria-label": name },
    h("h2", { dir: "auto" }, name),
    h("p", { class: "muted" }, notes.join(", ")),
    text === "" ? h("p", { class: "muted" }, at === "waiting" ? "…" : "(empty)") : inLanguage(language, text),
  );
}

host.post({ type: "ready" });
