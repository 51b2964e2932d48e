// The form that adds a mixture: its name and kind.
import { useState } from "preact/hooks";
import type { MixtureForm } from "../../src/core/mixture/mixtureFile.ts";
import type { MixtureItem } from "../../src/protocol/mixtureView.ts";
import { Button, Dropdown, Icon, TextField } from "../shared/controls.tsx";
import { ask } from "./composer.ts";
import { firstForm } from "./firstForm.ts";
import { formOptions } from "./words.ts";

interface AddMixtureProps {
  readonly mixtures: readonly MixtureItem[];
  /** Languages with training data. */
  readonly languages: readonly string[];
}

type Kind = MixtureForm["kind"];

export function AddMixture({ mixtures, languages }: AddMixtureProps) {
  const [name, setName] = useState("");
  const [kind, setKind] = useState<Kind>("spread");
  const add = () => {
    setName("");
    const form = firstForm(kind, languages);
    void ask({ kind: "addMixture", name: name === "" ? freeName(kind, mixtures) : name, form });
  };
  return (
    <details class="add">
      <summary>
        <Icon name="add" class="fold-icon" />
        Add a mixture
      </summary>
      <div class="add-body">
        <TextField
          label="Name of the new mixture"
          shortLabel="Name"
          value={name}
          testId="add-name"
          typed={setName}
        />
        <Dropdown
          label="Form of the new mixture"
          shortLabel="Form"
          value={kind}
          options={formOptions}
          testId="add-form"
          choose={setKind}
        />
        <Button label="Add Mixture" testId="add-mixture" press={add} />
      </div>
    </details>
  );
}

/** Name of the kind, with a number if that name is in use. */
function freeName(kind: Kind, mixtures: readonly MixtureItem[]): string {
  const taken = new Set(mixtures.map(({ key }) => key));
  for (let number = 1; ; number++) {
    const name = number === 1 ? kind : `${kind}-${number}`;
    if (!taken.has(name)) return name;
  }
}
