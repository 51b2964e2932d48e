// Checkboxes for the languages, mixtures and further experiments in the table.
import { displayName } from "../../src/core/language/tags.ts";
import type { HiddenParts, ResultsViewState } from "../../src/protocol/resultsView.ts";
import { useKeptFocus } from "../shared/keptFocus.ts";
import { hide } from "./actions.ts";

interface ChoosersProps {
  readonly state: ResultsViewState;
  readonly hidden: HiddenParts;
}

export function Choosers({ state: { all, groups, group, beside }, hidden }: ChoosersProps) {
  const others = groups.filter(({ id }) => id !== group);
  const shown = (kind: "languages" | "mixtures", name: (id: string) => string): ChooserProps => {
    const count = all[kind].filter(id => !hidden[kind].includes(id)).length;
    return {
      kind,
      title: kind,
      summary: `${kind === "languages" ? "Languages" : "Mixtures"}: ${count === all[kind].length ? "all" : `${count} of ${all[kind].length}`}`,
      all: all[kind].map(id => ({ id, name: name(id) })),
      chosen: id => !hidden[kind].includes(id),
      toggle: id => hide({ ...hidden, [kind]: toggled(hidden[kind], id) }),
      resetLabel: count === all[kind].length ? null : "Show all",
      reset: () => hide({ ...hidden, [kind]: [] }),
    };
  };
  return (
    <div class="choosers">
      <Chooser {...shown("languages", tag => `${displayName(tag)} (${tag})`)} />
      <Chooser {...shown("mixtures", name => name)} />
      {others.length === 0 ? null : (
        <Chooser
          kind="experiments"
          title="further experiments"
          summary={`Further experiments: ${beside.length === 0 ? "none" : `${beside.length} of ${others.length}`}`}
          all={others.map(({ id, label }) => ({ id, name: label }))}
          chosen={id => beside.includes(id)}
          toggle={id => hide({ ...hidden, beside: toggled(beside, id) })}
          resetLabel={beside.length === 0 ? null : "Remove all"}
          reset={() => hide({ ...hidden, beside: [] })}
        />
      )}
    </div>
  );
}

/** The items without the given one, or with it if it was missing. */
function toggled(items: readonly string[], item: string): readonly string[] {
  return items.includes(item) ? items.filter(each => each !== item) : [...items, item];
}

interface ChooserProps {
  /** Kind of item, used in element ids. */
  readonly kind: string;
  readonly title: string;
  readonly summary: string;
  readonly all: readonly { readonly id: string; readonly name: string }[];
  readonly chosen: (id: string) => boolean;
  readonly toggle: (id: string) => void;
  /** Label of the button that shows all hidden items or removes all added ones; null if there are none. */
  readonly resetLabel: string | null;
  readonly reset: () => void;
}

function Chooser({ kind, title, summary, all, chosen, toggle, resetLabel, reset }: ChooserProps) {
  const chips = useKeptFocus<HTMLDivElement>();
  return (
    <details class="chooser" data-testid={`choose-${kind}`}>
      <summary>{summary}</summary>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame and want a legend */}
      <div ref={chips} class="filter" role="group" aria-label={title}>
        {all.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            class="chip"
            dir="auto"
            aria-pressed={chosen(id)}
            data-choice={id}
            onClick={() => toggle(id)}
          >
            {name}
          </button>
        ))}
        {resetLabel === null ? null : (
          <button type="button" class="chip" onClick={reset}>
            {resetLabel}
          </button>
        )}
      </div>
    </details>
  );
}
