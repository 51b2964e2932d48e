// @ts-check
// Imitates a run that only writes events: node bench/eventWriter.mjs FOLDER RUN_JSON PER_SECOND; starts on a
// line of input.
import { mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";

const [folder = "", record = "{}", perSecond = "100"] = process.argv.slice(2);
const steps = 100_000;
mkdirSync(folder, { recursive: true });
const events = openSync(join(folder, "events.jsonl"), "w");
writeFileSync(
  join(folder, "run.json"),
  JSON.stringify({ ...JSON.parse(record), status: "running", ended: null, pid: process.pid }),
);

/** @param {number} step */
function line(step) {
  const loss = 2 + 2 * Math.exp(-step / 800) + 0.2 * Math.sin(step);
  const heldOut = { en: loss, fi: loss + 0.5, sw: loss + 1 };
  const fixed = { steps, epoch: 1, learningRate: 2e-4, gradientNorm: 1 + Math.cos(step) / 2 };
  const amounts = { tokens: 4000, responseTokens: 1500, tokensPerSecond: 9000, memoryBytes: 2e9 };
  const time = new Date().toISOString();
  return `${JSON.stringify({ step, loss, ...fixed, ...amounts, time, ...(step % 20 === 0 ? { heldOut } : {}) })}\n`;
}

process.stdin.once("data", () => {
  const began = performance.now();
  let step = 0;
  setInterval(() => {
    const due = ((performance.now() - began) / 1000) * Number(perSecond);
    while (step < due) writeSync(events, line(++step));
  }, 1000 / Number(perSecond));
});
process.stdin.on("end", () => process.exit());
process.stdout.write("ready\n");
