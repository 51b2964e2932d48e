// One pair of responses with the judge's choice in each order.
import { isDisputed } from "../../src/core/comparison/panel.ts";
import { isFlipped } from "../../src/core/rating/readVerdicts.ts";
import type { JudgedOrder, PairOutcome, PairVerdict } from "../../src/core/records/comparison.ts";
import { Icon, InLanguage } from "../shared/controls.tsx";

export const pairOutcomes: Record<PairOutcome | "unread", { readonly label: string; readonly icon: string }> =
  {
    win: { label: "Won", icon: "arrow-up" },
    tie: { label: "Tied", icon: "dash" },
    loss: { label: "Lost", icon: "arrow-down" },
    unread: { label: "Unread", icon: "question" },
  };

interface PairProps {
  readonly pair: PairVerdict;
  readonly mixture: string;
  readonly baseline: string;
  readonly judges: readonly string[];
}

export function PairItem({ pair, mixture, baseline, judges }: PairProps) {
  const { language, panel = [] } = pair;
  const outcome = pair.outcome ?? "unread";
  const { label, icon } = pairOutcomes[outcome];
  return (
    <li class="sample" data-id={pair.id}>
      <div class="sample-head">
        <span class={`badge ${outcome}`}>
          <Icon name={icon} />
          {label}
        </span>
        {isFlipped(pair) ? (
          <span class="badge flipped">
            <Icon name="arrow-swap" />
            Flipped
          </span>
        ) : null}
        {isDisputed(pair) ? (
          <span class="badge">
            <Icon name="organization" />
            Judges disagree
          </span>
        ) : null}
      </div>
      <div class="part">
        <span class="part-label">Prompt</span>
        <InLanguage tag={language} text={pair.prompt} />
      </div>
      <div class="two-responses">
        <Response name={mixture} language={language} text={pair.run} />
        <Response name={`${baseline} (baseline)`} language={language} text={pair.baseline} />
      </div>
      <Orders orders={pair.orders} mixture={mixture} baseline={baseline} />
      {panel.map(({ orders }, i) => (
        <div key={i} class="part">
          <span class="part-label">{judges[i] ?? `Judge ${i + 1}`}</span>
          <Orders orders={orders} mixture={mixture} baseline={baseline} />
        </div>
      ))}
    </li>
  );
}

interface ResponseProps {
  readonly name: string;
  readonly language: string;
  readonly text: string;
}

function Response({ name, language, text }: ResponseProps) {
  return (
    <div class="response-side">
      <h3 class="part-label">{name}</h3>
      {text.trim() === "" ? <span class="muted">(empty)</span> : <InLanguage tag={language} text={text} />}
    </div>
  );
}

interface OrdersProps extends Pick<PairProps, "mixture" | "baseline"> {
  readonly orders: PairVerdict["orders"];
}

function Orders({ orders, mixture, baseline }: OrdersProps) {
  const names = { run: mixture, baseline, tie: "tie" };
  const line = ({ first, picked }: JudgedOrder) =>
    `${names[first]} first: ${picked === null ? "unread" : picked === "tie" ? "tie" : `picked ${names[picked]}`}`;
  const lines = orders.map(order => <span key={order.first}>{line(order)}</span>);
  if (orders.every(({ answer, error }) => answer === null && error === null))
    return <p class="picks">{lines}</p>;
  return (
    <details class="answers">
      <summary>
        <span class="picks">{lines}</span>
      </summary>
      {orders.map(({ first, answer, error }) => (
        <div key={first} class="part">
          <span class="part-label">{names[first]} first</span>
          {answer === null ? (
            <span class="fault">{error ?? "No answer."}</span>
          ) : (
            // The judge may answer in any language: the first letters determine the direction.
            <div dir="auto" lang="und" class="text">
              {answer}
            </div>
          )}
        </div>
      ))}
    </details>
  );
}
