// Entry point of the runtime process, forked by the extension host and by the command line.
import "./ort/withoutTelemetry.ts";
import type { DeviceChoice } from "../protocol/runtime.ts";
import { useInstalledCuda, useInstalledCudaIfSound } from "./devices/cudaRuntime.ts";
import { answersTrials, trialArgument } from "./devices/tryDevice.ts";
import { serve } from "./serve.ts";

const [, script, argument, device] = process.argv;

if (argument === trialArgument && device !== undefined) {
  let refused: unknown = null;
  try {
    if (device === "cuda") useInstalledCuda();
  } catch (error) {
    refused = error;
  }
  void import("./devices/answerTrial.ts").then(({ answerTrial }) => answerTrial(device, refused));
} else if (process.send === undefined) {
  process.stderr.write("This process is started by Pinch; use `pinch run` instead.\n");
  process.exitCode = 1;
} else {
  if (script !== undefined) answersTrials({ script, nodeArguments: process.execArgv });
  /**
   * If CUDA may be used, loads the copy of onnxruntime that has its CUDA provider next to it. Must run before
   * onnxruntime is first imported.
   */
  const prepare = ({ device }: { readonly device: DeviceChoice }): void => {
    if (device === "cuda") useInstalledCuda();
    else if (device === "auto") useInstalledCudaIfSound();
  };
  // Loaded on demand, because recipes load the native runtime and validation does without it.
  serve({
    "pinch/validate": async request => (await import("./recipes/validate.ts")).validate(request),
    "pinch/preview": async request => (await import("./recipes/preview.ts")).preview(request),
    "pinch/drawExamples": async request => (await import("./recipes/drawExamples.ts")).drawExamples(request),
    "pinch/findData": async request => (await import("./recipes/findData.ts")).findData(request),
    "pinch/plan": async (request, context) => {
      prepare(request);
      return (await import("./recipes/plan.ts")).plan(request, context);
    },
    "pinch/compare": async (request, context) =>
      (await import("./recipes/compare.ts")).compare(request, context),
    "pinch/export": async (request, context) =>
      (await import("./recipes/export.ts")).exportRun(request, context),
    "pinch/push": async (request, context) => (await import("./recipes/push.ts")).pushRun(request, context),
    "pinch/import": async (request, context) =>
      (await import("./recipes/importRun.ts")).importRun(request, context),
    "pinch/analyse": async request => (await import("./recipes/analyse.ts")).analyse(request),
    "pinch/tryPrompt": async (request, context) => {
      prepare(request);
      return (await import("./recipes/tryPrompt.ts")).tryPrompt(request, context);
    },
    "pinch/serve": async (request, context) => {
      prepare(request);
      return (await import("./recipes/serveRuns.ts")).serveRuns(request, context);
    },
    "pinch/devices": async (_request, context) => (await import("./recipes/devices.ts")).devices(context),
    "pinch/installCuda": async (_request, context) =>
      (await import("./recipes/installCuda.ts")).installCuda(context),
    "pinch/indexData": async (request, context) =>
      (await import("./recipes/indexData.ts")).indexData(request, context),
    "pinch/datasetColumns": async request =>
      (await import("./recipes/importDataset.ts")).datasetColumns(request),
    "pinch/importDataset": async (request, context) =>
      (await import("./recipes/importDataset.ts")).importDataset(request, context),
    "pinch/models": async (request, context) =>
      (await import("./recipes/findModels.ts")).findModels(request, context),
    "pinch/downloadModel": async (request, context) =>
      (await import("./recipes/downloadModel.ts")).downloadModel(request, context),
    "pinch/hubDataset": async (request, context) =>
      (await import("./recipes/hubDatasets.ts")).hubDataset(request, context),
    "pinch/downloadDataset": async (request, context) =>
      (await import("./recipes/hubDatasets.ts")).downloadDataset(request, context),
    "pinch/run": async (request, context) => {
      prepare(request);
      return (await import("./recipes/run.ts")).run(request, context);
    },
    "pinch/evaluate": async (request, context) => {
      if (request.samples === true) return (await import("./recipes/rescore.ts")).rescore(request, context);
      prepare(request);
      return (await import("./recipes/evaluate.ts")).evaluate(request, context);
    },
  });
}
