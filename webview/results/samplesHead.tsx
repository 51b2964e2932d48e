// The head of the samples: title, other runs to show next to them, and tools.
import { Button, Dropdown } from "../shared/controls.tsx";
import { useKeptFocus } from "../shared/keptFocus.ts";
import { closeDetail } from "./actions.ts";
import type { ShownSamples } from "./shownSamples.ts";
import { host, update } from "./store.ts";

/** Maximum number of other runs side by side; more columns would be too narrow to read. */
const maxBeside = 3;

interface HeadProps {
  readonly shown: ShownSamples;
  /** Opens the panel for blind rating of the cell's run against this one. */
  readonly rateBlind: (baseline: string) => void;
}

export function SamplesHead({ shown, rateBlind }: HeadProps) {
  const { title, cell, runs, query, nameOf } = shown;
  const [, ...beside] = query.folders;
  const [baseline] = beside;
  const seeds = runs.filter(run => run.mixture === cell.mixture);
  const others = runs.filter(({ folder }) => !query.folders.includes(folder));
  return (
    <header class="section-head">
      <h2 id="detail-title" tabIndex={-1}>
        {title}
      </h2>
      <div class="tools">
        {seeds.length > 1 ? (
          <Dropdown
            label="Seed"
            value={cell.folder}
            options={seeds.map(run => ({ value: run.folder, label: String(run.seed) }))}
            choose={folder => update({ cell: { ...cell, folder } })}
          />
        ) : null}
        {others.length > 0 && beside.length < maxBeside ? (
          <Dropdown
            label="Compare with"
            value=""
            testId="beside"
            options={[
              { value: "", label: beside.length === 0 ? "nothing" : "another run…" },
              ...others.map(({ folder }) => ({ value: folder, label: nameOf(folder) })),
            ]}
            choose={folder => update({ beside: [...beside, folder] })}
          />
        ) : null}
        {beside.length === 1 && baseline !== undefined ? (
          <>
            <Button
              label="Rate Blind…"
              icon="eye-closed"
              look="secondary"
              testId="rate-blind"
              press={() => rateBlind(baseline)}
            />
            <Button
              label="Open as a diff"
              icon="diff"
              iconOnly
              testId="diff"
              press={() =>
                host.post({
                  type: "diffSamples",
                  folders: [cell.folder, baseline],
                  language: query.language,
                })
              }
            />
          </>
        ) : null}
        <Button
          label="Open samples.jsonl"
          icon="go-to-file"
          iconOnly
          press={() => host.post({ type: "openSamplesFile", folder: cell.folder })}
        />
        <Button label="Close samples" icon="close" iconOnly press={closeDetail} />
      </div>
      {beside.length === 0 ? null : <Beside folders={beside} nameOf={nameOf} />}
    </header>
  );
}

interface BesideProps extends Pick<ShownSamples, "nameOf"> {
  readonly folders: readonly string[];
}

/** Runs shown next to the cell's; pressing one removes it. */
function Beside({ folders, nameOf }: BesideProps) {
  const chips = useKeptFocus<HTMLDivElement>();
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would draw a frame and want a legend
    <div ref={chips} class="filter" role="group" aria-label="Runs shown next to it">
      {folders.map(folder => (
        <button
          key={folder}
          type="button"
          class="chip"
          title="Remove"
          onClick={() => update({ beside: folders.filter(each => each !== folder) })}
        >
          {nameOf(folder)}
          <span class="codicon codicon-close" aria-label="remove" role="img" />
        </button>
      ))}
    </div>
  );
}
