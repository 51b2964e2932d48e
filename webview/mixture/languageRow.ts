// One language of a mixture: a slider and a number for its amount, a lock, and a remove button.
import { displayName } from "../../src/core/language/tags.ts";
import { parsePercent } from "../../src/core/mixture/amounts.ts";
import type { LanguageItem } from "../../src/protocol/mixtureView.ts";
import { h, plainButton } from "../shared/dom.ts";
import type { ItemView } from "../shared/keyedList.ts";
import { slider } from "../shared/slider.ts";
import { textField } from "../shared/toolkit.ts";
import { tint } from "./palette.ts";
import { examplesWords, languageLabel, number, shareWords } from "./words.ts";

export type Unit = "examples" | "tokens";

export interface RowItem {
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
}

export interface RowActions {
  readonly mixture: string;
  readonly move: (language: string, examples: number, resting: boolean) => void;
  readonly lock: (language: string, locked: boolean) => void;
  readonly remove: (language: string) => void;
  /** Shows the reason why the typed text was refused. */
  readonly refuse: (message: string) => void;
}

export function languageRow(tag: string, actions: RowActions): ItemView<RowItem> {
  const name = displayName(tag);
  const key = `${actions.mixture} ${tag}`;
  let current: RowItem | null = null;
  const marks = h("span", { class: "marks" });
  const swatch = h("span", { class: "swatch", "aria-hidden": "true" });
  const fader = slider({
    label: `${name} in ${actions.mixture}`,
    testId: `slider ${key}`,
    moved: (examples, resting) => actions.move(tag, examples, resting),
  });
  const amount = textField({
    label: `Amount of ${name} in ${actions.mixture}`,
    value: "",
    bare: true,
    testId: `amount ${key}`,
    focusKey: `amount ${key}`,
    commit: typed => {
      const examples = current === null ? null : examplesIn(typed, current);
      if (examples !== null) return actions.move(tag, examples, true);
      if (current === null) return;
      amount.update(amountText(current));
      actions.refuse(`"${typed}" is not an amount. Enter a number of ${current.unit}, or a share like 10%.`);
    },
  });
  const other = h("span", { class: "other muted" });
  const lockIcon = h("span", { class: "codicon", "aria-hidden": "true" });
  const lock = plainButton(
    { class: "tool lock", "data-focus": `lock ${key}`, "data-testid": `lock ${key}` },
    () => actions.lock(tag, current?.locked !== true),
    lockIcon,
  );
  const remove = plainButton(
    {
      class: "tool remove",
      "aria-label": `Remove ${name} from ${actions.mixture}`,
      title: `Remove ${name}`,
      "data-focus": `remove ${key}`,
    },
    () => actions.remove(tag),
    h("span", { class: "codicon codicon-close", "aria-hidden": "true" }),
  );
  const element = h(
    "li",
    { class: "row", "data-language": tag },
    h("span", { class: "row-name" }, swatch, languageLabel(tag), marks),
    other,
    fader.element,
    amount.element,
    h("span", { class: "row-tools" }, lock, remove),
  );
  return {
    element,
    update(item) {
      if (current !== null && JSON.stringify(current) === JSON.stringify(item)) return;
      current = item;
      const { count, total, disabled, locked } = item;
      tint(element, tag, item.order);
      element.classList.toggle("empty-row", count === 0);
      const share = shareWords(count, total);
      const tokens = tokensOf(count, item.language);
      const inTokens = tokens === null ? "" : `, about ${number(tokens)} tokens`;
      fader.update(count, item.most, `${examplesWords(count)}, ${share}${inTokens}`);
      fader.disable(disabled || !item.movable || locked === true);
      amount.update(amountText(item));
      amount.disable(disabled || !item.movable || locked === true);
      other.textContent = otherText(item, tokens, share);
      marks.replaceChildren(...marksOf(item));
      lock.hidden = locked === null;
      lock.disabled = disabled;
      lock.setAttribute("aria-pressed", String(locked === true));
      lock.setAttribute("aria-label", `Lock ${name} in ${actions.mixture}`);
      lock.title = locked === true ? "Locked: stays when others move" : "Lock: stays when others move";
      lockIcon.className = `codicon codicon-${locked === true ? "lock" : "unlock"}`;
      remove.hidden = !item.removable;
      remove.disabled = disabled;
    },
  };
}

/** Parses a whole number from 0 up or a share of the whole; null if it is neither. */
function examplesIn(typed: string, { unit, language, total }: RowItem): number | null {
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

function amountText(item: RowItem): string {
  const tokens = tokensOf(item.count, item.language);
  return String(item.unit === "tokens" && tokens !== null ? tokens : item.count);
}

function otherText({ unit, count, totalTokens }: RowItem, tokens: number | null, share: string): string {
  if (tokens === null) return share;
  if (unit === "examples" || totalTokens === null) return `${share} · ≈ ${compact(tokens)} tok.`;
  return `${shareWords(tokens, totalTokens)} · ${number(count)} ex.`;
}

function compact(value: number): string {
  return value.toLocaleString("en", { notation: "compact", maximumFractionDigits: 1 });
}

function toldApartMark(words: string): HTMLElement {
  return h(
    "span",
    { class: "mark told-apart", title: words },
    h("span", { class: "codicon codicon-info", "aria-hidden": "true" }),
    "not told apart",
  );
}

function marksOf({ language, base, count }: RowItem): HTMLElement[] {
  const marks: [string, string, string][] = [];
  if (count === 0) marks.push(["unseen", "The mixture has no examples in this language", ""]);
  if (base) marks.push(["base", "The base language, among which the others are spread", ""]);
  if (language.rows === 0) marks.push(["no data", "There is no training data in this language", "warning"]);
  else if (language.rows !== null && count > language.rows) {
    marks.push([`only ${number(language.rows)}`, "More than the training data contain", "warning"]);
  }
  if (!language.evaluated) marks.push(["not scored", "There are no evaluation prompts in this language", ""]);
  return [
    ...marks.map(([text, title, kind]) => h("span", { class: `mark ${kind}`, title }, text)),
    ...(language.toldApart === undefined ? [] : [toldApartMark(language.toldApart)]),
  ];
}
