// Finds the finished run that a run would repeat, or the stopped one that it would continue.
import type { RunOutcome, RunRequest } from "../../protocol/runtime.ts";
import { findResumable } from "../checkpoint/resumeRun.ts";
import type { RecipeContext } from "../context/context.ts";
import { findEqualRun } from "../files/readRun.ts";
import { prepare, run } from "./run.ts";

export async function runOrReuse(request: RunRequest, context: RecipeContext): Promise<RunOutcome> {
  const ready = await prepare(request, context);
  if (request.reuse === true || request.resume === null) {
    const { prepared } = ready;
    const warn = (message: string): void => context.log("warn", message);
    const folder = request.reuse === true ? findEqualRun(request.out, prepared.run, warn) : null;
    if (folder !== null) {
      context.log("info", `${request.mixture} seed ${request.seed}: reused ${folder}`);
      return { folder, status: "done", error: null };
    }
    if (request.resume === null) {
      const { resume: _, ...anew } = request;
      const { folder: stopped, passedOver } = await findResumable(request.out, prepared.run, context);
      if (stopped === null && passedOver !== null) warn(passedOver);
      return run(stopped === null ? anew : { ...anew, resume: stopped }, context, ready);
    }
  }
  return run(request, context, ready);
}
