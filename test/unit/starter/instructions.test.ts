// The instruction set: parallel, without leaks between the splits, and decided by rules that can fail.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { heldOutRows, trainRows } from "../../../scripts/starter/instructions.ts";
import { kinds, languages } from "../../../scripts/starter/languages.ts";
import { normaliseText } from "../../../src/core/language/foldText.ts";
import { passesChecks } from "../../../src/core/scoring/checks.ts";
import { createIdentifier } from "../../../src/runtime/identification/identify.ts";

const data = languages.map(language => ({
  language,
  train: trainRows(language),
  dev: heldOutRows("dev", language),
  eval: heldOutRows("eval", language),
}));
const english = data.find(({ language }) => language === "en");
assert.ok(english !== undefined);

test("there is enough of everything", () => {
  assert.ok(english.train.length >= 600);
  assert.ok(english.eval.length >= 120);
  assert.ok(english.dev.length >= 24 && english.dev.length <= 36);
  for (const kind of kinds) {
    for (const wording of ["familiar", "new"]) {
      const rows = english.eval.filter(({ tags }) => tags.task === kind && tags.wording === wording);
      assert.ok(rows.length >= 4 && rows.length <= 6, `${kind} ${wording}: ${rows.length}`);
    }
  }
});

for (const { language, train, dev, eval: evaluation } of data) {
  test(`${language}: the ids are those of English, in the same order, each once`, () => {
    for (const split of ["train", "dev", "eval"] as const) {
      const ids = { train, dev, eval: evaluation }[split].map(({ id }) => id);
      assert.deepEqual(
        ids,
        english[split].map(({ id }) => id),
      );
      assert.equal(new Set(ids).size, ids.length);
    }
  });

  test(`${language}: no prompt twice, in one split or in two`, () => {
    const prompts = [...train, ...dev, ...evaluation].map(({ prompt }) => normaliseText(prompt));
    const twice = prompts.filter((prompt, i) => prompts.indexOf(prompt) !== i);
    assert.deepEqual(twice, []);
  });

  test(`${language}: no fact of the held-out splits is tuned on in its kind of task`, () => {
    const factOf = (id: string): string => id.slice(0, id.lastIndexOf("/"));
    const tuned = new Set(train.map(({ id }) => factOf(id)));
    for (const { id } of [...dev, ...evaluation]) assert.ok(!tuned.has(factOf(id)), id);
  });

  test(`${language}: checks accept the row's reference and no answer in another language`, () => {
    for (const split of ["dev", "eval"] as const) {
      for (const [i, row] of { dev, eval: evaluation }[split].entries()) {
        assert.ok(passesChecks(row.reference, row.checks), row.reference);
        for (const other of data.filter(({ language: tag }) => tag !== language)) {
          const theirs = other[split][i];
          assert.ok(theirs !== undefined);
          const answers = [
            theirs.reference,
            ...theirs.checks.flatMap(c => (c.kind === "answer" ? c.accepts : [])),
          ];
          for (const answer of answers) {
            assert.ok(!passesChecks(answer, row.checks), `${row.id}: "${answer}" is ${other.language}`);
          }
        }
      }
    }
  });

  test(`${language}: checks refuse the reference of every other fact`, () => {
    for (const row of evaluation) {
      for (const other of evaluation) {
        const same = normaliseText(other.reference) === normaliseText(row.reference);
        assert.equal(passesChecks(other.reference, row.checks), same, `${row.id}: ${other.reference}`);
      }
    }
  });

  test(`${language}: no slot is left empty and every sentence ends as it should`, () => {
    const end = language === "zh" ? /[。？]$/u : language === "hi" ? /[।?]$/u : /[.?؟]$/u;
    for (const { prompt, response } of train) {
      for (const text of [prompt, response]) {
        assert.ok(!/[{}]|undefined| {2}/u.test(text), text);
        assert.match(text, end);
        assert.equal(text, text.normalize("NFC"));
      }
    }
  });
}

test("the language of every evaluation reference can be told, but of two that a relative may have written", async () => {
  const identifier = await createIdentifier(languages);
  const others = data.flatMap(({ language, eval: evaluation }) =>
    evaluation.flatMap(({ reference }) => {
      const found = identifier.identify(reference, language).language;
      return found === language ? [] : [`${found}: ${reference}`];
    }),
  );
  // Slovak in every letter; and Galician but for "cinco" and "seis", which it shares.
  assert.deepEqual([...new Set(others)].sort(), [
    "gl: En orden ascendente: tres, cinco, seis.",
    "sk: Opačné slovo je: dobrý.",
  ]);
});

test("the wordings of a fact are one group", () => {
  assert.equal(new Set(english.eval.map(row => row.group)).size, 64);
  for (const { id, group } of [...english.dev, ...english.eval])
    assert.equal(group, id.slice(0, id.lastIndexOf("/")));
});

test("the committed files are what the script writes", () => {
  for (const { language, ...splits } of data) {
    for (const [split, rows] of Object.entries(splits)) {
      const file = new URL(`../../../examples/just-a-pinch/data/${split}/${language}.jsonl`, import.meta.url);
      const written = readFileSync(file, "utf8").replace(/\r\n/gu, "\n");
      assert.equal(written, rows.map(row => `${JSON.stringify(row)}\n`).join(""), `${split}/${language}`);
    }
  }
});
