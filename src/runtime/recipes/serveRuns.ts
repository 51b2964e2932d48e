// Recipe that serves the models of runs to other programs, until it is cancelled.
import { systemError } from "../../common/systemErrors.ts";
import { weightFormatOf } from "../../core/mixture/weightFormat.ts";
import { throwIfCancelled } from "../../node/cancelled.ts";
import type { ServeRequest } from "../../protocol/runtime.ts";
import type { RecipeContext } from "../context/context.ts";
import { loadExperiment, requireModel } from "../experiment/experiment.ts";
import { runsOfFile } from "../files/runsOfFile.ts";
import { loadTokenizer } from "../model/tokenizer.ts";
import { GraphFolder } from "../ort/graphFolder.ts";
import { ChatServer, loopback } from "../serving/chatServer.ts";
import { ServedModels } from "../serving/servedModels.ts";
import { resolveDevice } from "./devices.ts";

/** Settles when the context is cancelled. @throws HumanError if a run or the port can't be used */
export async function serveRuns(
  request: ServeRequest,
  context: RecipeContext,
): Promise<Record<string, never>> {
  const runs = runsOfFile(request.folders);
  const [first, ...others] = runs?.records ?? [];
  if (runs === null || first === undefined) throw new Error("no run to serve");
  const device = await resolveDevice(request.device, context.log);
  const experiment = requireModel(await loadExperiment({ file: runs.file, starter: request.starter }));
  throwIfCancelled(context.signal);
  const graphs = new GraphFolder(experiment.model, weightFormatOf(experiment.config.train));
  try {
    const place = { experiment, tokenizer: loadTokenizer(experiment.model), graphs, device };
    const models = new ServedModels(place, first, ...others);
    const server = new ChatServer({ models, log: text => context.log("info", text), signal: context.signal });
    const port = await server.listen(request.port).catch((error: unknown) => {
      const failed = `Port ${request.port} of ${loopback} can't be used`;
      throw systemError(error, failed, "Choose another with --port, or 0 for any that is free.") ?? error;
    });
    try {
      context.log(
        "info",
        `Serving ${models.ids.join(", ")} at http://${loopback}:${port}/v1; Ctrl+C ends it.`,
      );
      await new Promise<void>(resolve => {
        if (context.signal.aborted) resolve();
        context.signal.addEventListener("abort", () => resolve(), { once: true });
      });
    } finally {
      await server.close();
      await models.release();
    }
    return {};
  } finally {
    graphs.remove();
  }
}
