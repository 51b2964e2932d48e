// Downloads a model from the Hub, tells how far it is, and opens it, so that one of no use here is known at once.
import { join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import type { DataProblem, DownloadOutcome, DownloadRequest } from "../../protocol/data.ts";
import { downloadModel as download } from "../hub/downloadModel.ts";
import { hubCacheFolder } from "../hub/hubFolders.ts";
import { openModel } from "../model/modelFolder.ts";
import { type HubContext, withHub } from "./hubSession.ts";

export function downloadModel(request: DownloadRequest, context: HubContext): Promise<DownloadOutcome> {
  return withHub(request.token, context, async (hub, report) => {
    const asked = { id: request.id, revision: request.revision, cache: hubCacheFolder() };
    const { model, folder, commit, bytes } = await download(hub, asked, report);
    const [, , file = ""] = model.split("/");
    return { model, folder, commit, bytes, problem: problemOf(join(folder, file)) };
  });
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
