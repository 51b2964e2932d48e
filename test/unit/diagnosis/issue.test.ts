// What Pinch: Report Issue writes: what helps to find a fault, and nothing that is a person's own.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { root } from "../../../scripts/lib/paths.mjs";
import { literalsOf, phrases as ownPhrases } from "../../../scripts/lib/phrases.mjs";
import { filesUnder } from "../../../scripts/lib/setUp.mjs";
import { shareable } from "../../../src/core/diagnosis/failedRun.ts";
import { type IssueFacts, issueText, tailLines } from "../../../src/core/diagnosis/issueText.ts";
import { phrasesOf, redactLine } from "../../../src/core/diagnosis/redact.ts";
import type { RunRecord } from "../../../src/core/records/runRecord.ts";
import { madeUp } from "../records/madeUpRecords.ts";

/** Pinch's own texts with places for values, as they stand in its sources. */
function ownTexts(): string[] {
  const said = /(?:HumanError\(|log\.(?:warn|info|error)\(|message: |fault: )\s*`((?:[^`\\]|\\.)*)`/g;
  return filesUnder("src")
    .filter(path => path.endsWith(".ts"))
    .flatMap(path => [...readFileSync(join(root, path), "utf8").matchAll(said)])
    .map(([, text = ""]) => text)
    .filter(text => text.includes("${"));
}

/** The text with this for each of its values, whatever braces they hold. */
function filled(text: string, value: string): string {
  let out = "";
  for (let at = 0; at < text.length; ) {
    if (!text.startsWith("${", at)) {
      out += text[at++];
      continue;
    }
    let depth = 1;
    for (at += 2; depth > 0 && at < text.length; at++)
      depth += Number(text[at] === "{") - Number(text[at] === "}");
    out += value;
  }
  return out;
}

const wordsOf = (text: string): number => (text.match(/[A-Za-z]{2,}/g) ?? []).length;

describe("a line of the log", async () => {
  const phrases = phrasesOf(await ownPhrases());
  const texts = ownTexts();

  for (const value of ["Zqxvk", "zorp blim fex", "/home/u/my zorp/blim.jsonl", "Цорп блим", "zorp-17_blim"])
    it(`of any text in the sources keeps nothing of "${value}" in it`, () => {
      assert.ok(texts.length > 300);
      for (const text of texts)
        assert.doesNotMatch(redactLine(filled(text, value), phrases), /zqxvk|zorp|blim|fex|цорп|блим/i, text);
    });

  it("keeps Pinch's own words, but for a few", () => {
    const all = texts.reduce((sum, text) => sum + wordsOf(filled(text, "7")), 0);
    const kept = texts.reduce((sum, text) => sum + wordsOf(redactLine(filled(text, "Zqxvk"), phrases)), 0);
    assert.ok(kept > 0.95 * all, `${kept} of ${all}`);
  });

  const own: readonly (readonly [what: string, line: string, secret: RegExp])[] = [
    [
      "a path with spaces in the workspace",
      "/home/zelda/My Thesis/data/fi.jsonl can't be read.",
      /zelda|Thesis|fi\.jsonl/,
    ],
    ["a path of Windows", "C:\\Users\\zelda\\My Thesis\\secret can't be written.", /Users|Thesis|secret/],
    ["the same in JSON", '{"file":"C:\\\\Users\\\\zelda\\\\My Thesis\\\\secret"}', /Users|Thesis|secret/],
    ["a path of another drive", "D:\\work\\secret.csv is no file.", /work|secret/],
    ["a share", "\\\\server\\share\\secret can't be read.", /server|share|secret/],
    ["a path elsewhere", "Model /mnt/secret/model does not exist.", /mnt|secret/],
    ["a relative path", "../private/fi.jsonl has no rows.", /private|fi\.jsonl/],
    ["a file of the person's", "The file thesis.mixture.yaml has no mixture.", /thesis/],
    ["a file's address", "file:///home/zelda/My%20Thesis/x can't be opened.", /zelda|Thesis/],
    ["a remote address", "vscode-remote://ssh-remote+lab.example/home/zelda can't be opened.", /lab|zelda/],
    ["a server", "https://judge.internal.example/v1 can't be reached.", /internal|judge\./],
    ["a mail address", "Ask zelda@lab.example for access.", /zelda|lab/],
    ["a quoted prompt", 'The prompt "What is my diagnosis?" has no answer.', /diagnosis/],
    ["a prompt in other quotes", "The row “Wie heißt meine Tochter?” is there twice.", /Tochter/],
    ["a prompt that is not closed", 'The row has "What is my diagnosis', /diagnosis/],
    ["text in another script", "The response Моя дочь is in no language.", /дочь/],
    [
      "the words of a template",
      "The chat template failed (my patient is called Ganon, see row).",
      /Ganon|patient/,
    ],
    [
      "the words of a judge",
      "The judge's answer can't be read: I think that Ganon is guilty.",
      /Ganon|guilty/,
    ],
    ["an id", "Row 2: the id ganon-17 is there twice.", /ganon/],
    ["a mixture", "The mixture kolmio experiment, seed 7, failed.", /kolmio|experiment,/],
    ["a long number", "Row 4012888888881881 can't be read.", /4012/],
    ["a key of OpenAI's kind", "The endpoint answered 400 (part:sk-SECRETKEY12345).", /SECRETKEY/],
    ["a key of the Hub's kind", "The token hf_abcdefSECRET is refused.", /SECRET/],
    ["a header", "authorization: Bearer c2VjcmV0LXNlY3JldA", /c2Vj/],
    ["any long key", "The key 9f8e7d6c5b4a39281706f5e4d3c2b1a0 is refused.", /9f8e7d/],
    ["a frame of somebody's code", "    at run (/home/zelda/My Thesis/evil.js:1:2)", /zelda|Thesis|evil/],
  ];
  for (const [what, line, secret] of own)
    it(`keeps no ${what}`, () => assert.doesNotMatch(redactLine(line, phrases), secret));

  const useful: readonly (readonly [line: string, left: string])[] = [
    [
      "2026-01-01T00:00:00.000Z error Pinch ran into an unexpected error: TypeError: Cannot read properties of undefined (reading 'toFixed')",
      "2026-01-01T00:00:00.000Z error Pinch ran into an unexpected error: TypeError: Cannot read properties of undefined (reading 'toFixed')",
    ],
    [
      "    at Object.show (/home/zelda/.vscode/extensions/pinch-dev.pinch-0.1.0/dist/chunks/words-AB.js:12:34)",
      "    at Object.show (dist/chunks/words-AB.js:12:34)",
    ],
    ["    at node:internal/process/task_queues:95:5", "    at node:internal/process/task_queues:95:5"],
    [
      "Models could not be listed: EACCES: permission denied, scandir '/home/zelda/x'",
      "Models could not be listed: EACCES: permission denied, scandir '⟨…⟩'",
    ],
    [
      "/home/zelda/My Thesis/.pinch/runs can't be written: the disk is full. Free some space or choose a folder on another disk, then try again.",
      "⟨…⟩ can't be written: the disk is full. Free some space or choose a folder on another disk, then try again.",
    ],
    ["Pinch is active: 12.3 ms.", "Pinch is active: 12.3 ms."],
    [
      "Non-zero status code returned while running MatMul node. Name:'/model/x' Status Message: zorp",
      "Non-zero status code returned while running MatMul node. ⟨…⟩",
    ],
  ];
  for (const [line, left] of useful)
    it(`keeps: ${left}`, () => assert.equal(redactLine(line, phrases), left));

  it("is cut where it is long, and looked at in no time", () => {
    assert.ok(redactLine(`x ${"word ".repeat(1_000_000)}`, phrases).length <= 401);
    for (const piece of ["(", "'", '"', "⟨", "a@", "/", "\\", "a.", ": ", "at ("])
      redactLine(piece.repeat(200_000), phrases);
  });
});

const failed: RunRecord = {
  ...madeUp("pinch").record,
  status: "failed",
  error: {
    message: "The run of /home/zelda/My Thesis/a.mixture.yaml ended: out of memory.",
    remedy: "Lower batchTokens in the mixture file.",
  },
};

describe("the record of a failed run", () => {
  const told = JSON.stringify(shareable(failed));

  it("is numbers, versions and known words", () => {
    assert.match(told, /"status":"failed"/);
    assert.match(told, /"budget":\d/);
    assert.match(told, /"counts":\{/);
  });

  it("holds no text that stands anywhere else in it", () => {
    const record = structuredClone(failed) as unknown as Record<string, unknown>;
    // Whatever a field of text holds, and whatever is added to a record one day, does not get through.
    const poisoned = poison({
      ...record,
      note: "",
      owner: { host: "", token: "" },
      files: { "adapter/x": "" },
    });
    assert.doesNotMatch(JSON.stringify(shareable(poisoned as RunRecord)), /SECRET/);
  });
});

function poison(value: unknown): unknown {
  if (typeof value === "string") return "SECRET";
  if (Array.isArray(value)) return value.map(poison);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]) => [
      [name, poison(inner)],
      [`SECRET ${name}`, poison(inner)],
    ]),
  );
}

describe("the report", () => {
  const facts: IssueFacts = {
    versions: [
      ["Pinch", "0.1.0"],
      ["VS Code", "1.100.0"],
    ],
    machine: [["system", "linux-x64"]],
    device: "auto",
    failed,
    unreadable: ["its lock (line 3) is not an object"],
    log: [
      ...Array.from({ length: tailLines }, (_, i) => `early ${i}`),
      "error Pinch ran into an unexpected error: x\nRangeError: y\n    at f (/z/dist/cli.js:1:1)\n```\n# not a title",
    ],
  };
  const phrases = phrasesOf(["Pinch ran into an unexpected error:", "its lock", "line", "is not an object"]);
  const text = issueText(facts, phrases);

  it("says that nothing was sent, and has versions, device, failure and the log's end", () => {
    assert.match(text, /^Nothing has been sent\./m);
    for (const expected of [/^- Pinch: 0\.1\.0$/m, /pinch\.device: auto/, /its lock \(line 3\)/])
      assert.match(text, expected);
    assert.match(text, /RangeError/);
    assert.match(text, /at f \(dist\/cli\.js:1:1\)/);
    assert.doesNotMatch(text, /early 0\b|zelda|Thesis/);
  });

  it("is one document, whatever the log holds", () => {
    const fences = text.split("\n").filter(line => line.startsWith("```"));
    assert.deepEqual(fences, ["```json", "```", "```text", "```"]);
    assert.doesNotMatch(text, /# not a title/);
  });

  it("says where there is no failed run", () => {
    assert.match(issueText({ ...facts, failed: null, log: [] }, phrases), /There is none\./);
  });
});

describe("the pieces of texts in JavaScript", () => {
  it("are found in quotes and templates, nested ones too, and not in patterns", () => {
    // Of the dollars, none begins a value here.
    const code =
      'a("one two",`three §{b({c:`four §{d} five`})} six`,/"no`/.test(e),f/g/h,\'seven \\u0041 eight\');'.replaceAll(
        "§",
        "$",
      );
    assert.deepEqual(
      literalsOf(code).map(({ text, within }) => [text, within]),
      [
        ["one two", false],
        ["three ", true],
        ["four ", true],
        [" five", true],
        [" six", true],
        ["seven A eight", false],
      ],
    );
  });
});
