// Names of run folders, valid on every system and equal for equal work.

import { isObject } from "../../common/json.ts";
import { untunedName } from "../../core/mixture/mixtureFile.ts";
import type { RunRecord } from "../../core/records/runRecord.ts";
import { sha256OfText } from "../../node/sha256.ts";

/** Device names of Windows, which no file or folder may have, with or without an extension. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/**
 * Converts a mixture's name to part of a file name, replacing whatever causes trouble in Windows, URIs or
 * shells.
 */
export function fileNameOf(name: string): string {
  const safe = name
    .normalize("NFC")
    .replaceAll("%", "pct")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: Windows refuses them in names
    .replace(/[<>:"/\\|?*#&'`$!\s\u0000-\u001f\u007f]+/g, "-")
    .replace(/^[.-]+|[.-]+$/g, "");
  if (safe === "") return "mixture";
  return reserved.test(safe) ? `_${safe}` : safe;
}

/** JSON with sorted keys, so that equal values have equal texts. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    isObject(part) ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1))) : part,
  );
}

export type RunIdentity = Pick<RunRecord, "mixture" | "seed" | "configuration" | "lock">;

/** Everything that determines a run's result. The location of files is irrelevant. */
function identityOf({ mixture, seed, configuration, lock }: RunIdentity) {
  const { file: _file, model: _model, budget, ...settled } = configuration;
  // The untuned model is the same for every budget.
  const settings = mixture === untunedName ? settled : { ...settled, budget };
  const data = lock === null ? [] : Object.values(lock.data).sort();
  if (lock === null) return { mixture, seed, settings, lock };
  const { languageData: _languageData, ...locked } = lock; // the same files again
  return { mixture, seed, settings, lock: { ...locked, data } };
}

/**
 * Eight hex digits of a hash over configuration, data and model hashes, example order, versions and device.
 */
export function runHash(run: RunIdentity): string {
  return sha256OfText(canonicalJson(identityOf(run))).slice(0, 8);
}

/** SHA-256 over the same values except the device: a run that lost its GPU may continue elsewhere. */
export function continuationHash(run: RunIdentity): string {
  const identity = identityOf(run);
  const lock = identity.lock === null ? null : { ...identity.lock, device: "" };
  return sha256OfText(canonicalJson({ ...identity, lock }));
}

/**
 * Mark of the checkpoints of each of a run's learning rates, so that training with one rate never resumes
 * from another's.
 * @param identity `continuationHash` of the run.
 */
export function trainingIdentity(identity: string, rates: readonly number[], rate: number): string {
  return rates.length > 1 ? `${identity} ${rate}` : identity;
}

/** `<mixture>-s<seed>-<8 hex>` */
export function runFolderName(identity: RunIdentity): string {
  return `${fileNameOf(identity.mixture)}-s${identity.seed}-${runHash(identity)}`;
}
