// The page without a mixture file, which offers the next action.
import { Button } from "../shared/controls.tsx";
import { post } from "./composer.ts";

export function EmptyPage({ hasWorkspace }: { readonly hasWorkspace: boolean }) {
  return (
    <div class="empty">
      <p>A mixture file says which languages a model is tuned on, and how many examples of each.</p>
      <p class="muted">
        {hasWorkspace
          ? "Pinch looks for data in this folder and writes a file for one of six studies."
          : "The example is a complete study with its data, copied to a folder of your choice."}
      </p>
      {hasWorkspace ? (
        <Button label="New Study…" testId="new-study" press={() => post({ type: "newStudy" })} />
      ) : (
        <Button label="Open Example" testId="open-example" press={() => post({ type: "openExample" })} />
      )}
    </div>
  );
}
