// A run, or the finished one that it would repeat.
import type { RunOutcome, RunRequest } from "../../protocol/runtime.ts";
import { loadExperiment, requireValid } from "../data/experiment.ts";
import { prepareRun } from "../data/prepareRun.ts";
import { findEqualRun } from "../files/runFolder.ts";
import type { RecipeContext } from "./context.ts";
import { resolveDevice } from "./devices.ts";
import { run } from "./run.ts";

export async function runOrReuse(request: RunRequest, context: RecipeContext): Promise<RunOutcome> {
  if (request.reuse === true) {
    const experiment = requireValid(loadExperiment(request));
    const device = await resolveDevice(request.device);
    const prepared = prepareRun(experiment, request.mixture, request.seed, device);
    const folder = findEqualRun(request.out, prepared.run);
    if (folder !== null) {
      context.log("info", `${request.mixture} seed ${request.seed}: reused ${folder}`);
      return { folder, status: "done", error: null };
    }
  }
  return run(request, context);
}
