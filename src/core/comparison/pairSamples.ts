// Pairs the samples of a run with those of its baselines, by language and id.
import { groupBy } from "../../common/groupBy.ts";
import type { SampleRecord } from "../records/records.ts";

/** Two responses to the same prompt. */
export interface Pair {
  readonly language: string;
  readonly id: string;
  readonly group?: string;
  readonly prompt: string;
  readonly run: SampleRecord;
  readonly baseline: SampleRecord;
}

export interface Pairing {
  readonly pairs: readonly Pair[];
  /** Number of prompts that only one of the two runs has. */
  readonly alone: number;
  /** Number of ids that both runs have, with different prompts. */
  readonly differing: number;
  /** Number of rows that repeat an earlier id of their run. */
  readonly repeated: number;
}

/** Returns pairs in the order of the run's samples. All samples must be of one language. */
export function pairSamples(run: readonly SampleRecord[], baseline: readonly SampleRecord[]): Pairing {
  const own = firstById(run);
  const others = firstById(baseline);
  const pairs: Pair[] = [];
  let differing = 0;
  for (const [id, sample] of own) {
    const other = others.get(id);
    if (other === undefined) continue;
    if (other.prompt !== sample.prompt) differing++;
    else {
      const { language, group, prompt } = sample;
      pairs.push({
        language,
        id,
        ...(group !== undefined && { group }),
        prompt,
        run: sample,
        baseline: other,
      });
    }
  }
  const common = pairs.length + differing;
  return {
    pairs,
    alone: own.size + others.size - 2 * common,
    differing,
    repeated: run.length - own.size + (baseline.length - others.size),
  };
}

function firstById(samples: readonly SampleRecord[]): Map<string, SampleRecord> {
  const byId = new Map<string, SampleRecord>();
  for (const sample of samples) if (!byId.has(sample.id)) byId.set(sample.id, sample);
  return byId;
}

export function samplesByLanguage(samples: readonly SampleRecord[]): Map<string, SampleRecord[]> {
  return groupBy(samples, ({ language }) => language);
}
