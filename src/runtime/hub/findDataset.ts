// Finds the files of a dataset in the cache, without network access. If some are missing, the error contains
// the command that downloads them.
import { statSync } from "node:fs";
import { join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import {
  chooseHubFiles,
  type HubChoice,
  type HubFileOf,
  isChoiceFault,
} from "../../core/sources/chooseHubFiles.ts";
import { hubSourceText } from "../../core/sources/hubSource.ts";
import { readListing } from "./listings.ts";
import { snapshotFolder } from "./snapshot.ts";

export interface CachedDataset {
  readonly files: readonly (HubFileOf & { readonly path: string })[];
  readonly unread: readonly string[];
}

export interface CacheFault {
  readonly code: "hub-not-downloaded" | "hub-choice";
  readonly message: string;
  readonly remedy: string;
  /** Part of the source that names what is missing. */
  readonly of: "config" | "split" | "path" | "file";
  readonly choices: readonly string[];
}

export interface PinnedChoice extends HubChoice {
  readonly id: string;
  readonly commit: string;
}

/** @param cache Folder that contains `datasets--…`. */
export function findDataset(source: PinnedChoice, cache: string): CachedDataset | CacheFault {
  const place = { kind: "dataset" as const, id: source.id, commit: source.commit };
  const listing = readListing(cache, place);
  if (listing === null) return notDownloaded(source, `is not in the Hugging Face cache (${cache})`);
  let chosen: ReturnType<typeof chooseHubFiles>;
  try {
    chosen = chooseHubFiles(listing.contents, source, source.id);
  } catch (error) {
    if (!(error instanceof HumanError)) throw error;
    const { message, remedy } = error;
    return { code: "hub-choice", message, remedy, of: "file", choices: [] };
  }
  if (isChoiceFault(chosen)) return { code: "hub-choice", ...chosen };
  const folder = snapshotFolder(cache, place);
  const files = chosen.files.map(file => ({ ...file, path: join(folder, file.name) }));
  const missing = files.filter(({ name, path }) => !isWhole(path, listing.bytes.get(name) ?? null));
  if (missing.length === 0) return { files, unread: chosen.unread };
  const names = missing.slice(0, 3).map(({ name }) => name);
  const more = missing.length > names.length ? ` and ${missing.length - names.length} more` : "";
  return notDownloaded(source, `lacks ${names.join(", ")}${more} in the Hugging Face cache (${cache})`);
}

/** @param bytes Expected size; null if the Hub did not report it. */
function isWhole(path: string, bytes: number | null): boolean {
  const found = statSync(path, { throwIfNoEntry: false });
  return found?.isFile() === true && (bytes === null || found.size === bytes);
}

function notDownloaded(source: PinnedChoice, what: string): CacheFault {
  return {
    code: "hub-not-downloaded",
    message: `The dataset ${source.id} at ${source.commit.slice(0, 7)} ${what}.`,
    remedy: `Download it once with Pinch: Download Dataset… or \`${downloadCommand(source)}\`.`,
    of: "file",
    choices: [],
  };
}

function downloadCommand({ id, commit, path, config, split }: PinnedChoice): string {
  const quoted = (text: string): string => (/^[\w.:@/-]+$/.test(text) ? text : `"${text}"`);
  const source = hubSourceText({ id, revision: commit, path: path ?? null });
  const options = [
    ...(config === undefined ? [] : ["--config", quoted(config)]),
    ...(split === undefined ? [] : ["--split", quoted(split)]),
  ];
  return ["pinch", "download", quoted(source), ...options].join(" ");
}
