// Selects what a comparison covers: the run's languages, each with its baseline and the pairs that both have.
import { existsSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { suggestion } from "../../common/didYouMean.ts";
import { HumanError } from "../../common/errors.ts";
import {
  apartWords,
  type Candidate,
  type ChosenBaseline,
  givenBaseline,
  missingBaseline,
  monolingualBaseline,
  namedBaseline,
} from "../../core/comparison/baselines.ts";
import {
  type Pair,
  type Pairing,
  pairSamples,
  samplesByLanguage,
} from "../../core/comparison/pairSamples.ts";
import { displayName, sortedTags } from "../../core/language/tags.ts";
import { runFiles, type SampleRecord } from "../../core/records/records.ts";
import type { RunRecord } from "../../core/records/runRecord.ts";
import type { CompareRequest } from "../../protocol/comparison.ts";
import { listRunFolders, readRunRecord } from "../files/runFolder.ts";
import { readComparedSamples } from "./compareSamples.ts";

export interface ComparedLanguage {
  readonly language: string;
  /** Null if the run itself is the baseline. */
  readonly baseline: string | null;
  readonly baselineMixture: string;
  readonly pairs: readonly Pair[];
  readonly unmatched: number;
}

export interface ComparedRun {
  readonly folder: string;
  readonly record: RunRecord;
  readonly languages: readonly ComparedLanguage[];
  readonly notes: readonly string[];
}

type PairRequest = Pick<CompareRequest, "baseline" | "languages" | "limit">;

/** @throws HumanError if there is nothing to compare. */
export function comparedRun(path: string, request: PairRequest): ComparedRun {
  const folder = resolve(path);
  const record = readRunRecord(folder);
  const samples = samplesByLanguage(readComparedSamples(folder));
  const run: Candidate = { folder: basename(folder), record };
  const candidates = finishedRuns(folder);
  const choose = chooser(folder, run, request.baseline, candidates);
  const readBaseline = samplesOf(samples, folder);
  const languages: ComparedLanguage[] = [];
  const notes = new Set<string>();
  for (const language of chosenLanguages(samples, request.languages, run.folder)) {
    const chosen = choose(language);
    if (chosen === null) {
      notes.add(missingBaseline(run, language, candidates));
      continue;
    }
    const { folder: name } = chosen.candidate.baseline;
    const common = { language, baselineMixture: chosen.candidate.name };
    if (chosen.candidate.itself) {
      languages.push({ ...common, baseline: null, pairs: [], unmatched: 0 });
      continue;
    }
    for (const note of chosen.candidate.notes) notes.add(note);
    const own = samples.get(language) ?? [];
    const pairing = pairSamples(own, readBaseline(chosen.folder).get(language) ?? []);
    for (const note of pairingNotes(language, name, pairing)) notes.add(note);
    const pairs = pairing.pairs.slice(0, request.limit ?? undefined);
    const unmatched = pairing.alone + pairing.differing;
    if (pairs.length > 0) languages.push({ ...common, baseline: name, pairs, unmatched });
  }
  if (languages.length === 0)
    throw new HumanError(`${run.folder} has nothing to be compared with. ${[...notes].join(" ")}`, {
      remedy: "Run the monolingual mixtures too, or name a baseline: a run folder or a mixture.",
    });
  return { folder, record, languages, notes: [...notes] };
}

function chosenLanguages(
  samples: ReadonlyMap<string, unknown>,
  wanted: readonly string[] | null,
  run: string,
): readonly string[] {
  const unknown = wanted?.find(language => !samples.has(language));
  if (unknown !== undefined)
    throw new HumanError(`${run} has no samples in ${unknown}.`, {
      remedy: suggestion(unknown, sortedTags(samples.keys())),
    });
  return sortedTags(wanted ?? samples.keys());
}

interface Choice {
  readonly candidate: ChosenBaseline;
  readonly folder: string;
}

/** Returns a function that finds the baseline of a language. */
function chooser(
  folder: string,
  run: Candidate,
  baseline: string | null,
  candidates: readonly Candidate[],
): (language: string) => Choice | null {
  const runs = dirname(folder);
  const placed = (candidate: ChosenBaseline | null): Choice | null =>
    candidate === null ? null : { candidate, folder: join(runs, candidate.baseline.folder) };
  if (baseline === null) return language => placed(monolingualBaseline(run, language, candidates));
  if (existsSync(join(baseline, runFiles.run))) {
    const other = resolve(baseline);
    const given = givenBaseline(
      run,
      { folder: basename(other), record: readRunRecord(other) },
      other === folder,
    );
    return () => ({ candidate: given, folder: other });
  }
  const named = placed(namedBaseline(run, baseline, candidates));
  if (named !== null) return () => named;
  const apart = candidates.filter(({ record }) => record.mixture === baseline);
  if (apart.length > 0)
    throw new HumanError(
      `No run of ${baseline} has the settings of ${run.folder}. ${apartWords(run, apart)}`,
      {
        remedy: `Run ${baseline} again with today's settings. To compare the two all the same, give that run folder as the baseline: the result is marked.`,
      },
    );
  const mixtures = [...new Set(candidates.map(({ record }) => record.mixture))].sort();
  throw new HumanError(
    `The baseline ${baseline} is neither a run folder nor a mixture with a finished run in ${runs}.`,
    {
      remedy: suggestion(baseline, mixtures),
    },
  );
}

/** Runs with samples in the same folder. A folder that can't be read is not a candidate. */
function finishedRuns(folder: string): Candidate[] {
  return listRunFolders(dirname(folder)).flatMap(path => {
    try {
      const record = readRunRecord(path);
      const finished = record.status === "done" && existsSync(join(path, runFiles.samples));
      return finished && path !== folder ? [{ folder: basename(path), record }] : [];
    } catch {
      return [];
    }
  });
}

/** Returns a reader of baselines that reads each one only once. */
function samplesOf(
  own: ReadonlyMap<string, readonly SampleRecord[]>,
  folder: string,
): (path: string) => ReadonlyMap<string, readonly SampleRecord[]> {
  const read = new Map([[folder, own]]);
  return path => {
    const known = read.get(path);
    if (known !== undefined) return known;
    const samples = samplesByLanguage(readComparedSamples(path));
    read.set(path, samples);
    return samples;
  };
}

function pairingNotes(language: string, baseline: string, pairing: Pairing): string[] {
  const { pairs, alone, differing, repeated } = pairing;
  const name = `${displayName(language)} (${language})`;
  const notes: string[] = [];
  if (alone + differing > 0) {
    const parts = [
      ...(alone > 0 ? [`${alone} that only one of the two has`] : []),
      ...(differing > 0 ? [`${differing} of the same id with another text`] : []),
    ];
    const compared =
      pairs.length === 0 ? "nothing is compared" : `the ${pairs.length} in common are compared`;
    notes.push(`${name}: the prompts are not those of ${baseline} (${parts.join(", ")}); ${compared}.`);
  }
  if (repeated > 0)
    notes.push(`${name}: ${repeated} samples repeat an id; the first of each id is compared.`);
  return notes;
}
