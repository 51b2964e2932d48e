// The filters of the samples: text, language of prompt and response, and outcome.
import { useEffect, useRef } from "preact/hooks";
import { displayName } from "../../src/core/language/tags.ts";
import { type Outcome, outcomes } from "../../src/core/records/records.ts";
import type { ResultsViewMemory, SamplesFound } from "../../src/protocol/resultsView.ts";
import { Dropdown, Icon, TextField } from "../shared/controls.tsx";
import { outcomeLabel } from "./sampleItem.tsx";
import { type Cell, update } from "./store.ts";

/** Time in milliseconds between the last key and the search. */
const typingMs = 30;
const any = "any";

interface FiltersProps {
  readonly cell: Cell;
  readonly memory: ResultsViewMemory;
  /** Result with the outcome of its query; null while the host reads. */
  readonly found: SamplesFound | null;
  readonly foundOutcome: Outcome | "all" | undefined;
}

export function SamplesFilters({ cell, memory, found, foundOutcome }: FiltersProps) {
  return (
    <div class="filters">
      <TextFilter text={memory.text} />
      <div class="filter-bar">
        {found === null ? (
          <p class="muted">Reading…</p>
        ) : (
          <>
            <Dropdown
              label="Language"
              value={memory.everyLanguage ? any : cell.language}
              testId="sample-language"
              options={[
                { value: any, label: "All" },
                ...found.languages.map(tag => ({ value: tag, label: `${displayName(tag)} (${tag})` })),
              ]}
              choose={tag =>
                update(
                  tag === any
                    ? { everyLanguage: true }
                    : { everyLanguage: false, cell: { ...cell, language: tag } },
                )
              }
            />
            <Dropdown
              label="Written in"
              value={memory.responseLanguage ?? any}
              testId="response-language"
              options={[
                { value: any, label: "Any language" },
                ...found.responseLanguages.map(({ tag, count }) => ({
                  value: tag,
                  label: `${tag === "und" ? "unclear" : displayName(tag)} ${count.toLocaleString("en")}`,
                })),
              ]}
              choose={tag => update({ responseLanguage: tag === any ? null : tag })}
            />
          </>
        )}
      </div>
      <div class="filter-bar">
        {found === null ? null : (
          <OutcomeFilter counts={found.outcomes} chosen={memory.outcome} shown={foundOutcome} />
        )}
      </div>
    </div>
  );
}

function TextFilter({ text }: { readonly text: string }) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <TextField
      label="Find in prompts and responses"
      value={text}
      testId="sample-text"
      typed={typed => {
        clearTimeout(timer.current);
        timer.current = setTimeout(() => update({ text: typed }), typingMs);
      }}
    />
  );
}

interface OutcomeProps {
  readonly counts: SamplesFound["outcomes"];
  readonly chosen: Outcome | "all";
  /** Outcome of the samples shown, which differs from the chosen one during a search. */
  readonly shown: Outcome | "all" | undefined;
}

function OutcomeFilter({ counts, chosen, shown }: OutcomeProps) {
  const all = Object.values(counts).reduce((sum, count) => sum + count, 0);
  const choices = outcomes.filter(outcome => counts[outcome] > 0 || outcome === chosen);
  const chip = (outcome: Outcome | "all", label: string, icon: string | null, count: number) => (
    <button
      key={outcome}
      type="button"
      class={`chip ${outcome}`}
      aria-pressed={outcome === shown}
      data-outcome={outcome}
      onClick={() => update({ outcome })}
    >
      {icon === null ? null : <Icon name={icon} />}
      {label} {count.toLocaleString("en")}
    </button>
  );
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame and want a legend
    <div class="filter" role="group" aria-label="Outcome">
      {chip("all", "All", null, all)}
      {choices.map(outcome => {
        const { label, icon } = outcomeLabel(outcome);
        return chip(outcome, label, icon, counts[outcome]);
      })}
    </div>
  );
}
