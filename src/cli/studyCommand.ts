// The command `study`: writes the mixture file of one of the six studies, or lists them.
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { closest } from "../common/didYouMean.ts";
import { HumanError } from "../common/errors.ts";
import { suggestLanguage } from "../core/language/names.ts";
import { canonicalTag, isLanguageTag } from "../core/language/tags.ts";
import { studyFileText } from "../core/study/studyFile.ts";
import { isStudyName, type StudyName, studies, studyNames } from "../core/study/studyNames.ts";
import { writeFileAtomically } from "../node/atomicWrite.ts";
import { countRows } from "../runtime/dataFiles/countRows.ts";
import { findLanguageFiles } from "../runtime/dataFiles/languageFiles.ts";
import type { Arguments } from "./arguments.ts";
import { type Environment, type ExitCode, exitCodes, writeJson } from "./environment.ts";

const defaultBudget = 600;
const defaultSeeds = [7, 8, 9];

export async function study(environment: Environment, options: Arguments): Promise<ExitCode> {
  const { output } = environment;
  const [given] = options.files;
  if (given === undefined) {
    if (options.json) writeJson(output, { studies: studyNames.map(name => ({ name, ...studies[name] })) });
    else
      output.write(`${studyNames.map(name => `${name.padEnd(22)}${studies[name].question}`).join("\n")}\n`);
    return exitCodes.done;
  }
  const name = studyNameOf(given);
  const written = options.text("out") ?? `${name}.mixture.yaml`;
  const file = written === "-" ? null : resolve(written);
  const text = await studyText(name, options, file ?? resolve("-"));
  if (file === null) {
    if (options.json) writeJson(output, { study: name, text });
    else output.write(text);
    return exitCodes.done;
  }
  if (existsSync(file))
    throw new HumanError(`${written} is there already.`, {
      remedy: "Choose another file with --out, or move it away.",
    });
  writeFileAtomically(file, text);
  if (options.json) writeJson(output, { study: name, file });
  else output.write(`${written}\nNext: pinch plan ${written}\n`);
  return exitCodes.done;
}

function studyNameOf(given: string): StudyName {
  if (isStudyName(given)) return given;
  const meant = closest(given, studyNames);
  throw new HumanError(`Unknown study "${given}".`, {
    remedy: `${meant === null ? "" : `Did you mean ${meant}? `}Studies: ${studyNames.join(", ")}.`,
  });
}

/** @param file the file that the patterns are relative to */
async function studyText(name: StudyName, { text, flag }: Arguments, file: string): Promise<string> {
  const train = text("train") ?? "data/train/{language}.jsonl";
  const files = findLanguageFiles(train, file).files;
  const named = text("languages");
  const languages = named === null ? [...files.keys()] : languagesOf(named);
  if (languages.length === 0)
    throw new HumanError(`No file matches ${train} in ${dirname(file)}.`, {
      remedy: "Say where the data are with --train, or name the languages with --languages.",
    });
  const grow = flag("grow");
  const paths = languages.flatMap(tag => files.get(tag) ?? []);
  const rows = await Promise.all(paths.map(countRows));
  const most = Math.min(defaultBudget, ...rows.map(count => (grow ? Math.floor(count / 2) : count)));
  const english = languages.includes("en") ? "en" : (languages[0] ?? "en");
  return studyFileText(name, {
    languages,
    base: languagesOf(text("base") ?? english)[0] ?? english,
    budget: wholeNumber(text("budget"), "--budget", 1) ?? Math.max(1, most),
    model: text("model") ?? "pinch/starter",
    seeds: seedsOf(text("seeds")),
    train,
    eval: text("eval") ?? "data/eval/{language}.jsonl",
    grow,
  });
}

function languagesOf(list: string): string[] {
  const tags = list.split(",").map(word => {
    const written = word.trim();
    if (isLanguageTag(written)) return canonicalTag(written) ?? written;
    const meant = suggestLanguage(written);
    throw new HumanError(`${written === "" ? "An empty word" : `"${written}"`} is not a language tag.`, {
      remedy: meant === null ? "Write tags like en,fi,sw." : `Did you mean ${meant}?`,
    });
  });
  return [...new Set(tags)];
}

function seedsOf(list: string | null): readonly number[] {
  if (list === null) return defaultSeeds;
  return [...new Set(list.split(",").map(word => wholeNumber(word.trim(), "--seeds", 0) ?? 0))];
}

const largestSeed = 4294967295; // 2³² − 1, as in a mixture file

function wholeNumber(text: string | null, option: string, least: number): number | null {
  if (text === null) return null;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= largestSeed) return value;
  throw new HumanError(`${option} takes whole numbers from ${least} on, not ${text || "nothing"}.`, {
    remedy:
      option === "--seeds" ? "Write, for example, --seeds 7,8,9." : `Write, for example, ${option} 600.`,
  });
}
