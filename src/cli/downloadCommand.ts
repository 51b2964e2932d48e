// The command `download`: brings a model of the Hub into the Hugging Face cache.
import type { Arguments } from "./arguments.ts";
import { type Environment, type ExitCode, exitCodes, withRuntime, writeJson } from "./environment.ts";
import { formatBytes } from "./progress.ts";

export async function download(environment: Environment, options: Arguments): Promise<ExitCode> {
  const { signal, output, progress } = environment;
  const { json } = options;
  const [id = ""] = options.files;
  const request = { id, revision: options.text("revision"), token: null };
  progress.begin(id);
  const outcome = await withRuntime(environment, ({ client }) => {
    client.on("pinch/progress", update => {
      progress.update(update);
      if (json) writeJson(output, { type: "progress", ...update });
    });
    client.on("pinch/log", ({ level, message }) => {
      if (json) writeJson(output, { type: "log", level, message });
      else progress.say(message);
    });
    return client.call("pinch/downloadModel", request, signal);
  });
  progress.clear();
  const { model, folder, commit, bytes, problem } = outcome;
  if (json) writeJson(output, { type: "done", ...outcome });
  else {
    output.write(
      `${model} at ${commit}, ${formatBytes(bytes)}, in\n${folder}\nIn a mixture file: model: ${model}\n`,
    );
    if (problem !== null) progress.say(`Pinch can't use it: ${problem.message} ${problem.remedy}`);
  }
  return exitCodes.done;
}
