// Measures how well a comparison keeps a judge's endpoint with a fixed latency busy: the share of slots in
// use.
// usage: npm run bench:judge -- [--latency 50] [--concurrency 16] [--pairs 800] [--json]
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { compare } from "../src/runtime/recipes/compare.ts";
import { hostedContext, madeUpRun } from "../test/unit/judge/madeUpRuns.ts";
import { start } from "./entry.ts";
import { rounded } from "./numbers.ts";

const { values: options } = parseArgs({
  options: {
    latency: { type: "string", default: "50" },
    concurrency: { type: "string", default: "16" },
    pairs: { type: "string", default: "800" },
    json: { type: "boolean", default: false },
    /** This script starts itself with this option as the endpoint. */
    serve: { type: "boolean", default: false },
  },
});
const [latency, concurrency, pairs] = [options.latency, options.concurrency, options.pairs].map(Number) as [
  number,
  number,
  number,
];

/** Endpoint statistics: total milliseconds that requests were open, and the span from first to last. */
interface Seen {
  readonly requests: number;
  readonly open: number;
  readonly span: number;
}

function serve(): void {
  let [requests, open, first, last] = [0, 0, 0, 0];
  const server = createServer((request, response) => {
    const began = performance.now();
    first ||= began;
    requests++;
    let text = "";
    request.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
    request.on("end", () =>
      setTimeout(
        () => {
          const code = /VERDICT ([0-9a-f]{6}): A/.exec(text.slice(-400))?.[1];
          const content = `Reason.\nVERDICT ${code}: A`;
          response.setHeader("content-type", "application/json");
          response.end(JSON.stringify({ model: "judge", choices: [{ message: { content } }] }));
          last = performance.now();
          open += last - began;
        },
        Math.max(0, latency - (performance.now() - began)),
      ),
    );
  });
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port));
  process.on("message", () => process.send?.({ requests, open, span: last - first } satisfies Seen));
}

async function message<T>(child: ChildProcess): Promise<T> {
  const [value] = (await once(child, "message")) as [T];
  return value;
}

async function measure(): Promise<void> {
  const child = fork(fileURLToPath(import.meta.url), ["--serve", "--latency", String(latency)], {
    execArgv: ["--import", "tsx"],
  });
  const runs = mkdtempSync(join(tmpdir(), "pinch-bench-judge-"));
  try {
    const port = await message<number>(child);
    const texts = (start: string): string[] =>
      Array.from({ length: pairs }, (_, i) => `${start} ${i} ${"some words of a response ".repeat(8)}`);
    const run = madeUpRun(runs, { mixture: "pinch", responses: { en: texts("run") } });
    const baseline = madeUpRun(runs, { mixture: "base", responses: { en: texts("base") } });
    const began = performance.now();
    const [outcome] = await compare(
      {
        folders: [run],
        baseline,
        judge: {
          kind: "openai",
          url: `http://127.0.0.1:${port}`,
          model: "judge",
          key: null,
          promptLanguage: "en",
          concurrency,
        },
        languages: null,
        limit: null,
        prices: null,
        dryRun: false,
        starter: "",
      },
      hostedContext(),
    );
    const wall = performance.now() - began;
    child.send("report");
    const seen = await message<Seen>(child);
    const result = {
      questions: outcome?.comparison?.cost.asked ?? 0,
      requests: seen.requests,
      secondsOfComparison: rounded(wall / 1000, 2),
      /** Lower bound for this latency and concurrency. */
      secondsIdeal: rounded((seen.requests * latency) / concurrency / 1000, 2),
      busyPercent: rounded((100 * seen.open) / (concurrency * seen.span), 1),
      busyPercentOfComparison: rounded((100 * seen.requests * latency) / (concurrency * wall), 1),
    };
    process.stdout.write(
      options.json
        ? `${JSON.stringify(result)}\n`
        : Object.entries(result)
            .map(([name, value]) => `${name}: ${value}\n`)
            .join(""),
    );
  } finally {
    child.kill();
    rmSync(runs, { recursive: true, force: true });
  }
}

if (options.serve) serve();
else start(measure);
