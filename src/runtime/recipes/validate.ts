// Checks a mixture file with its data and its model, and computes nothing.
import type { Diagnostic } from "../../common/diagnostic.ts";
import type { ValidateRequest } from "../../protocol/runtime.ts";
import { loadExperiment } from "../data/experiment.ts";
import { languageFaults } from "../data/rowLanguages.ts";
import { lengthFaults } from "../train/exampleLengths.ts";

export async function validate(request: ValidateRequest): Promise<{ diagnostics: Diagnostic[] }> {
  const experiment = await loadExperiment(request);
  return {
    diagnostics: [
      ...experiment.diagnostics,
      ...lengthFaults(experiment),
      ...(await languageFaults(experiment)),
    ],
  };
}
