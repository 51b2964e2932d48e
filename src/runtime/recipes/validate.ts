// Checks a mixture file with its data and its model, and computes nothing.
import type { Diagnostic } from "../../common/diagnostic.ts";
import type { ValidateRequest } from "../../protocol/runtime.ts";
import { loadExperiment } from "../data/experiment.ts";

export function validate(request: ValidateRequest): { diagnostics: Diagnostic[] } {
  return { diagnostics: [...loadExperiment(request).diagnostics] };
}
