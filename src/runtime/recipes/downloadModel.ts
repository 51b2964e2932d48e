// Downloads a model from the Hub, tells how far it is, and opens it, so that one of no use here is known at once.
import { join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import type { DataProblem, DownloadOutcome, DownloadRequest } from "../../protocol/data.ts";
import { downloadModel as download } from "../hub/downloadModel.ts";
import { environmentToken, hubEndpoint, usualRetryDelay } from "../hub/hub.ts";
import { hubCacheFolder } from "../hub/hubFolders.ts";
import { openModel } from "../model/modelFolder.ts";
import { cancelledError } from "./cancelled.ts";
import type { RecipeContext } from "./context.ts";

export async function downloadModel(
  request: DownloadRequest,
  { signal, log, progress }: Pick<RecipeContext, "log" | "progress" | "signal">,
): Promise<DownloadOutcome> {
  const hub = {
    endpoint: hubEndpoint(),
    token: request.token ?? environmentToken(),
    signal,
    log: (message: string) => log("info", message),
    retryDelay: usualRetryDelay,
  };
  const started = performance.now();
  let before: number | null = null;
  const report = (done: number, total: number, file: string): void => {
    before ??= done;
    const rate = (done - before) / (performance.now() - started); // bytes a millisecond
    const secondsLeft = rate > 0 ? (total - done) / rate / 1000 : null;
    progress({ phase: "install", done, total, secondsLeft, message: file });
  };
  try {
    const asked = { id: request.id, revision: request.revision, cache: hubCacheFolder() };
    const { model, folder, commit, bytes } = await download(hub, asked, report);
    const [, , file = ""] = model.split("/");
    return { model, folder, commit, bytes, problem: problemOf(join(folder, file)) };
  } catch (error) {
    throw signal.aborted ? cancelledError() : error;
  }
}

/** Why the model can't be used here; null: it can. */
function problemOf(path: string): DataProblem | null {
  try {
    openModel(path);
    return null;
  } catch (error) {
    if (!(error instanceof HumanError)) throw error;
    return { message: error.message, remedy: error.remedy };
  }
}
