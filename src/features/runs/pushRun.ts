// Pinch: Push Run to the Hub. Asks what to push where, shows what would be sent, and sends it after consent.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { showHubFailure, withHubProgress } from "../../platform/hubProgress.ts";
import { hubToken } from "../../platform/hubToken.ts";
import { confirm, showNotice } from "../../platform/messages.ts";
import { requireTrust } from "../../platform/trust.ts";
import type { PushOutcome, PushRequest } from "../../protocol/push.ts";
import type { BrokenRun, StoredRun } from "../../workspace/runs/storedRun.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { maxShardBytes, pickForm, pickTunedRun } from "./chooseExport.ts";
import { pushQuestion } from "./pushText.ts";

type Parts = Pick<Workspace, "runs" | "launch" | "log" | "secrets">;
type Asked = Omit<PushRequest, "send" | "starter" | "token">;

/** @param asked Run of the row that the command was called on; undefined to ask the user. */
export async function pushRun(parts: Parts, asked: StoredRun | BrokenRun | undefined): Promise<void> {
  requireTrust("Pushes");
  const run = asked !== undefined && "record" in asked ? asked : await pickTunedRun(parts.runs, "Push");
  if (run === undefined) return;
  const form = await pickForm(run, "Push");
  const to = form && (await askRepository(run.record.mixture));
  const included = to && (await pickIncluded(to));
  if (!form || !to || !included) return;
  const { format, dtype } = form;
  const chosen = { folder: run.uri.fsPath, format, dtype, to, maxShardBytes, ...included };
  try {
    await pushAfterConsent(parts, chosen);
  } catch (error) {
    showHubFailure(parts.log, error);
  }
}

async function pushAfterConsent(parts: Parts, chosen: Asked): Promise<void> {
  const first = await call(parts, { ...chosen, send: false });
  if (first === null) return;
  const base = first.namesBase ? "" : await askBase();
  if (base === undefined) return;
  const request = base === "" ? chosen : { ...chosen, base };
  const listed = base === "" ? first : await call(parts, { ...request, send: false });
  if (listed === null) return;
  if (!listed.hasToken)
    throw new HumanError(`Pushing to ${listed.endpoint} needs a token that may write.`, {
      remedy: "Set one, then push again.",
    });
  const { repository, endpoint, files } = listed;
  const address = vscode.Uri.parse(`${endpoint}/${repository}`);
  const open = { title: "Open Page", run: () => vscode.env.openExternal(address) };
  if (files.every(({ state }) => state === "same")) {
    showNotice(`${repository} at ${endpoint} has all of these files already.`, [open]);
    return;
  }
  const { question, detail } = pushQuestion(listed);
  if (!(await confirm(question, { detail, yes: "Push" }))) return;
  const sent = await call(parts, { ...request, send: true });
  if (sent === null) parts.log.info(`The push to ${repository} was cancelled: nothing was committed.`);
  else showNotice(`Pushed to ${repository} at ${endpoint}, commit ${sent.commit?.slice(0, 7)}.`, [open]);
}

/** Returns null if the user cancelled. */
async function call(
  { launch, secrets }: Parts,
  request: Asked & { readonly send: boolean },
): Promise<PushOutcome | null> {
  const token = await hubToken(secrets);
  const runtime = launch();
  try {
    return await withHubProgress(runtime, request.to, stop =>
      runtime.call("pinch/push", { ...request, token, starter: runtime.starter }, stop),
    );
  } finally {
    await runtime.end();
  }
}

const repositoryPattern = /^[\w-][\w.-]*\/[\w-][\w.-]*$/;

function askRepository(mixture: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: `Push ${mixture} to which repository of the Hub?`,
    prompt: "It is created if it does not exist. Nothing is sent before you have seen what would be.",
    placeHolder: "org/name",
    ignoreFocusOut: true,
    validateInput: text => (repositoryPattern.test(text) ? null : "A repository has the form org/name."),
  });
}

/** Returns an empty text to leave the base unnamed. */
function askBase(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: "Hub id of the base model",
    prompt:
      "The run does not know it. Leave this empty to push without: whoever loads the model has to find it.",
    placeHolder: "org/name",
    ignoreFocusOut: true,
    validateInput: text =>
      text === "" || repositoryPattern.test(text) ? null : "A model id has the form org/name.",
  });
}

async function pickIncluded(
  to: string,
): Promise<Pick<PushRequest, "isPrivate" | "samples" | "report"> | undefined> {
  const isPrivate = { label: "Private repository", detail: "If it exists, it has to be private already." };
  const samples = {
    label: "Samples",
    detail: "samples.jsonl: prompts, references and responses of the evaluation.",
  };
  const report = { label: "Report", detail: "Results of all runs of the experiment, with some samples." };
  const picked = await vscode.window.showQuickPick([isPrivate, samples, report], {
    title: `Push to ${to}: model and model card, and`,
    canPickMany: true,
    ignoreFocusOut: true,
  });
  return (
    picked && {
      isPrivate: picked.includes(isPrivate),
      samples: picked.includes(samples),
      report: picked.includes(report),
    }
  );
}
