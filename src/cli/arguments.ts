// Reads the command line: a command, its options and arguments, or what is wrong with them.
import { parseArgs } from "node:util";
import { closest } from "../common/didYouMean.ts";
import { HumanError, messageOf } from "../common/errors.ts";
import type { DeviceChoice } from "../protocol/runtime.ts";
import { type CommandName, commandNames, commands, defaultShardSize, isCommand } from "./usage.ts";

export interface Arguments {
  readonly command: CommandName;
  readonly files: readonly string[];
  readonly json: boolean;
  readonly help: boolean;
  readonly device: DeviceChoice;
  readonly mixtures: readonly string[];
  readonly out: string | null;
  /** `eval` only: score existing responses instead of generating. */
  readonly samples: boolean;
  /** What `devices` should install, or null. */
  readonly install: string | null;
  readonly format: string;
  /** `import` only; null when not given. */
  readonly run: string | null;
  readonly mixtureFile: string | null;
  readonly into: string | null;
  readonly language: string | null;
  /** null when not given. */
  readonly dtype: string | null;
  readonly maxShardSize: string;
  /** Mixture that a report compares the others with; null lets the report choose. */
  readonly against: string | null;
  /** Value of any other option by name; null when not given. */
  readonly text: (option: string) => string | null;
  readonly flag: (option: string) => boolean;
}

const deviceChoices: readonly string[] = ["auto", "cpu", "webgpu", "cuda"] satisfies DeviceChoice[];

function isDevice(value: string): value is DeviceChoice {
  return deviceChoices.includes(value);
}

export function commandOf(name: string): CommandName {
  if (isCommand(name)) return name;
  const meant = closest(name, commandNames);
  throw new HumanError(`Unknown command "${name}".`, {
    remedy: `${meant === null ? "" : `Did you mean ${meant}? `}Commands: ${commandNames.join(", ")}.`,
  });
}

interface Parsed {
  readonly values: Readonly<Record<string, unknown>>;
  readonly positionals: readonly string[];
}

function parse(command: CommandName, rest: readonly string[]): Parsed {
  try {
    return parseArgs({
      args: [...rest],
      options: { ...commands[command].options, help: { type: "boolean", short: "h" } },
      allowPositionals: true,
      strict: true,
    });
  } catch (cause) {
    // Node's message names the option and, on further lines, explains how to escape it.
    const [first = ""] = messageOf(cause).split(/\.\s/, 1);
    throw new HumanError(`${first.replace(/\.$/, "")}.`, { remedy: `See pinch ${command} --help.`, cause });
  }
}

/** @throws HumanError of kind `input` for an unknown command or option, or a bad value. */
export function readArguments(command: CommandName, rest: readonly string[]): Arguments {
  const { values, positionals } = parse(command, rest);
  const text = (name: string): string | null => {
    const value = values[name];
    return typeof value === "string" ? value : null;
  };
  const device = text("device") ?? "auto";
  if (!isDevice(device))
    throw new HumanError(`Unknown device "${device}".`, {
      remedy: `Choose one of ${deviceChoices.join(", ")}.`,
    });
  const help = values.help === true;
  const [fewest, most] = commands[command].takes;
  if (!help && (positionals.length < fewest || positionals.length > most)) {
    const wanted = fewest === most ? String(fewest) : `at least ${fewest}`;
    throw new HumanError(
      `pinch ${command} takes ${positionals.length > most ? `at most ${most}` : wanted} ${most === 1 ? "file" : "files"}, found ${positionals.length}.`,
      { remedy: `Usage: ${commands[command].synopsis}` },
    );
  }
  const mixtures = values.mixture;
  return {
    command,
    files: positionals,
    json: values.json === true,
    help,
    device,
    mixtures: Array.isArray(mixtures) ? mixtures.map(String) : [],
    out: text("out"),
    samples: values.samples === true,
    install: text("install"),
    format: text("format") ?? "adapter",
    run: text("run"),
    mixtureFile: text("file"),
    into: text("into"),
    language: text("language"),
    dtype: text("dtype"),
    maxShardSize: text("max-shard-size") ?? defaultShardSize,
    against: text("against"),
    text,
    flag: name => values[name] === true,
  };
}
