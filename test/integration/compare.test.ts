// Side by side through VS Code's own language models, which an extension of the tests brings.
import assert from "node:assert/strict";
import * as vscode from "vscode";
import { commands } from "../../src/manifest.ts";
import { ComparedRuns, judged, type Person, person, setJudge } from "../support/comparing.ts";
import { eventually, recordMessages } from "../support/host.ts";

/** What test/support/languageModels exports. */
interface ScriptedModels {
  readonly asked: { readonly model: string; readonly prompt: string }[];
  answer: (prompt: string, token: vscode.CancellationToken, index: number) => string | Promise<string>;
}

describe("comparing with a model of VS Code", () => {
  let messages: ReturnType<typeof recordMessages>;
  let somebody: Person;
  let models: ScriptedModels;
  let runs: ComparedRuns;

  before(async () => {
    const extension = vscode.extensions.getExtension<ScriptedModels>("pinch-tests.models");
    assert.ok(extension, "the extension with the models is not there");
    models = await extension.activate();
    runs = new ComparedRuns();
    await vscode.commands.executeCommand(commands.refreshRuns);
  });
  beforeEach(() => {
    messages = recordMessages();
    somebody = person();
    models.asked.length = 0;
    models.answer = judged;
  });
  afterEach(async () => {
    somebody.restore();
    messages.restore();
    await setJudge({});
  });
  after(() => runs.remove());

  it("it judges each pair twice: scores, flips, retries and tokens as by hand", async () => {
    models.answer = (prompt, _token, index) => {
      if (index === 5) throw new Error("The model is busy.");
      return judged(prompt);
    };
    await setJudge({ judge: "vscode", judgeModel: "scripted" });
    await runs.compare();
    assert.deepEqual(errors(), []);
    const { record, verdicts } = comparisonBy("scripted");
    const { en, sw } = record.languages;
    // en: two wins and a tie said twice.
    assert.deepEqual(
      [en?.score.value, en?.score.n, en?.wins, en?.ties, en?.losses, en?.flips],
      [2.5 / 3, 3, 2, 1, 0, 0],
    );
    // sw: win, loss, a flip; one pair in no score.
    assert.deepEqual(
      [sw?.score.value, sw?.score.n, sw?.wins, sw?.ties, sw?.losses, sw?.flips, sw?.unread],
      [1.5 / 3, 3, 1, 1, 1, 1, 1],
    );
    assert.deepEqual([en?.baselineMixture, sw?.baselineMixture], ["only-en", "only-sw"]);
    // 7 pairs in two orders, one question asked again; 100 tokens each and 10 for the answer.
    const { asked, retries, cached, promptTokens, completionTokens } = record.cost;
    assert.deepEqual([asked, retries, cached, promptTokens, completionTokens], [15, 1, 0, 1400, 140]);
    assert.equal(models.asked.length, 15);
    assert.ok(models.asked.every(({ model }) => model === "scripted"));
    const unread = verdicts.find(({ outcome }) => outcome === null);
    assert.equal(unread?.orders[0].answer, "I like both.", "the raw answer is kept");
    // Somebody's model may cost something: asked about before, with what it would take.
    assert.equal(somebody.asked.length, 1);
    assert.match(somebody.asked[0] ?? "", /^Ask scripted 14 questions\?/);

    models.asked.length = 0;
    await runs.compare();
    assert.equal(models.asked.length, 0, "nothing is asked twice");
    assert.equal(comparisonBy("scripted").record.cost.cached, 14);
  });

  it("without consent nothing is asked, and the message says what to do", async () => {
    // In a test host VS Code's own dialog counts as refused.
    await setJudge({ judge: "vscode", judgeModel: "asking" });
    await runs.compare();
    assert.equal(models.asked.length, 0);
    const [shown, ...others] = errors();
    assert.deepEqual(others, []);
    assert.match(shown?.text ?? "", /^Pinch may not ask the model "asking"\. Compare again and allow it/);
    assert.ok(shown?.buttons.includes("Open Settings") && shown.buttons.includes("Show Log"));
    assert.deepEqual(runs.comparisons("asking"), []);
  });

  it("who does not agree to the questions is not charged for one", async () => {
    somebody.agrees = false;
    await setJudge({ judge: "vscode", judgeModel: "slow" });
    await runs.compare();
    assert.equal(somebody.asked.length, 1);
    assert.equal(models.asked.length, 0);
    assert.deepEqual([errors(), runs.comparisons("slow")], [[], []]);
  });

  it("a model that is not there is named, with how to find one", async () => {
    await setJudge({ judge: "vscode", judgeModel: "gone" });
    await runs.compare();
    assert.match(errors()[0]?.text ?? "", /^VS Code offers no model "gone"\. Choose another/);
  });

  it("Stop Comparison reaches the model, and what was answered is not asked again", async () => {
    let stopped = 0;
    models.answer = (prompt, token, index) =>
      index < 2
        ? judged(prompt)
        : new Promise((_resolve, reject) => {
            token.onCancellationRequested(() => {
              stopped++;
              reject(new Error("stopped"));
            });
          });
    await setJudge({ judge: "vscode", judgeModel: "slow", judgeConcurrency: 2 });
    const comparing = runs.compare();
    await eventually("two questions under way", () => models.asked.length === 4 || null);
    await vscode.commands.executeCommand(commands.stopComparison);
    await comparing;
    assert.equal(stopped, 2);
    assert.deepEqual([errors(), runs.comparisons("slow")], [[], []]);

    models.answer = judged;
    models.asked.length = 0;
    await runs.compare();
    assert.equal(models.asked.length, 12);
    assert.equal(comparisonBy("slow").record.languages.en?.score.value, 2.5 / 3);
  });

  const errors = () => messages.shown.filter(({ kind }) => kind === "error");

  function comparisonBy(model: string) {
    const [found, ...others] = runs.comparisons(model);
    assert.ok(found, `${model} has judged nothing: ${JSON.stringify(messages.shown)}`);
    assert.deepEqual(others, []);
    return found;
  }
});
