// The page of Try a Prompt: a prompt, and the streamed answer of each model.
import { render } from "preact";
import { useState } from "preact/hooks";
import { countOf } from "../../src/common/words.ts";
import type { FromTryView, ToTryView, TriedModel, TryViewState } from "../../src/protocol/tryView.ts";
import { Button, InLanguage } from "../shared/controls.tsx";
import { connectHost } from "../shared/host.ts";
import { rootElement } from "../shared/root.ts";
import "../shared/base.css";
import "./style.css";

const host = connectHost<ToTryView, FromTryView, { readonly draft: string }>(({ state }) =>
  render(<Page {...state} />, rootElement()),
);

function Page({ prompt, running, fault, models }: TryViewState) {
  const [question, setQuestion] = useState(host.recall()?.draft ?? prompt);
  const ask = () => {
    if (!running && question.trim() !== "") host.post({ type: "ask", prompt: question });
  };
  return (
    <>
      <h1>Try a Prompt</h1>
      <div class="ask">
        <textarea
          rows={3}
          dir="auto"
          aria-label="Question"
          data-testid="question"
          value={question}
          onInput={({ currentTarget }) => {
            setQuestion(currentTarget.value);
            host.remember({ draft: currentTarget.value });
          }}
          onKeyDown={event => {
            if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) ask();
          }}
        />
        <div class="tools">
          {running ? (
            <Button
              label="Stop"
              icon="debug-stop"
              look="secondary"
              testId="ask"
              press={() => host.post({ type: "stop" })}
            />
          ) : (
            <Button label="Ask" icon="send" testId="ask" press={ask} />
          )}
          <span class="muted">
            {running ? "Models are loaded and prompted one after the other." : "Ctrl+Enter asks again."}
          </span>
        </div>
      </div>
      {/* While models write, assistive technology announces the end, not every token. */}
      <div class="answers" aria-live="polite" aria-busy={running}>
        {fault === null ? null : (
          <p class="fault" role="alert">
            {fault}
          </p>
        )}
        {models.map(model => (
          <Answer key={model.folder} {...model} />
        ))}
      </div>
    </>
  );
}

function Answer({ name, text, tokens, state, language, languageName }: TriedModel) {
  const notes = [
    state === "done" ? "" : state,
    tokens === 0 ? "" : countOf(tokens, "token"),
    languageName,
  ].filter(note => note !== "");
  return (
    <section class="answer" data-state={state} aria-label={name}>
      <h2 dir="auto">{name}</h2>
      <p class="muted">{notes.join(", ")}</p>
      {text === "" ? (
        <p class="muted">{state === "waiting" ? "…" : "(empty)"}</p>
      ) : (
        <InLanguage tag={language} text={text} />
      )}
    </section>
  );
}

host.post({ type: "ready" });
