// The command `diff`: shows in which settings two runs differ, and whether their scores can be compared.
import { basename, resolve } from "node:path";
import { aligned } from "../common/textTable.ts";
import { differenceWords, settingDifferences } from "../core/experiments/settingDifferences.ts";
import { changedLines } from "../core/experiments/settingsText.ts";
import { readRunRecord } from "../runtime/files/runFolder.ts";
import type { Arguments } from "./arguments.ts";
import { type Environment, type ExitCode, exitCodes, writeJson } from "./environment.ts";

export function diff({ output }: Environment, { files, json }: Arguments): ExitCode {
  const [own = "", other = ""] = files.map(file => resolve(file));
  const [record, otherRecord] = [readRunRecord(own), readRunRecord(other)];
  const differences = settingDifferences(record, otherRecord);
  const settings = changedLines(record, otherRecord);
  if (json) {
    writeJson(output, { comparable: differences.length === 0, differences, settings });
    return exitCodes.done;
  }
  const [name, otherName] = [basename(own), basename(other)];
  output.write(
    differences.length === 0
      ? `${name} and ${otherName} are of one experiment: their scores can be compared.\n`
      : `${name} and ${otherName} are of two experiments: ${differenceWords(differences)}.\n`,
  );
  if (settings.length > 0) {
    const rows = settings.map(({ key, values }) => [key, ...values.map(value => value ?? "-")]);
    output.write(`\n${aligned([["setting", name, otherName], ...rows])}\n`);
  }
  return exitCodes.done;
}
