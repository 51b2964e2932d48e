// Rows that are not in their file's language are counted and named; what can't be identified is never accused.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, it } from "node:test";
import { root } from "../../../scripts/lib/paths.mjs";
import { findingCodes } from "../../../src/core/leaks/leakFaults.ts";
import {
  type LoadedData,
  loadEvaluationData,
  loadTrainingData,
} from "../../../src/runtime/dataFiles/loadData.ts";
import { languageFaults } from "../../../src/runtime/experiment/rowLanguages.ts";
import { validate } from "../../../src/runtime/recipes/validate.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

const data = join(root, "examples", "just-a-pinch", "data");
const linesOf = (split: string, language: string): string[] =>
  readFileSync(join(data, split, `${language}.jsonl`), "utf8")
    .trim()
    .split("\n");
/** The rows without the language that they say they are in. */
const unlabelled = (lines: readonly string[]): string[] =>
  lines.map(line => {
    const { language: _, ...row } = JSON.parse(line) as Record<string, unknown>;
    return JSON.stringify(row);
  });

const none: LoadedData<never> = { languages: new Map(), diagnostics: [] };

async function found(
  train: Readonly<Record<string, readonly string[]>>,
  evaluation: Readonly<Record<string, readonly string[]>> = {},
): Promise<string[]> {
  const folder = temporaryFolder();
  const write = (split: string, files: typeof train) => {
    for (const [language, lines] of Object.entries(files))
      writeFileSync(join(folder, `${split}-${language}.jsonl`), lines.join("\n"));
    return [{ file: join(folder, `${split}-{language}.jsonl`) }];
  };
  const file = join(folder, "a.mixture.yaml");
  const trained = await loadTrainingData(write("train", train), file);
  const evaluated =
    Object.keys(evaluation).length === 0 ? none : await loadEvaluationData(write("eval", evaluation), file);
  const faults = await languageFaults({ train: trained, evaluation: evaluated, development: none });
  for (const { severity, code } of faults) {
    assert.equal(severity, "warning");
    assert.ok(findingCodes.includes(code));
  }
  return faults.map(fault => `${basename(fault.file ?? "")}:${fault.range.start.line + 1} ${fault.message}`);
}

const row = (id: number, prompt: string, response: string) =>
  JSON.stringify({ id: `r${id}`, prompt, response });
const english = unlabelled(linesOf("train", "en"));

describe("rows of a data file", () => {
  it("all in another language: 650 English ones as Finnish", async () => {
    const told = await found({ fi: english }, { fi: linesOf("eval", "fi") });
    assert.match(
      told[0] ?? "",
      /^train-fi\.jsonl:\d+ (\d+) of \1 prompts looked at are not in Finnish: English \1 \(/,
    );
    assert.match(
      told[1] ?? "",
      /^train-fi\.jsonl:\d+ (\d+) of \d+ responses looked at are not in Finnish: English \1 \(/,
    );
    assert.equal(told.length, 2);
    // And where nothing shows that Finnish is known.
    assert.equal((await found({ fi: english })).length, 2);
  });

  it("some of them, wherever they stand in the file", async () => {
    const finnish = unlabelled(linesOf("train", "fi")).map(line => line.replace('"id":"', '"id":"fi-'));
    for (const at of [0, 300, 600]) {
      const mixed = finnish.toSpliced(at, 0, ...english.slice(at, at + 40));
      const [first = "", ...more] = await found({ en: english, fi: mixed });
      assert.match(
        first,
        /^train-fi\.jsonl:\d+ \d+ of \d+ (prompts|responses) looked at are not in Finnish: English \d+ \(/,
      );
      assert.ok(more.length <= 1);
      const [, count = "", of = ""] = /(\d+) of (\d+)/.exec(first) ?? [];
      assert.ok(Math.abs(Number(count) / Number(of) - 40 / 690) < 0.04, first);
    }
  });

  it("of a side only: English responses to Finnish prompts", async () => {
    const sides = unlabelled(linesOf("train", "fi")).map((line, i) => {
      const { prompt } = JSON.parse(line) as { prompt: string };
      return row(i, prompt, (JSON.parse(english[i] ?? "") as { response: string }).response);
    });
    const told = await found({ fi: sides });
    assert.deepEqual(
      told.map(message => /responses|prompts/.exec(message)?.[0]),
      ["responses"],
    );
  });

  it("of the example are in their languages", async () => {
    const file = join(root, "examples", "just-a-pinch", "just-a-pinch.mixture.yaml");
    const { textFaults, dataFaults } = await validate({ file, starter: join(root, "media", "starter") });
    assert.deepEqual([...textFaults, ...dataFaults], []);
  });

  it("in a language that is taken for its relative are not accused", async () => {
    // Cantonese is taken for Chinese, Maithili for Hindi, Swiss German for German.
    const cantonese = [
      "佢哋喺邊度食飯呀，我哋一齊去啦，好唔好呀",
      "我唔知佢幾時先至返嚟屋企食飯，你知唔知呀",
      "呢本書係我琴日喺書局買嘅，好好睇㗎，你睇下",
    ];
    const maithili = [
      "अहाँ कतय जा रहल छी, हम सेहो अहाँक संग जायब",
      "हमर गामक लोक सभ बड्ड नीक छथि आ मेहनती सेहो",
      "ई किताब हम काल्हि बाजार सँ कीनने रही, पढ़ि लिअ",
    ];
    const german = [
      "Ich gange morn mit mim Brüeder is Chino, chunsch au mit üs",
      "Mir händ geschter z'Nacht vill z'vill gässe und trunke",
      "Wo isch s'nächschte Spital, chönd Sie mir das bitte säge",
    ];
    const rows = (texts: readonly string[]) =>
      Array.from({ length: 30 }, (_, i) => row(i, texts[i % 3] ?? "", texts[(i + 1) % 3] ?? ""));
    const own = { yue: rows(cantonese), mai: rows(maithili), gsw: rows(german) };
    const relatives = Object.fromEntries(
      (["zh", "hi"] as const).map(language => [language, unlabelled(linesOf("train", language))]),
    );
    assert.deepEqual(await found({ ...own, ...relatives, en: english }), []);
    assert.deepEqual(await found(own), []);
    // English is no relative of theirs.
    const told = await found({ ...own, yue: english, mai: english, gsw: english });
    assert.equal(told.length, 6, told.join("\n"));
  });

  it("too short to tell, of code, or of numbers are passed over", async () => {
    const texts = [
      "42",
      "Helsinki",
      "```js\nfunction add(first, second) { return first + second; }\n```",
      "https://example.com/a/b",
    ];
    const rows = Array.from({ length: 40 }, (_, i) =>
      row(i, "Mikä on vastaus tähän kysymykseen?", texts[i % 4] ?? ""),
    );
    assert.deepEqual(await found({ fi: rows }), []);
  });
});
