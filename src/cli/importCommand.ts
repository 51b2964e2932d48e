// The command `import`: scores responses that were generated elsewhere, or imports verdicts.
import { resolve } from "node:path";
import { HumanError } from "../common/errors.ts";
import { suggestLanguage } from "../core/language/names.ts";
import { isLanguageTag } from "../core/language/tags.ts";
import type { ImportOutcome } from "../protocol/runtime.ts";
import { importVerdicts } from "../runtime/files/verdictFiles.ts";
import type { Arguments } from "./arguments.ts";
import { type Environment, type ExitCode, exitCodes, withRuntime, writeJson } from "./environment.ts";
import { runsFolder } from "./runsFolder.ts";

export async function importRun(environment: Environment, options: Arguments): Promise<ExitCode> {
  if (options.into !== null) return takeVerdicts(environment, options, options.into);
  const { output, errors, starter, signal } = environment;
  const { files, run, mixtureFile, json } = options;
  if (run === null || run.trim() === "" || mixtureFile === null)
    throw new HumanError("pinch import needs a name for the run and a mixture file.", {
      remedy: "Give them with --run NAME and --file MIXTURE.yaml.",
    });
  const request = {
    files: files.map(path => resolve(path)),
    run: run.trim(),
    file: resolve(mixtureFile),
    out: runsFolder(options.out),
    starter,
  };
  const outcome = await withRuntime(environment, ({ client }) =>
    client.call("pinch/import", request, signal),
  );
  if (json) writeJson(output, outcome);
  else {
    for (const line of warningsOf(outcome)) errors.write(`${line}\n`);
    output.write(`${outcome.folder}\n${outcome.responses} responses of ${outcome.generator} scored.\n`);
  }
  return exitCodes.done;
}

function takeVerdicts({ output }: Environment, options: Arguments, into: string): ExitCode {
  const [file = "", ...more] = options.files;
  if (more.length > 0)
    throw new HumanError("pinch import --into takes one file of annotations.", {
      remedy: "Import them one after the other.",
    });
  const language = options.language ?? "en";
  if (!isLanguageTag(language)) {
    const meant = suggestLanguage(language);
    throw new HumanError(`"${language}" is not a language tag.`, {
      remedy: meant === null ? "Write a tag such as en." : `Did you mean ${meant}?`,
    });
  }
  const outcome = importVerdicts(resolve(file), resolve(into), language);
  const { folder, pairs, unread } = outcome;
  if (options.json) writeJson(output, outcome);
  else output.write(`${folder}\n${pairs} pairs, ${unread} of them without a verdict in both orders.\n`);
  return exitCodes.done;
}

function warningsOf({ unmatched, unanswered }: ImportOutcome): string[] {
  const more = unmatched.count - unmatched.named.length;
  return [
    ...unmatched.named.map(place => `${place}, left out`),
    ...(more > 0 ? [`and ${more} more that were left out`] : []),
    ...Object.entries(unanswered).map(
      ([language, count]) => `${count} prompts in ${language} have no response: they are in no score`,
    ),
  ];
}
