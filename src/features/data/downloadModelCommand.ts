// Pinch: Download Model. Downloads a model from the Hub and offers to use it.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { showHubFailure, withHubProgress } from "../../platform/hubProgress.ts";
import { hubToken } from "../../platform/hubToken.ts";
import { showFailure, showNotice } from "../../platform/messages.ts";
import { requireTrust } from "../../platform/trust.ts";
import type { DownloadOutcome } from "../../protocol/data.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { useInMixtureFile } from "./useInMixture.ts";

/** @param asked Model id given by the command's callers, optionally followed by `@revision`. */
export async function downloadModel(
  workspace: Workspace,
  asked: string | undefined,
): Promise<DownloadOutcome | undefined> {
  requireTrust("Downloads");
  const written =
    asked ??
    (await vscode.window.showInputBox({
      title: "Download a model from the Hugging Face Hub",
      prompt: "org/name, or org/name/file.gguf; @revision after it pins a branch, tag or commit.",
      placeHolder: "HuggingFaceTB/SmolLM2-135M-Instruct",
      ignoreFocusOut: true,
      validateInput: text =>
        text.trim() === "" || text.includes("/") ? null : "A model id has the form org/name.",
    }));
  if (written === undefined || written.trim() === "") return undefined;
  const [id = "", revision] = written.trim().split("@");
  const runtime = workspace.launch();
  try {
    const token = await hubToken(workspace.secrets);
    const request = { id, revision: revision ?? null, token };
    const outcome = await withHubProgress(runtime, id, stop =>
      runtime.call("pinch/downloadModel", request, stop),
    );
    if (outcome !== null) tell(workspace, outcome);
    return outcome ?? undefined;
  } catch (error) {
    showHubFailure(workspace.log, error);
    return undefined;
  } finally {
    await runtime.end();
  }
}

function tell({ log }: Workspace, { model, commit, folder, problem }: DownloadOutcome): void {
  log.info(`${model} at ${commit} was downloaded to ${folder}.`);
  if (problem !== null) {
    showFailure(
      log,
      new HumanError(`${model} was downloaded, but Pinch can't use it. ${problem.message}`, {
        remedy: problem.remedy,
      }),
    );
    return;
  }
  const use = () =>
    useInMixtureFile({ place: "model", name: model }).catch((error: unknown) => showFailure(log, error));
  showNotice(`${model} is in the Hugging Face cache, at commit ${commit.slice(0, 7)}.`, [
    { title: "Use in Mixture File", run: use },
  ]);
}
