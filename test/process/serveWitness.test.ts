// OpenAI's own client asks a server over a real run.
import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { test } from "node:test";
import { serveRuns } from "../../src/runtime/recipes/serveRuns.ts";
import { runPython, withoutPython } from "../support/python.ts";
import { context, finishedRun } from "../unit/recipes/finishedRun.ts";

test("openai's client gets models, answers, streams and refusals", {
  skip: withoutPython("openai"),
}, async () => {
  const { folder, starter } = await finishedRun();
  const stop = new AbortController();
  let started: (address: string) => void;
  const address = new Promise<string>(resolve => {
    started = resolve;
  });
  const log = (_level: string, message: string): void => {
    const [found] = /http:\S+\/v1/.exec(message) ?? [];
    if (found !== undefined) started(found);
  };
  const request = { folders: [folder], port: 0, device: "cpu", starter } as const;
  const serving = serveRuns(request, context({ log, signal: stop.signal }));
  try {
    const script = join(import.meta.dirname, "witness", "chat.py");
    const base = await Promise.race([address, serving.then(() => "")]);
    const seen = (await runPython(script, [base], {})) as Record<string, unknown>;
    assert.deepEqual(seen.models, ["base", basename(folder)]);
    const [untuned, tuned] = seen.answers as {
      whole: string;
      streamed: string;
      finish: string;
      tokens: number;
    }[];
    for (const answer of [untuned, tuned]) {
      assert.equal(answer?.streamed, answer?.whole);
      assert.equal(answer?.finish, "length");
      assert.equal(answer?.tokens, 6);
    }
    assert.deepEqual(seen.refused, [
      ["NotFoundError", "model"],
      ["BadRequestError", "n"],
      ["BadRequestError", "tools"],
    ]);
  } finally {
    stop.abort();
    await serving;
  }
});
