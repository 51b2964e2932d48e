// Seeded trials: the same seed tries the same things, and a failing trial says how to try it alone.
import { type Random, seededRandom } from "../../../src/common/random.ts";

/** `PINCH_FAULTS_SEED`: everything that is drawn follows from it. */
const faultsSeed = Number(process.env.PINCH_FAULTS_SEED ?? 20260101);

/** Trials of one kind: `PINCH_FAULTS_TRIALS`, or the few of the short form. */
export function trialCount(short: number): number {
  return Number(process.env.PINCH_FAULTS_TRIALS ?? short);
}

/**
 * Tries one thing after another, each with random numbers of its own.
 * @throws what the first failing trial threw, with its seed and number in front
 */
export async function eachTrial(
  name: string,
  count: number,
  work: (random: Random, trial: number) => Promise<void> | void,
): Promise<void> {
  for (let trial = 0; trial < count; trial++) {
    try {
      await work(seededRandom(faultsSeed, name, trial), trial);
    } catch (error) {
      if (error instanceof Error)
        error.message = `${name}, trial ${trial} of seed ${faultsSeed}: ${error.message}`;
      throw error;
    }
  }
}
