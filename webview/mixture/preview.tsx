// Ten examples of a language as the run would draw them.
import { useEffect, useState } from "preact/hooks";
import { messageOf } from "../../src/common/errors.ts";
import { displayName } from "../../src/core/language/tags.ts";
import type { MixturePoint, PreviewPage } from "../../src/protocol/mixtureView.ts";
import { Dropdown, Icon, InLanguage } from "../shared/controls.tsx";
import { drawExamples } from "./composer.ts";
import { examplesWords, languageText } from "./words.ts";

interface PreviewProps {
  /** Key of the mixture. */
  readonly mixture: string;
  readonly point: MixturePoint;
  /** Languages with examples in the mixture. */
  readonly languages: readonly string[];
  readonly budget: number | null;
  /** Seed that determines which examples are drawn. */
  readonly seed: number;
}

export function Preview({ mixture, point, languages, budget, seed }: PreviewProps) {
  const [open, setOpen] = useState(false);
  const [chosen, setChosen] = useState("");
  const [page, setPage] = useState<(PreviewPage & { readonly language: string }) | null>(null);
  const [note, setNote] = useState("");
  const language = languages.includes(chosen) ? chosen : (languages[0] ?? "");
  // The mixture may have changed under the same name, so its examples are drawn again.
  useEffect(() => {
    if (!open || language === "") return;
    let current = true;
    const show = (next: typeof page, words: string) => {
      if (!current) return;
      setPage(next);
      setNote(words);
    };
    setNote("Drawing…");
    drawExamples({ mixture: point.name, language }).then(
      // Null if another request replaced this one.
      drawn => {
        if (drawn !== null) show({ language, ...drawn }, pageText(drawn, language));
      },
      (error: unknown) => show(null, messageOf(error)),
    );
    return () => {
      current = false;
    };
  }, [open, language, point.name, point.form, budget, seed]);
  if (languages.length === 0) return null;
  return (
    <details class="preview" onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>
        <Icon name="chevron-right" class="chevron fold-icon" />
        Examples
      </summary>
      <Dropdown
        label={`Language of the examples of ${mixture}`}
        shortLabel="Language"
        value={language}
        options={languages.map(tag => ({ value: tag, label: languageText(tag) }))}
        testId={`preview-language ${mixture}`}
        choose={setChosen}
      />
      <p class="muted note" role="status">
        {note}
      </p>
      <ol class="drawn">
        {page?.examples.map(({ id, prompt, response }) => (
          <li key={id} data-id={id}>
            <span class="example-id muted">{id}</span>
            <InLanguage tag={page.language} text={prompt} class="prompt" />
            <InLanguage tag={page.language} text={response} class="response" />
          </li>
        ))}
      </ol>
    </details>
  );
}

function pageText({ examples, total, seed }: PreviewPage, language: string): string {
  return examples.length === 0
    ? `Seed ${seed} draws no examples in ${displayName(language)}.`
    : `The first ${examples.length} of ${examplesWords(total)} in ${displayName(language)}, drawn with seed ${seed}.`;
}
