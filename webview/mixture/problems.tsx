// The faults of the file, as links to their lines.
import type { ProblemItem } from "../../src/protocol/mixtureView.ts";
import { useKeptFocus } from "../shared/keptFocus.ts";
import { post } from "./composer.ts";

const icons: Record<ProblemItem["severity"], string> = {
  error: "error",
  warning: "warning",
  information: "info",
};

/** Maximum number of faults shown; a broken data file has one for each line. */
const longest = 8;

export function Problems({ problems }: { readonly problems: readonly ProblemItem[] }) {
  const list = useKeptFocus<HTMLUListElement>();
  if (problems.length === 0) return null;
  return (
    <div>
      <ul ref={list} class="problems" aria-label="Problems">
        {problems.slice(0, longest).map(({ severity, message, remedy, file = "line", line }, index) => (
          <li key={`${index} ${file} ${line} ${message}`}>
            <button
              type="button"
              class={`problem ${severity}`}
              onClick={() => post({ type: "openProblem", index })}
            >
              <span class={`codicon codicon-${icons[severity]}`} role="img" aria-label={severity} />
              <span>
                {message} {remedy === "" ? "" : `${remedy} `}
                <span class="muted place">
                  {file} {line + 1}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {problems.length > longest ? (
        <p class="muted">{problems.length - longest} more in the Problems view.</p>
      ) : null}
    </div>
  );
}
