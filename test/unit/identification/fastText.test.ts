// The reader of fastText models against what fastText itself predicts; values: reference/fasttext_models.py.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { HumanError } from "../../../src/common/errors.ts";
import { openFastText, parseFastText } from "../../../src/runtime/identification/fastText/fastTextModel.ts";

const folder = join(import.meta.dirname, "..", "..", "fixtures", "fastText");

interface Expected {
  readonly texts: readonly string[];
  readonly models: Readonly<
    Record<string, readonly { readonly label: string | null; readonly probability: number | null }[]>
  >;
}

const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Expected;

describe("openFastText", () => {
  for (const [name, answers] of Object.entries(expected.models)) {
    it(`${name}: the labels and probabilities of fastText`, () => {
      const model = openFastText(join(folder, name));
      for (const [i, { label, probability }] of answers.entries()) {
        const text = expected.texts[i] ?? "";
        const found = model.predict(text);
        assert.equal(found?.label ?? null, label, JSON.stringify(text));
        if (found === null || probability === null) continue;
        const apart = Math.abs(found.probability - probability);
        assert.ok(apart <= 1e-5, `${JSON.stringify(text)}: ${found.probability}, not ${probability}`);
      }
    });
  }

  it("refuses what is no supervised model, with a remedy", () => {
    const whole = readFileSync(join(folder, "softmax.ftz"));
    const changed = (at: number, value: number): Buffer => {
      const copy = Buffer.from(whole);
      copy.writeInt32LE(value, at);
      return copy;
    };
    for (const [bytes, message] of [
      [Buffer.from("no model"), /not a fastText model/],
      [Buffer.alloc(0), /not a fastText model/],
      [changed(4, 13), /version 13/],
      [changed(8 + 6 * 4, 9), /loss 9/],
      [changed(8 + 7 * 4, 2), /word vectors/],
      [changed(8, 7), /where .* belongs/],
      [whole.subarray(0, whole.length - 3), /do not fit|truncated/],
      [Buffer.concat([whole, Buffer.alloc(2)]), /left after its end/],
    ] as const) {
      assert.throws(
        () => parseFastText("m.ftz", bytes),
        (error: unknown) => error instanceof HumanError && message.test(error.message) && error.remedy !== "",
        String(message),
      );
    }
    assert.throws(() => openFastText(join(folder, "nothing.ftz")), /can't be read/);
  });
});
