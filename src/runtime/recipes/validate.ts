// Checks a mixture file with its data and its model, without computing anything.
import type { Diagnostic } from "../../common/diagnostic.ts";
import type { Validated, ValidateRequest } from "../../protocol/runtime.ts";
import { lengthFaults } from "../experiment/exampleLengths.ts";
import { type Experiment, loadExperiment } from "../experiment/experiment.ts";
import { dataHashes } from "../experiment/prepareRun.ts";
import { languageFaults } from "../experiment/rowLanguages.ts";

export async function validate(request: ValidateRequest): Promise<Validated> {
  const experiment = await loadExperiment(request);
  const { parsed, diagnostics, dataFaults } = experiment;
  return {
    textFaults: parsed === null ? diagnostics : parsed.diagnostics,
    dataFaults: [...dataFaults, ...(await faultsOfRows(experiment, request.mixtures))],
    data: dataHashes(experiment),
  };
}

/**
 * Returns everything that keeps mixtures from running or that the user should know in advance.
 * @param mixtures Names; empty means all.
 */
export async function faultsOf(
  experiment: Experiment,
  mixtures: readonly string[] = [],
): Promise<Diagnostic[]> {
  return [...experiment.diagnostics, ...(await faultsOfRows(experiment, mixtures))];
}

async function faultsOfRows(
  experiment: Experiment,
  mixtures: readonly string[] = [],
): Promise<readonly Diagnostic[]> {
  return [...lengthFaults(experiment, mixtures), ...(await languageFaults(experiment))];
}
