// The command `download`: downloads a model or dataset from the Hub into the Hugging Face cache.

import { formatBytes } from "../common/byteSize.ts";
import { HumanError } from "../common/errors.ts";
import { type HubSource, hubPrefix, pastedHubSource } from "../core/sources/hubSource.ts";
import type { RuntimeClient } from "../protocol/connection.ts";
import type { DatasetDownload, DownloadOutcome } from "../protocol/data.ts";
import type { Arguments } from "./arguments.ts";
import {
  type Environment,
  type ExitCode,
  exitCodes,
  relayInstall,
  withRuntime,
  writeJson,
} from "./environment.ts";

export async function download(environment: Environment, options: Arguments): Promise<ExitCode> {
  const { output, progress, signal } = environment;
  const { json } = options;
  const [id = ""] = options.files;
  const dataset = datasetOf(id, options);
  progress.begin(id);
  const done = await withRuntime(environment, async ({ client }) => {
    relayInstall(client, environment, json);
    return dataset === null
      ? modelText(await client.call("pinch/downloadModel", modelRequest(id, options), signal))
      : await fetchDataset(client, dataset, options, signal);
  });
  progress.clear();
  if (json) writeJson(output, { type: "done", ...done.outcome });
  else {
    output.write(done.text);
    for (const note of done.notes) progress.say(note);
  }
  return exitCodes.done;
}

interface Done {
  readonly outcome: DatasetDownload | DownloadOutcome;
  readonly text: string;
  readonly notes: readonly string[];
}

/** null for a model. */
function datasetOf(id: string, options: Arguments): HubSource | null {
  const ofDataset = options.text("config") !== null || options.text("split") !== null;
  if (!ofDataset && !id.startsWith(hubPrefix) && !/(?:^|\/)datasets\//.test(id)) return null;
  const source = pastedHubSource(id);
  if (source !== null) return source;
  throw new HumanError(`${id} is not the id of a dataset on the Hub.`, {
    remedy:
      "Write, for example, hub:org/name@revision, or hub:org/name@commit/path/{language}.jsonl with all 40 digits of the commit.",
  });
}

function modelRequest(id: string, options: Arguments): { id: string; revision: string | null; token: null } {
  return { id, revision: options.text("revision"), token: null };
}

function modelText(outcome: DownloadOutcome): Done {
  const { model, commit, folder, bytes, problem } = outcome;
  return {
    outcome,
    text: `${model} at ${commit}, ${formatBytes(bytes)}, in\n${folder}\nIn a mixture file: model: ${model}\n`,
    notes: problem === null ? [] : [`Pinch can't use it: ${problem.message} ${problem.remedy}`],
  };
}

async function fetchDataset(
  client: RuntimeClient,
  { id, revision, path }: HubSource,
  options: Arguments,
  signal: AbortSignal,
): Promise<Done> {
  const [config, split] = [options.text("config"), options.text("split")];
  const chosen = {
    ...(config !== null && { config }),
    ...(split !== null && { split }),
    ...(path !== null && { path }),
  };
  const request = { id, revision: options.text("revision") ?? revision, token: null, ...chosen };
  const outcome = await client.call("pinch/downloadDataset", request, signal);
  const { source, commit, files, bytes, folder, languages, unread } = outcome;
  const fields = [
    `file: ${JSON.stringify(source)}`,
    ...(config === null ? [] : [`config: ${JSON.stringify(config)}`]),
    ...(split === null ? [] : [`split: ${JSON.stringify(split)}`]),
    ...(languages.length > 0 ? [] : ["language: COLUMN"]),
  ];
  const named = languages.length > 0 ? ` in ${languages.join(", ")}` : "";
  const count = files === 1 ? "1 file" : `${files} files`;
  return {
    outcome,
    text: `${id} at ${commit}, ${count}${named}, ${formatBytes(bytes)}, in\n${folder}\nIn a mixture file: train: { ${fields.join(", ")} }\n`,
    notes: unread.length === 0 ? [] : [`Skipped, because no language has this name: ${unread.join(", ")}.`],
  };
}
