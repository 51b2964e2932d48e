// The command `devices`: lists this machine's devices and installs optional support.
import { HumanError } from "../common/errors.ts";
import { aligned } from "../common/textTable.ts";
import type { Arguments } from "./arguments.ts";
import {
  type Environment,
  type ExitCode,
  exitCodes,
  relayInstall,
  withRuntime,
  writeJson,
} from "./environment.ts";

export async function devices(environment: Environment, options: Arguments): Promise<ExitCode> {
  const { signal, output, progress } = environment;
  const { json, install } = options;
  if (install !== null) return installDevice(environment, install, json);
  progress.begin("Devices:");
  const result = await withRuntime(environment, ({ client }) => {
    client.on("pinch/progress", update => progress.update(update));
    return client.call("pinch/devices", {}, signal);
  });
  progress.clear();
  if (json) writeJson(output, result);
  else
    output.write(
      `${aligned(result.devices.map(({ id, available, detail }) => [`${id}  ${available ? "yes" : "no "}  ${detail}`]))}\n`,
    );
  return exitCodes.done;
}

async function installDevice(environment: Environment, name: string, json: boolean): Promise<ExitCode> {
  const { signal, output, progress } = environment;
  if (name !== "cuda")
    throw new HumanError(`Unknown runtime "${name}".`, {
      remedy: "Only cuda can be installed: pinch devices --install cuda.",
    });
  progress.begin("CUDA:");
  const { folder } = await withRuntime(environment, ({ client }) => {
    relayInstall(client, environment, json);
    return client.call("pinch/installCuda", {}, signal);
  });
  progress.clear();
  if (json) writeJson(output, { type: "done", folder });
  else
    output.write(
      `Installed in ${folder}\nIt needs CUDA 13 and cuDNN 9 on this machine: pinch devices tries it.\n`,
    );
  return exitCodes.done;
}
