// Names of run folders, valid on every system and equal for equal work.

import { baseMixtureName } from "../../core/mixture/mixtureFile.ts";
import type { RunRecord } from "../../core/records/records.ts";
import { sha256OfText } from "../../node/sha256.ts";

/** Device names of Windows, which no file or folder may have, with or without an extension. */
const reserved = /^(con|prn|aux|nul|com\d|lpt\d)(\..*)?$/i;

/** A mixture's name as a part of a file name: what Windows, URIs or shells stumble over is replaced. */
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
    typeof part === "object" && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );
}

export type RunIdentity = Pick<RunRecord, "mixture" | "seed" | "configuration" | "lock">;

/** Everything that decides a run's result; where files lie makes no difference. */
function identityOf({ mixture, seed, configuration, lock }: RunIdentity) {
  const { file: _file, model: _model, budget, ...settled } = configuration;
  // The untuned model is the same whatever the budget.
  const settings = mixture === baseMixtureName ? settled : { ...settled, budget };
  const data = lock === null ? [] : Object.values(lock.data).sort();
  if (lock === null) return { mixture, seed, settings, lock };
  const { languageData: _languageData, ...locked } = lock; // the same files once more
  return { mixture, seed, settings, lock: { ...locked, data } };
}

/** Eight hex digits over configuration, data and model hashes, example order, versions and device. */
export function runHash(run: RunIdentity): string {
  return sha256OfText(canonicalJson(identityOf(run))).slice(0, 8);
}

/** SHA-256 over the same but the device: a run that lost its GPU may go on elsewhere. */
export function continuationHash(run: RunIdentity): string {
  const identity = identityOf(run);
  const lock = identity.lock === null ? null : { ...identity.lock, device: "" };
  return sha256OfText(canonicalJson({ ...identity, lock }));
}

/**
 * What the checkpoints of a run are marked with, of each of its learning rates: a training of one rate doesn't go on
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
