// The command line as a function from arguments and streams to an exit code.
import { userError } from "../common/systemErrors.ts";
import { pinchVersion } from "../runtime/context/versions.ts";
import { type Arguments, commandOf, readArguments } from "./arguments.ts";
import { compare } from "./compareCommand.ts";
import { devices } from "./deviceCommand.ts";
import { diff } from "./diffCommand.ts";
import { download } from "./downloadCommand.ts";
import { type Environment, type ExitCode, exitCodes, writeJson } from "./environment.ts";
import { exportRun } from "./exportCommand.ts";
import { importRun } from "./importCommand.ts";
import { plan, report, validate } from "./inspectCommands.ts";
import { preview } from "./previewCommand.ts";
import { push } from "./pushCommand.ts";
import { evaluate, run } from "./runCommands.ts";
import { serveModels } from "./serveCommand.ts";
import { study } from "./studyCommand.ts";
import { visibleStream } from "./terminalText.ts";
import { type CommandName, commandHelp, generalHelp } from "./usage.ts";

type Command = (environment: Environment, options: Arguments) => ExitCode | Promise<ExitCode>;

const procedures: Readonly<Record<CommandName, Command>> = {
  validate,
  plan,
  preview,
  run,
  eval: evaluate,
  compare,
  report,
  diff,
  study,
  export: exportRun,
  push,
  serve: serveModels,
  import: importRun,
  devices,
  download,
};

function explain(environment: Environment, error: unknown, json: boolean): ExitCode {
  const { output, errors, progress, signal } = environment;
  progress.clear();
  const told = userError(error, "output");
  const { kind, remedy, cause } = told;
  const cancelled = signal.aborted;
  const message = cancelled ? "Cancelled." : told.message;
  errors.write(cancelled ? `${message}\n` : `pinch: ${message}\n${remedy === "" ? "" : `${remedy}\n`}`);
  if (kind === "internal" && cause instanceof Error && cause.stack !== undefined)
    errors.write(`${cause.stack}\n`);
  if (json) writeJson(output, { type: "error", message, remedy, kind });
  if (cancelled) return exitCodes.cancelled;
  return kind === "input" ? exitCodes.input : exitCodes.run;
}

export async function runCli(words: readonly string[], given: Environment): Promise<ExitCode> {
  const environment = {
    ...given,
    output: visibleStream(given.output),
    errors: visibleStream(given.errors),
  };
  const [name, ...rest] = words;
  const json = words.includes("--json");
  try {
    if (name === undefined) {
      environment.errors.write(generalHelp());
      return exitCodes.input;
    }
    if (name === "--help" || name === "-h" || name === "help") {
      environment.output.write(generalHelp());
      return exitCodes.done;
    }
    if (name === "--version") {
      environment.output.write(`${pinchVersion}\n`);
      return exitCodes.done;
    }
    const command = commandOf(name);
    const options = readArguments(command, rest);
    if (options.help) {
      environment.output.write(commandHelp(command));
      return exitCodes.done;
    }
    return await procedures[command](environment, options);
  } catch (error) {
    return explain(environment, error, json);
  }
}
