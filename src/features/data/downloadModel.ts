// The command that downloads a model from the Hub: progress, cancel, and what to do with it afterwards.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { commands } from "../../manifest.ts";
import { showFailure, showNotice } from "../../platform/messages.ts";
import type { DownloadOutcome } from "../../protocol/data.ts";
import { hubToken } from "./hubToken.ts";
import type { DataParts } from "./register.ts";
import { useInMixtureFile } from "./useInMixture.ts";

/** @param asked For the command's callers: an id, with `@revision` after it if need be. */
export async function downloadModel(
  parts: DataParts,
  asked: string | undefined,
): Promise<DownloadOutcome | undefined> {
  if (!vscode.workspace.isTrusted)
    throw new HumanError("Downloads need a trusted workspace.", {
      remedy: "Trust this workspace (Workspaces: Manage Workspace Trust), then download again.",
    });
  const written =
    asked ??
    (await vscode.window.showInputBox({
      title: "Download a model of the Hugging Face Hub",
      prompt: "org/name, or org/name/file.gguf; @revision after it pins a branch, tag or commit.",
      placeHolder: "HuggingFaceTB/SmolLM2-135M-Instruct",
      ignoreFocusOut: true,
      validateInput: text => (text.trim() === "" || text.includes("/") ? null : "A model's id is org/name."),
    }));
  if (written === undefined || written.trim() === "") return undefined;
  const [id = "", revision] = written.trim().split("@");
  try {
    const outcome = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title: `Pinch: ${id}`, cancellable: true },
      (progress, token) => fetchModel(parts, { id, revision: revision ?? null }, progress, token),
    );
    if (outcome !== null) tell(parts, outcome);
    return outcome ?? undefined;
  } catch (error) {
    showFailure(parts.log, error, [
      { title: "Set Token…", run: () => vscode.commands.executeCommand(commands.setHubToken) },
    ]);
    return undefined;
  }
}

/** null: cancelled. What was fetched stays, and the next time goes on from there. */
async function fetchModel(
  { launch, secrets }: DataParts,
  asked: { readonly id: string; readonly revision: string | null },
  progress: vscode.Progress<{ message?: string; increment?: number }>,
  token: vscode.CancellationToken,
): Promise<DownloadOutcome | null> {
  const runtime = launch();
  let shown = 0;
  const listening = runtime.onProgress(({ message, done, total, secondsLeft }) => {
    const percent = total > 0 ? Math.floor((100 * done) / total) : 0;
    const left = secondsLeft === null ? "" : `, ${Math.ceil(secondsLeft)} s left`;
    progress.report({ message: `${message} ${percent} %${left}`, increment: Math.max(0, percent - shown) });
    shown = Math.max(shown, percent);
  });
  try {
    return await runtime.call("pinch/downloadModel", { ...asked, token: await hubToken(secrets) }, token);
  } catch (error) {
    if (token.isCancellationRequested || (error instanceof HumanError && error.kind === "cancelled"))
      return null;
    throw error;
  } finally {
    listening.dispose();
    await runtime.end();
  }
}

function tell({ log }: DataParts, { model, commit, folder, problem }: DownloadOutcome): void {
  log.info(`${model} at ${commit} lies in ${folder}.`);
  if (problem !== null) {
    showFailure(
      log,
      new HumanError(`${model} is here, but Pinch can't use it. ${problem.message}`, {
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
