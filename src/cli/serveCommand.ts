// The command `serve`: lets other programs ask the models of runs.
import { resolve } from "node:path";
import { HumanError } from "../common/errors.ts";
import type { Arguments } from "./arguments.ts";
import { type Environment, type ExitCode, exitCodes, relayInstall, withRuntime } from "./environment.ts";
import { defaultServePort } from "./usage.ts";

const largestPort = 65_535;

export async function serveModels(environment: Environment, options: Arguments): Promise<ExitCode> {
  const { progress, signal, starter } = environment;
  const { device, files, json, text } = options;
  const port = Number(text("port") ?? defaultServePort);
  if (!Number.isInteger(port) || port < 0 || port > largestPort)
    throw new HumanError(`${text("port")} is not a port.`, {
      remedy: `Give a number from 0 to ${largestPort}.`,
    });
  progress.begin("serve");
  await withRuntime(environment, ({ client }) => {
    relayInstall(client, environment, json);
    return client.call(
      "pinch/serve",
      { folders: files.map(folder => resolve(folder)), port, device, starter },
      signal,
    );
  });
  progress.clear();
  return exitCodes.done;
}
