// One mixture: its name and bar and, when open, its form, languages and examples.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { isMovable } from "../../src/core/mixture/balance.ts";
import { sumOf } from "../../src/core/mixture/counts.ts";
import type { LanguageItem, MixtureItem } from "../../src/protocol/mixtureView.ts";
import { Icon } from "../shared/controls.tsx";
import { useKeptFocus } from "../shared/keptFocus.ts";
import { memo } from "../shared/unchanged.tsx";
import { type Counts, inUnit, movedCounts, type Unit } from "./amounts.ts";
import { BudgetBar } from "./budgetBar.tsx";
import { ask, choosePoint, copyName, post, toggle } from "./composer.ts";
import { FormControls } from "./formControls.tsx";
import { LanguageRow } from "./languageRow.tsx";
import { Preview } from "./preview.tsx";
import { RenameField } from "./renameField.tsx";
import { SweepList } from "./sweepList.tsx";
import { Unseen } from "./unseen.tsx";
import { examplesWords, formLine, number } from "./words.ts";

interface PanelProps {
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
  /** Reason why the last change was refused; empty if it was not. */
  readonly refusal: string;
}

export const Panel = memo(function Panel(props: PanelProps) {
  const { mixture, languages, budget, unit, most, open, chosen, locked, editable } = props;
  const { key, points, sweep, stale } = mixture;
  /** Counts while a slider moves and until the file contains them. */
  const [moving, setMoving] = useState<Counts | null>(null);
  const [naming, setNaming] = useState(false);
  const point = points[chosen] ?? points[0];
  if (point === undefined) return null;

  const move = async (language: string, examples: number, resting: boolean): Promise<void> => {
    if (budget === null) return;
    const wanted = { language, examples, locked };
    const next = movedCounts(point, budget, wanted, sweep, languages) ?? moving;
    setMoving(next);
    if (!resting) return;
    await ask({ kind: "moveLanguage", key, point: chosen, ...wanted });
    // A later move still has to be sent.
    setMoving(now => (now === next ? null : now));
  };
  const order = languages.map(({ tag }) => tag);
  const counts = moving ?? point.counts;
  const amounts = points.map((each, index) =>
    inUnit(index === chosen ? counts : each.counts, unit, languages),
  );
  const bars = { most, languages: order };
  return (
    <section
      class={`mixture ${open ? "open" : ""} ${stale ? "stale" : ""}`}
      data-mixture={key}
      aria-label={`Mixture ${key}`}
    >
      <h2>
        <button
          type="button"
          class="opener"
          aria-expanded={open}
          onClick={() => toggle(key, !open)}
          onKeyDown={event => {
            if (event.key !== "F2" || !editable) return;
            event.preventDefault();
            toggle(key, true);
            setNaming(true);
          }}
        >
          <Icon name="chevron-right" class="chevron" />
          <span class="mixture-title">
            <span class="mixture-name">{key}</span>
            <span class="mixture-form muted">{formLine(mixture)}</span>
          </span>
        </button>
      </h2>
      {sweep ? (
        <SweepList
          mixture={key}
          points={points}
          chosen={chosen}
          choose={index => choosePoint(key, index)}
          amounts={amounts}
          {...bars}
        />
      ) : (
        <BudgetBar label={`Budget of ${key}`} amounts={amounts[chosen] ?? null} {...bars} />
      )}
      {open ? (
        <div class="mixture-body">
          <Tools {...props} counts={counts} naming={naming} setNaming={setNaming} />
          {props.refusal === "" ? null : <Refusal text={props.refusal} />}
          {stale ? (
            <p class="muted note stale-note">
              This mixture has an error in the file. The last valid version is shown.
            </p>
          ) : null}
          <FormControls
            mixture={mixture}
            chosen={chosen}
            point={point}
            languages={order}
            disabled={!editable || stale}
          />
          <Languages {...props} order={order} counts={counts} move={move} />
          <Preview
            mixture={key}
            point={point}
            languages={present(point.counts)}
            budget={budget}
            seed={props.seed}
          />
        </div>
      ) : null}
    </section>
  );
});

interface ToolsProps extends PanelProps {
  readonly counts: Counts | null;
  readonly naming: boolean;
  readonly setNaming: (naming: boolean) => void;
}

function Tools({ mixture, languages, editable, canRun, counts, naming, setNaming }: ToolsProps) {
  const { key } = mixture;
  const rename = useRef<HTMLButtonElement>(null);
  const tool = (icon: string, label: string, disabled: boolean, press: () => void) => (
    <button
      ref={icon === "edit" ? rename : null}
      type="button"
      class="tool"
      aria-label={label}
      title={label}
      disabled={disabled}
      onClick={press}
    >
      <Icon name={icon} />
    </button>
  );
  const tokens = inUnit(counts, "tokens", languages);
  const examples = examplesWords(sumOf(counts ?? {}));
  return (
    <>
      <div class="mixture-tools">
        <span class="muted total">
          {counts === null
            ? "Counts need the training data."
            : tokens === null
              ? examples
              : `${examples} · about ${number(sumOf(tokens))} tokens`}
        </span>
        {tool("play", `Run ${key}`, !canRun || mixture.stale, () => post({ type: "run", mixture: key }))}
        {tool("go-to-file", `Go to ${key} in the file`, false, () => post({ type: "openMixture", key }))}
        {tool("edit", `Rename ${key}`, !editable, () => setNaming(true))}
        {tool(
          "copy",
          `Duplicate ${key}`,
          !editable,
          () => void ask({ kind: "copyMixture", key, name: copyName(key) }),
        )}
        {tool("trash", `Remove ${key}`, !editable, () => void ask({ kind: "removeMixture", key }))}
      </div>
      {naming ? (
        <RenameField
          mixture={key}
          close={byKey => {
            setNaming(false);
            if (byKey) rename.current?.focus();
          }}
        />
      ) : null}
    </>
  );
}

function Refusal({ text }: { readonly text: string }) {
  const place = useRef<HTMLParagraphElement>(null);
  useLayoutEffect(() => place.current?.scrollIntoView({ block: "nearest" }), [text]);
  return (
    <p ref={place} class="fault" role="alert">
      {text}
    </p>
  );
}

interface LanguagesProps extends PanelProps {
  readonly order: readonly string[];
  readonly counts: Counts | null;
  readonly move: (language: string, examples: number, resting: boolean) => unknown;
}

function Languages(props: LanguagesProps) {
  const { mixture, languages, budget, unit, chosen, locked, editable, order, counts, move } = props;
  const { key, points, sweep, stale } = mixture;
  const list = useKeptFocus<HTMLUListElement>();
  const form = points[chosen]?.form;
  const disabled = !editable || stale;
  const unseen = languages.filter(({ tag }) => !(tag in (counts ?? {})));
  const total = sumOf(counts ?? {});
  const tokens = inUnit(counts, "tokens", languages);
  const known = new Map(languages.map(language => [language.tag, language]));
  const anyScored = languages.some(({ evaluated }) => evaluated);
  const base = form?.kind === "spread" ? form.base : null;
  const grows = form?.kind === "spread" && form.grow === true;
  const lockable = form?.kind !== "monolingual" && !sweep && !grows;
  return (
    <>
      {counts === null ? null : <h3 class="group-title">Seen: {present(counts).length}</h3>}
      <ul ref={list} class="rows" aria-label={`Languages of ${key}`}>
        {Object.entries(counts ?? {}).map(([tag, count]) => {
          const language = known.get(tag) ?? { tag, rows: 0, evaluated: false, tokens: null };
          return (
            <LanguageRow
              key={tag}
              mixture={key}
              language={anyScored ? language : { ...language, evaluated: true }}
              count={count}
              total={total}
              totalTokens={tokens === null ? null : sumOf(tokens)}
              most={Math.max(budget ?? total, count)}
              unit={unit}
              base={tag === base}
              movable={form !== undefined && isMovable(form, tag, sweep)}
              locked={lockable ? locked.includes(tag) : null}
              removable={mixture.removable.includes(tag) && tag !== base}
              disabled={disabled}
              order={order}
              move={(examples, resting) => move(tag, examples, resting)}
            />
          );
        })}
      </ul>
      <Unseen mixture={key} languages={unseen} addable={!disabled} />
    </>
  );
}

/** Languages with examples. */
function present(counts: Counts | null): string[] {
  return Object.entries(counts ?? {}).flatMap(([tag, count]) => (count > 0 ? tag : []));
}
