// Progress of a run that chooses its learning rate: the loss of each rate tried, and the files of the best
// one.
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../../common/json.ts";
import { chooseRate, isTried, type LearningRateChoice } from "../../core/records/learningRateChoice.ts";
import { candidatesFile, runFiles } from "../../core/records/records.ts";
import { sealed, unsealed } from "../../core/records/seal.ts";
import { renameWithRetry, writeFileAtomically, writeJsonAtomically } from "../../node/atomicWrite.ts";
import { readRunFile } from "../../node/plainFiles.ts";
import { sha256OfText } from "../../node/sha256.ts";
import { hashesOf } from "../files/fileHashes.ts";
import { stopOf } from "../files/results.ts";
import { hasTrainedWeights, readRunRecord, writeRunRecord } from "../files/runFolder.ts";
import { canonicalJson } from "../files/runName.ts";

type Tried = LearningRateChoice["tried"][number];

/** Files that training leaves in its folder. */
const keptFiles = [runFiles.adapter, runFiles.model, runFiles.events];

function folderOfCandidates(runFolder: string): string {
  return join(runFolder, runFiles.candidates);
}

export function removeCandidates(runFolder: string): void {
  rmSync(folderOfCandidates(runFolder), { recursive: true, force: true, maxRetries: 3 });
}

interface TriedFile {
  readonly identity: unknown;
  readonly files: unknown;
  readonly tried: readonly Tried[];
}

/** Reads the file of tried rates. Null if there is none, or if it is not as a run wrote it. */
function readTried(runFolder: string): TriedFile | null {
  try {
    const path = join(folderOfCandidates(runFolder), candidatesFile);
    const value: unknown = JSON.parse(readRunFile(path, "record"));
    const what = isObject(value) ? unsealed(value, sha256OfText) : null;
    return what !== null && isTried(what.tried)
      ? { identity: what.identity, files: what.files, tried: what.tried }
      : null;
  } catch {
    return null;
  }
}

/** Learning rates that have been trained, in the order of the list; empty if the run does not record them. */
export function triedRates(runFolder: string): number[] {
  return readTried(runFolder)?.tried.map(({ learningRate }) => learningRate) ?? [];
}

/**
 * Candidate learning rates of a run. Of rates still untried, only the checkpoint of the one in training is
 * kept; see `trainingIdentity`.
 */
export class Candidates {
  readonly #runFolder: string;
  readonly #identity: string;
  #tried: readonly Tried[];

  /**
   * Starts over, with a warning, if the recorded candidates cannot be continued.
   * @param identity `continuationHash` of the run.
   */
  constructor(
    runFolder: string,
    identity: string,
    rates: readonly number[],
    warn: (message: string) => void,
  ) {
    this.#runFolder = runFolder;
    this.#identity = identity;
    this.#tried = this.#read(rates, warn);
    if (this.#tried.length === 0) removeCandidates(runFolder);
  }

  /** Rates tried so far, in the order of the list. */
  get tried(): readonly Tried[] {
    return this.#tried;
  }

  /**
   * Creates an empty folder for the weights of a rate and deletes what an interrupted training left there.
   */
  emptyFolder(rate: number): string {
    const folder = this.#folderOf(rate);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    mkdirSync(folder, { recursive: true });
    return folder;
  }

  /** Records a rate once its weights are in its folder, and deletes the weights of all rates but the best. */
  finish(one: Tried): void {
    const folder = this.#folderOf(one.learningRate);
    if (one.devLoss !== null)
      writeFileAtomically(
        join(folder, runFiles.events),
        readFileSync(join(this.#runFolder, runFiles.events)),
      );
    this.#tried = [...this.#tried, one];
    const best = chooseRate(this.#tried)?.chosen;
    const what = { identity: this.#identity, tried: this.#tried, files: this.#hashesOf(best) };
    writeJsonAtomically(
      join(folderOfCandidates(this.#runFolder), candidatesFile),
      sealed(what, sha256OfText),
    );
    for (const { learningRate } of this.#tried)
      if (learningRate !== best)
        rmSync(this.#folderOf(learningRate), { recursive: true, force: true, maxRetries: 3 });
  }

  /**
   * Moves the model and steps of the best rate to the run. The weights are moved last: their presence means
   * that everything else is there.
   * @returns null if every training diverged.
   */
  keepBest(): LearningRateChoice | null {
    const choice = chooseRate(this.#tried);
    if (choice === null) {
      removeCandidates(this.#runFolder); // nothing is left to resume from
      return null;
    }
    const folder = this.#folderOf(choice.chosen);
    writeFileAtomically(join(this.#runFolder, runFiles.events), readFileSync(join(folder, runFiles.events)));
    const record = readRunRecord(this.#runFolder);
    const files = { ...record.files, ...this.#hashesOf(choice.chosen) };
    const stop = stopOf(record.configuration, this.#runFolder);
    writeRunRecord(this.#runFolder, { ...record, files, learningRateChoice: choice, ...stop });
    for (const name of [runFiles.adapter, runFiles.model])
      if (existsSync(join(folder, name))) renameWithRetry(join(folder, name), join(this.#runFolder, name));
    removeCandidates(this.#runFolder);
    return choice;
  }

  #hashesOf(rate: number | undefined): Readonly<Record<string, string>> {
    return rate === undefined ? {} : hashesOf(this.#folderOf(rate), keptFiles);
  }

  #folderOf(rate: number): string {
    return join(folderOfCandidates(this.#runFolder), String(rate));
  }

  #read(rates: readonly number[], warn: (message: string) => void): readonly Tried[] {
    const path = join(folderOfCandidates(this.#runFolder), candidatesFile);
    if (!existsSync(path)) return [];
    const startOver = (why: string): readonly Tried[] => {
      warn(`${path} ${why}: the choice of a learning rate starts over.`);
      return [];
    };
    const what = readTried(this.#runFolder);
    if (what === null) return startOver("was changed since it was written");
    const { identity, tried, files } = what;
    if (identity !== this.#identity || tried.some(({ learningRate }, i) => learningRate !== rates[i]))
      return startOver("belongs to another run");
    const best = chooseRate(tried);
    const kept = best === null ? null : this.#folderOf(best.chosen);
    if (kept !== null && !(hasTrainedWeights(kept) && existsSync(join(kept, runFiles.events))))
      return startOver("names a model that is gone");
    if (kept !== null && canonicalJson(hashesOf(kept, keptFiles)) !== canonicalJson(files))
      return startOver("names a model that was changed since it was trained");
    return tried;
  }
}
