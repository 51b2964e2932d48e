// Tries one importer on damaged files, one after the other, in a process that may hang or run out of memory.
import { HumanError } from "../../src/common/errors.ts";
import { seededRandom } from "../../src/common/random.ts";
import type { Attempt } from "./fuzz.ts";
import { importers } from "./importers.ts";
import { texts } from "./texts.ts";

/** Peak memory that one file of some KiB may add; the runtime's own growth stays below. */
const maxGrowthBytes = 192 * 1024 * 1024;

/** Time of the processor, which a busy machine does not lengthen; a file takes some milliseconds. */
const maxCpuSeconds = 1;

const [name = "", from = "0", to = "0"] = process.argv.slice(2);
const importer = [...importers, ...texts].find(one => one.name === name);
if (importer === undefined) throw new Error(`no importer ${name}`);
const { prepare, make, read } = importer;

/** `PINCH_FUZZ_SEED`: other files than the usual. */
const seed = process.env.PINCH_FUZZ_SEED === undefined ? [] : [process.env.PINCH_FUZZ_SEED];

const peak = (): number => process.resourceUsage().maxRSS * 1024;

/** The fault, or how the file was taken. */
async function take(file: Uint8Array): Promise<Pick<Attempt, "outcome" | "what">> {
  const fault = (what: string) => ({ outcome: "fault", what }) as const;
  const before = peak();
  const cpu = process.cpuUsage();
  let outcome: Attempt["outcome"] = "accepted";
  try {
    await read(file);
  } catch (error) {
    if (!(error instanceof HumanError))
      return fault(error instanceof Error ? (error.stack ?? error.message) : String(error));
    if (error.remedy === "") return fault(`no remedy: ${error.message}`);
    outcome = "refused";
  }
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (user + system) / 1e6;
  if (seconds > maxCpuSeconds) return fault(`${seconds.toFixed(1)} s of processor time`);
  const growth = peak() - before;
  return growth > maxGrowthBytes
    ? fault(`peak memory grew by ${Math.round(growth / 1e6)} MB`)
    : { outcome, what: "" };
}

async function main(): Promise<void> {
  await prepare?.();
  for (let index = Number(from); index < Number(to); index++) {
    const attempt: Attempt = { index, ...(await take(make(seededRandom("fuzz", ...seed, name, index)))) };
    process.send?.(attempt);
    // Lets the message leave before the next file can hang.
    await new Promise(resolve => setImmediate(resolve));
  }
  process.disconnect();
}

void main();
