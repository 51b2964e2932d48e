// One language of a mixture: a slider and a number for its amount, a lock, and a remove button.
import { displayName } from "../../src/core/language/tags.ts";
import { parsePercent } from "../../src/core/mixture/amounts.ts";
import type { LanguageItem } from "../../src/protocol/mixtureView.ts";
import { Icon, TextField } from "../shared/controls.tsx";
import { Slider } from "../shared/slider.tsx";
import type { Unit } from "./amounts.ts";
import { ask, lock, refuse } from "./composer.ts";
import { LanguageLabel } from "./languageLabel.tsx";
import { tint } from "./palette.ts";
import { examplesWords, number, shareWords } from "./words.ts";

interface LanguageRowProps {
  readonly mixture: string;
  readonly language: LanguageItem;
  readonly count: number;
  /** Number of examples in the whole mixture. */
  readonly total: number;
  /** Number of tokens in the whole mixture; null if not known. */
  readonly totalTokens: number | null;
  /** Maximum of the slider. */
  readonly most: number;
  readonly unit: Unit;
  /** Whether this is the base language, among whose examples the others are spread. */
  readonly base: boolean;
  readonly movable: boolean;
  /** Null if locks have no meaning in this form. */
  readonly locked: boolean | null;
  readonly removable: boolean;
  readonly disabled: boolean;
  /** All languages, which determine the colours. */
  readonly order: readonly string[];
  /** Changes the amount; settles once the row shows the result. */
  readonly move: (examples: number, resting: boolean) => unknown;
}

export function LanguageRow(props: LanguageRowProps) {
  const { mixture, language, count, total, most, movable, locked, removable, disabled, order, move } = props;
  const { tag } = language;
  const name = displayName(tag);
  const key = `${mixture} ${tag}`;
  const share = shareWords(count, total);
  const tokens = tokensOf(count, language);
  const inTokens = tokens === null ? "" : `, about ${number(tokens)} tokens`;
  const fixed = disabled || !movable || locked === true;
  const commit = (typed: string) => {
    const examples = examplesIn(typed, props);
    if (examples !== null) return move(examples, true);
    return refuse(
      mixture,
      `"${typed}" is not an amount. Enter a number of ${props.unit}, or a share like 10%.`,
    );
  };
  return (
    <li class={`row ${count === 0 ? "empty-row" : ""}`} data-language={tag} style={tint(tag, order)}>
      <span class="row-name">
        <span class="swatch" aria-hidden="true" />
        <LanguageLabel tag={tag} />
        <span class="marks">
          {marksOf(props).map(({ text, title, kind }) => (
            <span key={text} class={`mark ${kind}`} title={title}>
              {text}
            </span>
          ))}
          {language.toldApart === undefined ? null : (
            <span class="mark told-apart" title={language.toldApart}>
              <Icon name="info" />
              not told apart
            </span>
          )}
        </span>
      </span>
      <span class="other muted">{otherText(props, tokens, share)}</span>
      <Slider
        label={`${name} in ${mixture}`}
        testId={`slider ${key}`}
        value={count}
        most={most}
        text={`${examplesWords(count)}, ${share}${inTokens}`}
        disabled={fixed}
        moved={move}
      />
      <TextField
        label={`Amount of ${name} in ${mixture}`}
        shortLabel={null}
        value={amountText(props)}
        readOnly={fixed}
        testId={`amount ${key}`}
        commit={commit}
      />
      <span class="row-tools">
        {locked === null ? null : (
          <button
            type="button"
            class="tool lock"
            aria-pressed={locked}
            aria-label={`Lock ${name} in ${mixture}`}
            title={locked ? "Locked: stays when others move" : "Lock: stays when others move"}
            disabled={disabled}
            data-testid={`lock ${key}`}
            onClick={() => lock(mixture, tag, !locked)}
          >
            <Icon name={locked ? "lock" : "unlock"} />
          </button>
        )}
        {removable ? (
          <button
            type="button"
            class="tool remove"
            aria-label={`Remove ${name} from ${mixture}`}
            title={`Remove ${name}`}
            disabled={disabled}
            onClick={() => void ask({ kind: "removeLanguage", key: mixture, language: tag })}
          >
            <Icon name="close" />
          </button>
        ) : null}
      </span>
    </li>
  );
}

/** Parses a whole number from 0 up or a share of the whole; null if it is neither. */
function examplesIn(typed: string, { unit, language, total }: LanguageRowProps): number | null {
  const text = typed.replace(/[\s,_]/g, "");
  const percent = parsePercent(text);
  if (percent !== null) return Math.round((total * percent) / 100);
  if (!/^\d+$/.test(text)) return null;
  const value = Number(text);
  return unit === "tokens" && language.tokens !== null && language.tokens > 0
    ? Math.round(value / language.tokens)
    : value;
}

function tokensOf(count: number, { tokens }: LanguageItem): number | null {
  return tokens === null ? null : Math.round(count * tokens);
}

function amountText({ count, unit, language }: LanguageRowProps): string {
  const tokens = tokensOf(count, language);
  return String(unit === "tokens" && tokens !== null ? tokens : count);
}

function otherText(
  { unit, count, totalTokens }: LanguageRowProps,
  tokens: number | null,
  share: string,
): string {
  if (tokens === null) return share;
  if (unit === "examples" || totalTokens === null) return `${share} · ≈ ${compact(tokens)} tok.`;
  return `${shareWords(tokens, totalTokens)} · ${number(count)} ex.`;
}

function compact(value: number): string {
  return value.toLocaleString("en", { notation: "compact", maximumFractionDigits: 1 });
}

function marksOf({ language, base, count }: LanguageRowProps) {
  const marks: { readonly text: string; readonly title: string; readonly kind: "" | "warning" }[] = [];
  const add = (text: string, title: string, kind: "" | "warning" = "") => marks.push({ text, title, kind });
  if (count === 0) add("unseen", "The mixture has no examples in this language");
  if (base) add("base", "The base language, among which the others are spread");
  if (language.rows === 0) add("no data", "There is no training data in this language", "warning");
  else if (language.rows !== null && count > language.rows)
    add(`only ${number(language.rows)}`, "More than the training data contain", "warning");
  if (!language.evaluated) add("not scored", "There are no evaluation prompts in this language");
  return marks;
}
