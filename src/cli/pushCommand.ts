// The command `push`: lists what a push to the Hub would send, and sends it with --yes.
import { resolve } from "node:path";
import { formatBytes } from "../common/byteSize.ts";
import { HumanError } from "../common/errors.ts";
import { aligned } from "../common/textTable.ts";
import type { PushOutcome } from "../protocol/push.ts";
import type { Arguments } from "./arguments.ts";
import {
  type Environment,
  type ExitCode,
  exitCodes,
  relayInstall,
  withRuntime,
  writeJson,
} from "./environment.ts";
import { exportForm } from "./exportForm.ts";
import { defaultShardBytes } from "./usage.ts";

export async function push(environment: Environment, options: Arguments): Promise<ExitCode> {
  const { output, progress, signal, starter } = environment;
  const { json, text, flag } = options;
  const to = text("to");
  if (to === null)
    throw new HumanError("pinch push needs a repository to push to.", {
      remedy: "Name it with --to org/name.",
    });
  const request = {
    ...exportForm(options),
    folder: resolve(options.files[0] ?? ""),
    to,
    isPrivate: flag("private"),
    samples: flag("with-samples"),
    report: flag("with-report"),
    send: flag("yes"),
    token: null,
    maxShardBytes: defaultShardBytes,
    starter,
  };
  progress.begin(to);
  const outcome = await withRuntime(environment, ({ client }) => {
    relayInstall(client, environment, json);
    return client.call("pinch/push", request, signal);
  });
  progress.clear();
  if (json) writeJson(output, { type: "done", ...outcome });
  else output.write(describePush(outcome));
  return exitCodes.done;
}

function describePush(outcome: PushOutcome): string {
  const { namesBase, repository, endpoint, existed, isPrivate, commit, files, otherFiles, notes, hasToken } =
    outcome;
  const visibility = isPrivate === null ? "" : isPrivate ? ", private" : ", public";
  const where = `${repository} at ${endpoint} (${existed ? "exists" : hasToken ? "new" : "not found without a token"}${visibility})`;
  const rows = files.map(({ name, bytes, state }) => [`  ${name}`, formatBytes(bytes), state]);
  const others =
    otherFiles === 0
      ? ""
      : `${otherFiles} other ${otherFiles === 1 ? "file" : "files"} there: not changed.\n`;
  const ending =
    commit === null
      ? `Nothing was sent.${hasToken ? "" : " There is no token for this server: set HF_TOKEN, or use hf auth login."} Push with --yes.`
      : `Commit ${commit}: ${endpoint}/${repository}/tree/${commit}`;
  return [
    `${commit === null ? "Would push to" : "Pushed to"} ${where}:\n`,
    `${aligned(rows)}\n`,
    others,
    ...notes.map(note => `Note: ${note}\n`),
    namesBase ? "" : "The base can be named with --base org/name.\n",
    `${ending}\n`,
  ].join("");
}
