// Reads `train.earlyStopping`, which needs measurements on development data.
import { defaultEarlyStopping } from "../mixture/defaults.ts";
import type { TrainingSpec } from "../mixture/mixtureFile.ts";
import type { Field, YamlReader } from "./reader.ts";

/** Parts of a mixture file outside `train` that its keys depend on. */
export interface Development {
  /** True if `data.dev` is present. */
  readonly hasDevelopment: boolean;
  /** True if `evaluate.during` is present. */
  readonly measures: boolean;
}

export function readEarlyStopping(
  reader: YamlReader,
  field: Field | undefined,
  { hasDevelopment, measures }: Development,
): Pick<TrainingSpec, "earlyStopping"> {
  const entries =
    field && reader.section(field, "train.earlyStopping", "earlyStopping: { patience: 3, minDelta: 0 }");
  if (!field || !entries) return {};
  if (!hasDevelopment)
    reader.report(
      field.keyRange,
      "missing-key",
      `"earlyStopping" needs "data.dev": a training is stopped by its loss on development data.`,
      `Add data.dev (rows with references that are neither trained on nor evaluated), or remove "earlyStopping".`,
      { meant: "data.dev" },
    );
  else if (!measures)
    reader.report(
      field.keyRange,
      "missing-key",
      `"earlyStopping" needs "evaluate.during", the number of steps between two measurements on "data.dev".`,
      `Add, for example, during: 20 under evaluate, or remove "earlyStopping".`,
      { meant: "evaluate.during" },
    );
  const { patience, minDelta } = defaultEarlyStopping;
  return {
    earlyStopping: {
      patience: reader.number(entries.get("patience"), "patience", { whole: true, min: 1 }, patience),
      minDelta: reader.number(entries.get("minDelta"), "minDelta", { min: 0 }, minDelta),
    },
  };
}
