// A runtime process whose recipes behave as the mixture's name says: the process around them is the real one.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { HumanError } from "../../src/common/errors.ts";
import type { StepEvent } from "../../src/core/records/records.ts";
import type { MetricValue } from "../../src/core/statistics/estimate.ts";
import { cancelledError } from "../../src/node/cancelled.ts";
import type { RunOutcome, RunRequest } from "../../src/protocol/runtime.ts";
import type { RecipeContext } from "../../src/runtime/context/context.ts";
import { loadExperiment, requireValid } from "../../src/runtime/experiment/experiment.ts";
import { prepareRun } from "../../src/runtime/experiment/prepareRun.ts";
import { createRunFolder, endRun, readRunRecord, writeRunRecord } from "../../src/runtime/files/runFolder.ts";
import { compare } from "../../src/runtime/recipes/compare.ts";
import { downloadModel } from "../../src/runtime/recipes/downloadModel.ts";
import { findModels } from "../../src/runtime/recipes/findModels.ts";
import { downloadDataset, hubDataset } from "../../src/runtime/recipes/hubDatasets.ts";
import { datasetColumns, importDataset } from "../../src/runtime/recipes/importDataset.ts";
import { importRun } from "../../src/runtime/recipes/importRun.ts";
import { indexData } from "../../src/runtime/recipes/indexData.ts";
import { preview } from "../../src/runtime/recipes/preview.ts";
import { pushRun } from "../../src/runtime/recipes/push.ts";
import { rescore } from "../../src/runtime/recipes/rescore.ts";
import { validate } from "../../src/runtime/recipes/validate.ts";
import { serve } from "../../src/runtime/serve.ts";

const step: StepEvent = {
  step: 1,
  steps: 2,
  epoch: 0.5,
  loss: 1.25,
  learningRate: 0.001,
  gradientNorm: 1,
  tokens: 10,
  responseTokens: 5,
  tokensPerSecond: 100,
  time: "2025-01-01T00:00:00.000Z",
};

function share(value: number): MetricValue {
  return { value, n: 3, interval: [0, 1] };
}

async function run(request: RunRequest, context: RecipeContext): Promise<RunOutcome> {
  const experiment = requireValid(await loadExperiment(request));
  const { run: newRun } = prepareRun(experiment, request.mixture, request.seed, "cpu");
  const { folder } = createRunFolder(request.out, newRun);
  context.progress({ phase: "train", done: 1, total: 2, secondsLeft: 61, message: "" });
  context.step(step);
  if (request.start.kind === "reuseOrResume") context.log("warn", "asked to resume");
  switch (request.mixture) {
    case "fails":
      throw new HumanError("The loss became NaN.", { kind: "run", remedy: "Lower the rate." });
    case "dies":
      process.kill(process.pid, "SIGKILL");
      break;
    case "crashes":
      setTimeout(() => {
        throw new RangeError("a fault deep inside");
      }, 1);
      break;
    case "slow":
      context.log("warn", "waiting");
      await new Promise<void>((_resolve, reject) =>
        context.signal.addEventListener("abort", () => reject(cancelledError(context.signal))),
      );
      break;
    case "stuck":
      context.log("warn", "waiting");
      break;
    default: {
      const cell = { language: share(0.75), followed: share(0.5) };
      const metrics = { version: 1, languages: { en: cell, sw: cell } };
      writeFileSync(join(folder, "metrics.json"), JSON.stringify(metrics));
      const rates = experiment.config.train.learningRate;
      if (typeof rates === "object" && request.mixture !== "base") {
        const tried = rates.map(learningRate => ({ learningRate, devLoss: 1 / learningRate, seconds: 1 }));
        const learningRateChoice = { chosen: Math.max(...rates), tried };
        writeRunRecord(folder, { ...readRunRecord(folder), learningRateChoice });
      }
      endRun(folder, { status: "done", timings: { train: 1, evaluate: 1 } });
      return { folder, status: "done", error: null };
    }
  }
  return new Promise(() => undefined);
}

serve({
  "pinch/validate": request => Promise.resolve(validate(request)),
  "pinch/plan": () => Promise.reject(new Error("not in this fake")),
  "pinch/preview": preview,
  "pinch/drawExamples": () => Promise.reject(new Error("not in this fake")),
  "pinch/findData": () => Promise.reject(new Error("not in this fake")),
  "pinch/compare": compare,
  "pinch/export": ({ folder: _, starter: _starter, out, ...asked }) =>
    Promise.resolve({ folder: out, files: [{ name: JSON.stringify(asked), bytes: 1200 }] }),
  "pinch/push": pushRun,
  "pinch/import": importRun,
  "pinch/devices": () => Promise.reject(new TypeError("broken device")),
  "pinch/analyse": () => Promise.reject(new Error("not in this fake")),
  "pinch/tryPrompt": () => Promise.reject(new Error("not in this fake")),
  "pinch/serve": () => Promise.reject(new Error("not in this fake")),
  "pinch/installCuda": () => Promise.resolve({ folder: "data" }),
  "pinch/indexData": indexData,
  "pinch/datasetColumns": datasetColumns,
  "pinch/importDataset": importDataset,
  "pinch/models": findModels,
  "pinch/downloadModel": downloadModel,
  "pinch/hubDataset": hubDataset,
  "pinch/downloadDataset": downloadDataset,
  "pinch/run": run,
  "pinch/evaluate": (request, context) =>
    request.samples === true
      ? rescore(request, context)
      : Promise.resolve(request.folders.map(folder => ({ folder, status: "done", error: null }))),
});
