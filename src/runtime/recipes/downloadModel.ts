// Downloads a model from the Hub, reports progress, and opens it, to find out immediately if it can't be
// used.

import { join } from "node:path";
import { humanErrorOf } from "../../common/systemErrors.ts";
import { hubCacheFolder } from "../../node/hubFolders.ts";
import type { DataProblem, DownloadOutcome, DownloadRequest } from "../../protocol/data.ts";
import { downloadModel as download } from "../hub/fetchModel.ts";
import { type HubContext, withHub } from "../hub/withHub.ts";
import { openModel } from "../model/openModel.ts";

export function downloadModel(request: DownloadRequest, context: HubContext): Promise<DownloadOutcome> {
  return withHub(request.token, context, async (hub, report) => {
    const asked = { id: request.id, revision: request.revision, cache: hubCacheFolder() };
    const { model, folder, commit, bytes } = await download(hub, asked, report);
    const [, , file = ""] = model.split("/");
    return { model, folder, commit, bytes, problem: problemOf(join(folder, file)) };
  });
}

/** Reason why the model can't be used here; null if it can. */
function problemOf(path: string): DataProblem | null {
  try {
    openModel(path);
    return null;
  } catch (error) {
    const told = humanErrorOf(error);
    if (told === null) throw error;
    return { message: told.message, remedy: told.remedy };
  }
}
