// One mixture: its name and bar and, when open, its form, languages and examples.
import { displayName } from "../../src/core/language/tags.ts";
import { isMovable } from "../../src/core/mixture/balance.ts";
import { sumOf } from "../../src/core/mixture/counts.ts";
import type {
  LanguageItem,
  MixtureChange,
  MixtureItem,
  PreviewPage,
  PreviewQuery,
} from "../../src/protocol/mixtureView.ts";
import { h, plainButton } from "../shared/dom.ts";
import { type ItemView, KeyedList } from "../shared/keyedList.ts";
import { inUnit, movedCounts } from "./amounts.ts";
import { budgetBar } from "./budgetBar.ts";
import { formControls } from "./formControls.ts";
import { languageRow, type RowItem, type Unit } from "./languageRow.ts";
import { preview } from "./preview.ts";
import { renameField } from "./renameField.ts";
import { sweepList } from "./sweepList.ts";
import { unseenList } from "./unseen.ts";
import { examplesWords, formLine, number } from "./words.ts";

type Counts = Readonly<Record<string, number>>;

export interface PanelItem {
  readonly mixture: MixtureItem;
  readonly languages: readonly LanguageItem[];
  readonly budget: number | null;
  /** Seed that determines which examples are drawn. */
  readonly seed: number;
  readonly unit: Unit;
  /** Amount of a full-width bar, in the unit. */
  readonly most: number;
  readonly open: boolean;
  readonly chosen: number;
  readonly locked: readonly string[];
  readonly editable: boolean;
  readonly canRun: boolean;
}

export interface PanelActions {
  readonly change: (change: MixtureChange) => void;
  readonly toggle: (open: boolean) => void;
  readonly choose: (point: number) => void;
  readonly lock: (language: string, locked: boolean) => void;
  readonly copy: () => void;
  readonly show: () => void;
  readonly run: (mixture: string) => void;
  readonly preview: (query: PreviewQuery) => Promise<PreviewPage | null>;
}

export interface Panel extends ItemView<PanelItem> {
  /** Ends the local preview of a change, since the file's state now includes it. */
  settle(): void;
  /** Shows the reason why the last change was refused, next to its control; an empty message removes it. */
  refuse(message: string): void;
}

export function mixturePanel(key: string, actions: PanelActions): Panel {
  let item: PanelItem | null = null;
  /** Counts while a slider moves and until the file contains them. */
  let moving: Counts | null = null;
  /** Counts that were last sent to the file. */
  let asked: Counts | null = null;

  const name = h("span", { class: "mixture-name" }, key);
  const line = h("span", { class: "mixture-form muted" });
  const opener = plainButton(
    { class: "opener", "aria-expanded": "false", "data-focus": `mixture ${key}` },
    () => actions.toggle(item?.open !== true),
    h("span", { class: "codicon codicon-chevron-right chevron", "aria-hidden": "true" }),
    h("span", { class: "mixture-title" }, name, line),
  );
  const whole = budgetBar(`Budget of ${key}`);
  const sweep = sweepList(key, actions.choose);
  const total = h("span", { class: "muted total" });
  const run = tool("play", `Run ${key}`, () => actions.run(key));
  const goTo = tool("go-to-file", `Go to ${key} in the file`, actions.show);
  const rename = tool("edit", `Rename ${key}`, () => naming.open());
  const naming = renameField(key, actions.change, () => rename.focus());
  const copy = tool("copy", `Duplicate ${key}`, actions.copy);
  const remove = tool("trash", `Remove ${key}`, () => actions.change({ kind: "removeMixture", key }));
  const controls = formControls(key, actions.change);
  const rowList = h("ul", { class: "rows", "aria-label": `Languages of ${key}` });
  const seen = h("h3", { class: "group-title" });
  const unseen = unseenList(key, language => actions.change({ kind: "addLanguage", key, language }));
  const examples = preview(key, actions.preview);
  const stale = h("p", { class: "muted note stale-note" });
  const refusal = h("p", { class: "fault", role: "alert", hidden: "" });
  const body = h(
    "div",
    { class: "mixture-body" },
    h("div", { class: "mixture-tools" }, total, run, goTo, rename, copy, remove),
    naming.element,
    refusal,
    stale,
    controls.element,
    seen,
    rowList,
    unseen.element,
    examples.element,
  );
  const element = h(
    "section",
    { class: "mixture", "data-mixture": key, "aria-label": `Mixture ${key}` },
    h("h2", {}, opener),
    whole.element,
    sweep.element,
    body,
  );

  opener.addEventListener("keydown", event => {
    if (event.key !== "F2" || item?.editable !== true) return;
    event.preventDefault();
    if (!item.open) actions.toggle(true);
    naming.open();
  });

  const rows = new KeyedList<RowItem>(
    rowList,
    ({ language }) => language.tag,
    ({ language }) =>
      languageRow(language.tag, {
        mixture: key,
        move,
        lock: actions.lock,
        remove: tag => actions.change({ kind: "removeLanguage", key, language: tag }),
        refuse: panel.refuse,
      }),
  );

  function move(language: string, examplesWanted: number, resting: boolean): void {
    const point = item?.mixture.points[item.chosen];
    if (item === null || point === undefined || item.budget === null) return;
    const wanted = { language, examples: examplesWanted, locked: item.locked };
    moving = movedCounts(point, item.budget, wanted, item.mixture.sweep, item.languages) ?? moving;
    draw(item);
    if (!resting) return;
    asked = moving;
    actions.change({ kind: "moveLanguage", key, point: item.chosen, ...wanted });
  }

  function draw(now: PanelItem): void {
    const { mixture, languages, budget, unit, chosen, editable } = now;
    const point = mixture.points[chosen] ?? mixture.points[0];
    if (point === undefined) return;
    const order = languages.map(({ tag }) => tag);
    const disabled = !editable || mixture.stale;
    const counts = moving ?? point.counts;
    const shown = (index: number) =>
      inUnit(index === chosen ? counts : (mixture.points[index]?.counts ?? null), unit, languages);
    line.textContent = formLine(mixture);
    opener.setAttribute("aria-expanded", String(now.open));
    body.hidden = !now.open;
    element.classList.toggle("open", now.open);
    element.classList.toggle("stale", mixture.stale);
    whole.element.hidden = mixture.sweep;
    whole.update(shown(chosen), now.most, order);
    sweep.element.hidden = !mixture.sweep;
    sweep.update({
      points: mixture.points,
      chosen,
      amounts: mixture.points.map((_, index) => shown(index)),
      most: now.most,
      order,
    });
    if (!now.open) return;
    run.toggleAttribute("disabled", !now.canRun || mixture.stale);
    for (const each of [rename, copy, remove]) each.toggleAttribute("disabled", !editable);
    stale.hidden = !mixture.stale;
    stale.textContent = "This mixture has an error in the file. The last valid version is shown.";
    const sum = sumOf(counts ?? {});
    const tokens = inUnit(counts, "tokens", languages);
    total.textContent =
      counts === null
        ? "Counts need the training data."
        : tokens === null
          ? examplesWords(sum)
          : `${examplesWords(sum)} · about ${number(sumOf(tokens))} tokens`;
    controls.update({ mixture, chosen, languages: order, budget, disabled });
    const known = new Map(languages.map(language => [language.tag, language]));
    const anyScored = languages.some(({ evaluated }) => evaluated);
    const base = point.form.kind === "spread" ? point.form.base : null;
    const lockable = point.form.kind !== "monolingual" && !mixture.sweep && !growing(point.form);
    rows.update(
      Object.entries(counts ?? {}).map(([tag, count]): RowItem => {
        const language = known.get(tag) ?? { tag, rows: 0, evaluated: false, tokens: null };
        return {
          language: anyScored ? language : { ...language, evaluated: true },
          count,
          total: sum,
          totalTokens: tokens === null ? null : sumOf(tokens),
          most: Math.max(budget ?? sum, count),
          unit,
          base: tag === base,
          movable: isMovable(point.form, tag, mixture.sweep),
          locked: lockable ? now.locked.includes(tag) : null,
          removable: mixture.removable.includes(tag) && tag !== base,
          disabled,
          order,
        };
      }),
    );
    const taken = Object.keys(counts ?? {}).filter(tag => (counts?.[tag] ?? 0) > 0);
    seen.hidden = counts === null;
    seen.textContent = `Seen: ${taken.length}`;
    unseen.update({
      languages: languages.filter(({ tag }) => !(tag in (counts ?? {}))),
      addable: !disabled,
    });
    if (moving !== null) return;
    const version = JSON.stringify([point.form, budget, now.seed]);
    examples.update({ mixture: point.name, languages: taken, version });
  }

  const panel: Panel = {
    element,
    update(next) {
      item = next;
      draw(next);
    },
    settle() {
      // A later move still has to be sent.
      if (moving === asked) moving = null;
    },
    refuse(message) {
      refusal.hidden = message === "";
      refusal.textContent = message;
      if (message !== "") refusal.scrollIntoView({ block: "nearest" });
    },
  };
  return panel;
}

function growing(form: { readonly kind: string; readonly grow?: true }): boolean {
  return form.grow === true;
}

function tool(icon: string, label: string, press: () => void): HTMLButtonElement {
  return plainButton(
    { class: "tool", "aria-label": label, title: label, "data-focus": label },
    press,
    h("span", { class: `codicon codicon-${icon}`, "aria-hidden": "true" }),
  );
}

/** Sentence with the counts of a mixture, for the live region. */
export function countsSentence(key: string, counts: Counts): string {
  const parts = Object.entries(counts).map(([tag, count]) => `${displayName(tag)} ${number(count)}`);
  return `${key}: ${parts.join(", ")}`;
}
