// Recipe that pushes a run to the Hub: exports it, lists what the repository lacks of it, and sends that.
import { copyFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { runFiles } from "../../core/records/records.ts";
import { removeAbandoned, temporaryPath } from "../../node/temporaryFiles.ts";
import type { PushOutcome, PushRequest } from "../../protocol/push.ts";
import type { RecipeContext } from "../context/context.ts";
import { requireUnchanged } from "../files/fileHashes.ts";
import { listRunFolders, readRunRecord } from "../files/runFolder.ts";
import type { Hub } from "../hub/hub.ts";
import { isSame, type LocalFile, localFiles } from "../hub/localFiles.ts";
import { findTarget, pushFolder, requireVisibility } from "../hub/pushFolder.ts";
import { type HubRepository, isRepositoryId } from "../hub/repository.ts";
import { withHub } from "../hub/withHub.ts";
import { assembleReport } from "../reports/assembleReport.ts";
import { writeReportFiles } from "../reports/writeReportFiles.ts";
import { exportRun } from "./export.ts";
import { withoutOwnPaths } from "./withoutOwnPaths.ts";

export async function pushRun(request: PushRequest, context: RecipeContext): Promise<PushOutcome> {
  const { folder, to, token } = request;
  if (!isRepositoryId(to))
    throw new HumanError(`${to} is not the name of a repository.`, { remedy: "Write it as org/name." });
  return await withHub(
    token,
    context,
    async (hub, report) => {
      if (request.send) requireToken(hub);
      const target = await findTarget(hub, to);
      if (target !== null) requireVisibility(target, request.isPrivate);
      removeAbandoned(dirname(folder));
      const out = temporaryPath(folder);
      try {
        const notes = await writeFiles(request, out, context);
        const files = localFiles(out);
        const outcome = describe(request, hub, { target, files, notes, namesBase: isNamed(out) });
        if (!request.send) return outcome;
        const { mixture, seed } = readRunRecord(folder);
        const summary = `Upload ${mixture}, seed ${seed}, as ${request.format} with Pinch`;
        const { isPrivate } = request;
        const sent = await pushFolder(hub, { id: to, files, isPrivate, summary }, report);
        context.log("info", `Pushed ${basename(folder)} to ${to} at ${hub.endpoint}.`);
        return { ...outcome, ...sent };
      } finally {
        rmSync(out, { recursive: true, force: true, maxRetries: 3 });
      }
    },
    "upload",
  );
}

function requireToken({ endpoint, token }: Hub): void {
  if (token !== null) return;
  throw new HumanError(`Pushing to ${endpoint} needs a token, and there is none for it.`, {
    remedy:
      "Set one that may write with Pinch: Set Hugging Face Token…, in HF_TOKEN, or with hf auth login. None is sent over plain http to another machine.",
  });
}

/** Writes all files to push. @returns what a person should know about them */
async function writeFiles(request: PushRequest, out: string, context: RecipeContext): Promise<string[]> {
  const { folder, format, samples, report } = request;
  // Only warnings: the rest would name the temporary folder.
  const log: RecipeContext["log"] = (level, message) => {
    if (level === "warn") context.log(level, message);
  };
  await exportRun({ ...request, out, repository: request.to }, { ...context, log });
  const record = readRunRecord(folder);
  const notes: string[] = [];
  if (!isNamed(out))
    notes.push(
      format.endsWith("adapter")
        ? "The base model has no Hub id: whoever loads the adapter has to name it."
        : "The base model has no Hub id: the model card does not link it.",
    );
  if (samples) {
    requireUnchanged(folder, record, [runFiles.samples]);
    if (!existsSync(join(folder, runFiles.samples)))
      throw new HumanError(`${basename(folder)} has no samples: it was not evaluated.`, {
        remedy: "Evaluate it first: pinch eval RUN-FOLDER.",
      });
    copyFileSync(join(folder, runFiles.samples), join(out, runFiles.samples));
    notes.push("samples.jsonl holds the prompts, references and responses of the evaluation.");
  }
  if (report) {
    writeReport(folder, out);
    notes.push("The report holds the results of all runs of the experiment, and quotes some samples.");
  }
  return [...notes, ...withoutOwnPaths(out, [folder, record.configuration.file])];
}

/** True if the model card names the base. */
function isNamed(out: string): boolean {
  return /^base_model: /m.test(readFileSync(join(out, "README.md"), "utf8"));
}

function writeReport(folder: string, out: string): void {
  const report = assembleReport(listRunFolders(dirname(folder)), {
    against: null,
    experiment: basename(folder),
  });
  if (report !== null) writeReportFiles(report, out);
}

function describe(
  { to, isPrivate }: PushRequest,
  { endpoint, token }: Hub,
  {
    target,
    files,
    ...told
  }: Pick<PushOutcome, "namesBase" | "notes"> & {
    readonly target: HubRepository | null;
    readonly files: readonly LocalFile[];
  },
): PushOutcome {
  const listed = new Map((target?.files ?? []).map(file => [file.name, file]));
  const names = new Set(files.map(({ name }) => name));
  return {
    repository: to,
    endpoint,
    existed: target !== null,
    isPrivate: target === null ? isPrivate : target.isPrivate,
    hasToken: token !== null,
    files: files.map(file => {
      const there = listed.get(file.name);
      const state = there === undefined ? "new" : isSame(file, there) ? "same" : "changed";
      return { name: file.name, bytes: file.bytes, state };
    }),
    otherFiles: [...listed.keys()].filter(name => !names.has(name)).length,
    ...told,
    commit: null,
    sentBytes: 0,
  };
}
