// The command `export`: writes a tuned model or its samples for other tools.
import { resolve } from "node:path";
import { formatBytes } from "../common/byteSize.ts";
import { HumanError } from "../common/errors.ts";
import { aligned } from "../common/textTable.ts";
import type { ExportOutcome } from "../protocol/runtime.ts";
import { exportSamples, type SampleFormat } from "../runtime/files/exportSamples.ts";
import type { Arguments } from "./arguments.ts";
import { type Environment, type ExitCode, exitCodes, withRuntime, writeJson } from "./environment.ts";
import { exportForm } from "./exportForm.ts";

const sampleFormats: readonly string[] = ["alpaca-eval", "lm-eval"] satisfies SampleFormat[];

function isSampleFormat(value: string): value is SampleFormat {
  return sampleFormats.includes(value);
}

const unitBytes: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, MIB: 2 ** 20, GIB: 2 ** 30 };

/** Converts `5GB`, `500 MB` or `2GiB` to bytes. @throws HumanError for anything else */
function parseSize(text: string): number {
  const [, number = "", unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*([kmg]i?b)\s*$/i.exec(text) ?? [];
  const bytes = Number(number) * (unitBytes[unit.toUpperCase()] ?? Number.NaN);
  if (Number.isFinite(bytes) && bytes >= 1) return Math.floor(bytes);
  throw new HumanError(`${text} is not a size.`, { remedy: "Write it as 500MB, 5GB or 2GiB." });
}

export async function exportRun(environment: Environment, options: Arguments): Promise<ExitCode> {
  const { progress, signal, starter } = environment;
  const [folder = ""] = options.files;
  const { format } = options;
  if (options.out === null)
    throw new HumanError("pinch export needs a folder to write to.", {
      remedy: "Name a new or an empty one with --out DIR.",
    });
  const out = resolve(options.out);
  if (isSampleFormat(format)) {
    const files = await exportSamples(resolve(folder), format, out);
    tell(environment, { folder: out, files }, options.json);
    return exitCodes.done;
  }
  const request = {
    ...exportForm(options, sampleFormats),
    folder: resolve(folder),
    out,
    maxShardBytes: parseSize(options.maxShardSize),
    starter,
  };
  progress.begin(folder);
  const outcome = await withRuntime(environment, ({ client }) => {
    client.on("pinch/progress", update => progress.update(update));
    return client.call("pinch/export", request, signal);
  });
  progress.clear();
  tell(environment, outcome, options.json);
  return exitCodes.done;
}

function tell({ output }: Environment, outcome: ExportOutcome, json: boolean): void {
  const { folder, files } = outcome;
  const sizes = files.map(({ name, bytes }) => [`  ${name}`, formatBytes(bytes)]);
  if (json) writeJson(output, outcome);
  else output.write(`${folder}\n${aligned(sizes)}\n`);
}
