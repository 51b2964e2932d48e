// The rating panel: choose languages, rate pair after pair by key, then see the agreement with the judge.
import { type ComponentChildren, render } from "preact";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { messageOf } from "../../src/common/errors.ts";
import { countOf } from "../../src/common/words.ts";
import { displayName } from "../../src/core/language/tags.ts";
import type {
  Picked,
  RatingHostCalls,
  RatingStep,
  RatingViewMemory,
  RatingViewState,
} from "../../src/protocol/ratingView.ts";
import type { Payload } from "../../src/protocol/viewCalls.ts";
import { AgreementTable } from "../shared/agreement.tsx";
import { Button, Checkbox, InLanguage } from "../shared/controls.tsx";
import { connectHost } from "../shared/host.ts";
import { rootElement } from "../shared/root.ts";
import "../shared/base.css";
import "./style.css";

type State<Phase extends RatingViewState["phase"]> = Extract<RatingViewState, { readonly phase: Phase }>;
/** Calls whose reply is the next state. */
type Step = Exclude<keyof RatingHostCalls, "showResults">;
type Take = <Kind extends Step>(kind: Kind, payload: Payload<RatingHostCalls, Kind>) => void;

const host = connectHost<never, never, RatingViewMemory, RatingHostCalls>(() => undefined);

function Page() {
  const [state, setState] = useState<RatingViewState | null>(null);
  const [fault, setFault] = useState<string | null>(null);
  /** Whether a step awaits its reply, so that a key held down rates one pair only. */
  const waiting = useRef(false);
  const take: Take = (kind, payload) => {
    if (waiting.current) return;
    waiting.current = true;
    (host.request(kind, payload) as Promise<RatingStep>).then(
      reply => {
        waiting.current = false;
        host.remember(reply.memory);
        setState(reply.state);
        setFault(null);
      },
      (error: unknown) => {
        waiting.current = false;
        setFault(messageOf(error));
      },
    );
  };
  const showResults = () => {
    host.request("showResults", undefined).catch((error: unknown) => setFault(messageOf(error)));
  };
  useEffect(() => take("open", host.recall()), []);
  useKeys(state, take);
  return (
    <>
      <div class="page">
        {state?.phase === "choose" ? <Choose {...state} take={take} /> : null}
        {state?.phase === "rate" ? <Rate {...state} take={take} /> : null}
        {state?.phase === "done" ? <Done {...state} take={take} showResults={showResults} /> : null}
        {fault === null ? null : <Fault text={fault} />}
      </div>
      {/* Always in the document, so that a screen reader announces changes in it. */}
      <p class="visually-hidden" role="status" aria-live="polite">
        {statusText(state)}
      </p>
    </>
  );
}

function statusText(state: RatingViewState | null): string {
  if (state?.phase === "rate")
    return `Pair ${state.done + 1} of ${state.total}, ${displayName(state.pair.language)}`;
  return state?.phase === "done" ? `All ${state.done} pairs are rated.` : "";
}

function useKeys(state: RatingViewState | null, take: Take): void {
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.repeat || event.ctrlKey || event.altKey || event.metaKey) return;
      const key = event.key.toLowerCase();
      const picked = pickedBy[key];
      if (picked === undefined && key !== "u") return;
      event.preventDefault();
      if (state === null || state.phase === "choose") return;
      if (picked === undefined) {
        if (state.canUndo) take("undo", undefined);
      } else if (state.phase === "rate") take("rate", { ...namesOf(state), picked });
    };
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, [state]);
}

const pickedBy: Readonly<Record<string, Picked>> = { "1": "left", "2": "right", "0": "tie" };

function namesOf({ pair: { language, id } }: State<"rate">) {
  return { language, id };
}

function Choose({ languages, rater, total, take }: State<"choose"> & { readonly take: Take }) {
  const rated = useMemo(
    () => new Set(languages.filter(each => each.rated > 0).map(({ tag }) => tag)),
    [languages],
  );
  const [chosen, setChosen] = useState(() =>
    languages.map(({ tag }) => tag).filter(tag => rated.size === 0 || rated.has(tag)),
  );
  const [fault, setFault] = useState("");
  const start = () => {
    if (chosen.length === 0) setFault("Choose languages that you can read.");
    else
      take(
        "start",
        languages.map(({ tag }) => tag).filter(tag => chosen.includes(tag)),
      );
  };
  if (languages.length === 0) {
    return (
      <>
        <Heading>Rate pairs</Heading>
        <p>No pair of this comparison can be rated: all responses are equal, or none could be judged.</p>
      </>
    );
  }
  return (
    <>
      <Heading>Rate pairs</Heading>
      <p>
        Up to {total} random pairs, spread over the languages you choose. You are not told which model wrote
        which response, and left and right change at random.
      </p>
      <p>Pick the response that follows the prompt better, in the language of the prompt.</p>
      <fieldset class="languages">
        <legend>Languages that you read</legend>
        {languages.map(each => (
          <Checkbox
            key={each.tag}
            checked={chosen.includes(each.tag)}
            changed={on => setChosen(now => (on ? [...now, each.tag] : now.filter(tag => tag !== each.tag)))}
          >
            <span>
              {displayName(each.tag)}{" "}
              <span class="muted">
                ({each.tag}): {countOf(each.pairs, "pair")}
                {each.rated > 0 ? `, ${each.rated} rated` : ""}
              </span>
            </span>
          </Checkbox>
        ))}
      </fieldset>
      <Fault text={fault} />
      <div class="actions">
        <Button label={rated.size > 0 ? "Continue" : "Start"} icon="play" testId="start" press={start} />
      </div>
      <p class="muted">Ratings are kept as {rater}'s after each pair: stop whenever you like.</p>
    </>
  );
}

function Rate(state: State<"rate"> & { readonly take: Take }) {
  const { pair, done, total, canUndo, canSkipLanguage, take } = state;
  const { language, id } = pair;
  useLayoutEffect(() => {
    document.documentElement.scrollTop = 0;
  }, [language, id]);
  const rate = (picked: Picked) => take("rate", { ...namesOf(state), picked });
  return (
    <>
      <header class="rate-head">
        <Heading>
          {done + 1} of {total}
        </Heading>
        <span class="muted">
          {displayName(language)} ({language})
        </span>
        <progress value={done} max={total} aria-label="Pairs rated" />
      </header>
      <section class="prompt" aria-label="Prompt">
        <h2>Prompt</h2>
        <InLanguage tag={language} text={pair.prompt} />
      </section>
      <div class="two-responses">
        <Response name="Left" keyName="1" language={language} text={pair.left} />
        <Response name="Right" keyName="2" language={language} text={pair.right} />
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame and want a legend */}
      <div class="actions picks" role="group" aria-label="Which response is better?">
        <Button label="Left is better (1)" testId="pick-left" press={() => rate("left")} />
        <Button label="Tie (0)" look="secondary" testId="pick-tie" press={() => rate("tie")} />
        <Button label="Right is better (2)" testId="pick-right" press={() => rate("right")} />
      </div>
      <div class="actions">
        <Undo canUndo={canUndo} take={take} />
        <Button
          label={`Skip ${displayName(language)}`}
          icon="debug-step-over"
          look="secondary"
          disabled={!canSkipLanguage}
          testId="skip"
          press={() => take("skipLanguage", language)}
        />
        <Button
          label="Languages…"
          icon="settings"
          look="secondary"
          testId="languages"
          press={() => take("chooseLanguages", undefined)}
        />
      </div>
      <p class="muted">Keys: 1 left, 2 right, 0 tie, U undo. Close the panel to go on another time.</p>
    </>
  );
}

interface ResponseProps {
  readonly name: string;
  readonly keyName: string;
  readonly language: string;
  readonly text: string;
}

function Response({ name, keyName, language, text }: ResponseProps) {
  return (
    <section class="response-side" aria-label={`${name} response`}>
      <h2>
        {name}
        <span class="key" aria-hidden="true">
          {keyName}
        </span>
      </h2>
      {text.trim() === "" ? <p class="muted">(empty)</p> : <InLanguage tag={language} text={text} />}
    </section>
  );
}

function Done(props: State<"done"> & { readonly take: Take; readonly showResults: () => void }) {
  const { done, canUndo, mixture, baseline, judge, check, take, showResults } = props;
  return (
    <>
      <Heading>{done === 0 ? "Nothing to rate" : `All ${done} pairs are rated`}</Heading>
      <p>
        You compared {mixture} with {baseline}. The judge is {judge === "rule" ? "the rule" : judge}.
      </p>
      {check === null ? (
        <p class="muted">No rating has a verdict to agree with.</p>
      ) : (
        <AgreementTable check={check} />
      )}
      <div class="actions">
        <Button label="Show Results" icon="graph" testId="results" press={showResults} />
        <Undo canUndo={canUndo} take={take} />
        <Button
          label="More Languages…"
          icon="add"
          look="secondary"
          testId="languages"
          press={() => take("chooseLanguages", undefined)}
        />
      </div>
    </>
  );
}

function Undo({ canUndo, take }: { readonly canUndo: boolean; readonly take: Take }) {
  return (
    <Button
      label="Undo (U)"
      icon="discard"
      look="secondary"
      disabled={!canUndo}
      testId="undo"
      press={() => take("undo", undefined)}
    />
  );
}

function Fault({ text }: { readonly text: string }) {
  return (
    <p class="fault" role="alert">
      {text}
    </p>
  );
}

/** Takes the focus if the focused element is gone, as when a button belonged to the previous phase. */
function Heading({ children }: { readonly children: ComponentChildren }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    if (document.hasFocus() && document.activeElement === document.body)
      heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}

render(<Page />, rootElement());
