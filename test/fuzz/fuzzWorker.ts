// Tries one importer on damaged files, one after the other, in a thread that may hang or run out of memory.
import { parentPort, workerData } from "node:worker_threads";
import { HumanError } from "../../src/common/errors.ts";
import { seededRandom } from "../../src/common/random.ts";
import type { WorkerMessage, WorkerTask } from "./fuzz.ts";
import { importers } from "./importers.ts";

/** Peak memory that one file of some KiB may add; the runtime's own growth stays below. */
const maxGrowthBytes = 192 * 1024 * 1024;

const { importer: name, from, to, current }: WorkerTask = workerData;
const importer = importers.find(one => one.name === name);
if (importer === undefined) throw new Error(`no importer ${name}`);

const peak = (): number => process.resourceUsage().maxRSS * 1024;

function attempt(index: number): WorkerMessage {
  const file = importer?.make(seededRandom("fuzz", name, index)) ?? Buffer.alloc(0);
  const before = peak();
  try {
    importer?.read(file);
  } catch (error) {
    if (!(error instanceof HumanError))
      return { index, outcome: "fault", what: error instanceof Error ? (error.stack ?? "") : String(error) };
    if (error.remedy === "") return { index, outcome: "fault", what: `no remedy: ${error.message}` };
    return grown(index, before) ?? { index, outcome: "refused", what: "" };
  }
  return grown(index, before) ?? { index, outcome: "accepted", what: "" };
}

function grown(index: number, before: number): WorkerMessage | null {
  const growth = peak() - before;
  if (growth <= maxGrowthBytes) return null;
  return { index, outcome: "fault", what: `peak memory grew by ${Math.round(growth / 1e6)} MB` };
}

for (let index = from; index < to; index++) {
  Atomics.store(current, 0, index);
  parentPort?.postMessage(attempt(index));
}
