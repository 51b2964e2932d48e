// The field that renames a mixture, opened with the pencil button or F2.
import { TextField } from "../shared/controls.tsx";
import { ask } from "./composer.ts";

interface RenameFieldProps {
  readonly mixture: string;
  /** Called when the field is left; `byKey` with Enter or Escape. */
  readonly close: (byKey: boolean) => void;
}

export function RenameField({ mixture, close }: RenameFieldProps) {
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys are those of the field
    <div
      class="rename"
      onKeyDown={event => {
        if (event.key !== "Enter" && event.key !== "Escape") return;
        // The same key would press the button that receives the focus.
        event.preventDefault();
        close(true);
      }}
      onFocusOut={() => close(false)}
    >
      <TextField
        label={`New name of ${mixture}`}
        shortLabel="New name"
        value={mixture}
        testId={`name ${mixture}`}
        selected
        commit={name => ask({ kind: "renameMixture", key: mixture, name })}
      />
    </div>
  );
}
