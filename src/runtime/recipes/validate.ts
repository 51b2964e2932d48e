// Checks a mixture file with its data and its model, and computes nothing.
import type { Diagnostic } from "../../common/diagnostic.ts";
import type { Validated, ValidateRequest } from "../../protocol/runtime.ts";
import { lengthFaults } from "../experiment/exampleLengths.ts";
import { type Experiment, loadExperiment } from "../experiment/experiment.ts";
import { dataHashes } from "../experiment/prepareRun.ts";
import { languageFaults } from "../experiment/rowLanguages.ts";

export async function validate(request: ValidateRequest): Promise<Validated> {
  const experiment = await loadExperiment(request);
  return {
    diagnostics: await faultsOf(experiment, request.mixtures),
    data: dataHashes(experiment),
  };
}

/** All that keeps mixtures from running, and all that a person should know before. @param mixtures None: all. */
export async function faultsOf(
  experiment: Experiment,
  mixtures: readonly string[] = [],
): Promise<Diagnostic[]> {
  return [
    ...experiment.diagnostics,
    ...lengthFaults(experiment, mixtures),
    ...(await languageFaults(experiment)),
  ];
}
