// Measures how many of the injection attempts change the verdict of a given judge.
// usage: npm run bench:injection -- --model NAME [--url URL] [--prompt en|own] [--concurrency 4] [--json]
// With --url an OpenAI-compatible endpoint (key: PINCH_JUDGE_API_KEY), otherwise a local model.
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openJudge } from "../src/runtime/judge/openJudge.ts";
import { start } from "./entry.ts";
import { describeInjection, tryInjection } from "./injectionReport.ts";

const { values: options } = parseArgs({
  options: {
    model: { type: "string" },
    url: { type: "string" },
    prompt: { type: "string", default: "en" },
    concurrency: { type: "string", default: "4" },
    json: { type: "boolean", default: false },
  },
});

start(async () => {
  const { model, url } = options;
  if (model === undefined) throw new Error("name the judge's model with --model");
  const promptLanguage = options.prompt === "own" ? "own" : "en";
  const settings =
    url === undefined
      ? ({ kind: "local", model, promptLanguage } as const)
      : ({
          kind: "openai",
          url,
          model,
          key: null,
          promptLanguage,
          concurrency: Number(options.concurrency),
        } as const);
  const starter = join(import.meta.dirname, "..", "media", "starter");
  const judge = openJudge(settings, { starter, askHost: () => Promise.reject(new Error("no host here")) });
  try {
    const tried = await tryInjection(judge, new AbortController().signal, (done, total) =>
      process.stderr.write(`\r${done}/${total}`),
    );
    process.stderr.write("\n");
    process.stdout.write(`${options.json ? JSON.stringify(tried) : describeInjection(tried)}\n`);
  } finally {
    await judge.release();
  }
});
