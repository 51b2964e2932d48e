// A run, the finished one that it would repeat, or the stopped one that it would continue.
import type { RunOutcome, RunRequest } from "../../protocol/runtime.ts";
import { findResumable } from "../checkpoint/resumeRun.ts";
import { loadExperiment, requireValid } from "../data/experiment.ts";
import { prepareRun } from "../data/prepareRun.ts";
import { findEqualRun } from "../files/readRun.ts";
import type { RecipeContext } from "./context.ts";
import { resolveDevice } from "./devices.ts";
import { run } from "./run.ts";

export async function runOrReuse(request: RunRequest, context: RecipeContext): Promise<RunOutcome> {
  if (request.reuse === true || request.resume === null) {
    const experiment = requireValid(await loadExperiment(request));
    const device = await resolveDevice(request.device, context.log);
    const prepared = prepareRun(experiment, request.mixture, request.seed, device);
    const warn = (message: string): void => context.log("warn", message);
    const folder = request.reuse === true ? findEqualRun(request.out, prepared.run, warn) : null;
    if (folder !== null) {
      context.log("info", `${request.mixture} seed ${request.seed}: reused ${folder}`);
      return { folder, status: "done", error: null };
    }
    if (request.resume === null) {
      const { resume: _, ...anew } = request;
      const { folder: stopped, passedOver } = findResumable(request.out, prepared.run);
      if (stopped === null && passedOver !== null) warn(passedOver);
      return run(stopped === null ? anew : { ...anew, resume: stopped }, context);
    }
  }
  return run(request, context);
}
