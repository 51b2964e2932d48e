// Languages with data that are not in the mixture: scored, but never seen in tuning.
import { displayName } from "../../src/core/language/tags.ts";
import type { LanguageItem } from "../../src/protocol/mixtureView.ts";
import { Icon } from "../shared/controls.tsx";
import { Roving } from "../shared/roving.tsx";
import { ask } from "./composer.ts";
import { LanguageLabel } from "./languageLabel.tsx";

interface UnseenProps {
  readonly mixture: string;
  readonly languages: readonly LanguageItem[];
  /** Whether languages can be added here. */
  readonly addable: boolean;
}

export function Unseen({ mixture, languages, addable }: UnseenProps) {
  if (languages.length === 0) return null;
  return (
    <div class="unseen">
      <h3 class="group-title">Unseen: {languages.length}</h3>
      <Roving class="chips" role="toolbar" aria-label={`Languages unseen in ${mixture}`}>
        {languages.map(({ tag, rows, toldApart }) => {
          const can = addable && rows !== 0;
          const what = can ? `Add ${displayName(tag)} to ${mixture}` : `${displayName(tag)} is unseen`;
          return (
            <button
              key={tag}
              type="button"
              class="chip"
              data-language={tag}
              aria-disabled={!can}
              title={toldApart === undefined ? what : `${what}. ${toldApart}`}
              onClick={() => {
                if (can) void ask({ kind: "addLanguage", key: mixture, language: tag });
              }}
            >
              {can ? <Icon name="add" /> : null}
              <LanguageLabel tag={tag} />
              {/* Included in the name instead of replacing it: voice control listens for the visible text. */}
              <span class="visually-hidden">
                {can ? `: add to ${mixture}` : rows === 0 ? ": no training data" : ": unseen"}
              </span>
            </button>
          );
        })}
      </Roving>
    </div>
  );
}
