// Listings of repositories at one commit, stored with their files: they show without network access which
// files a dataset needs.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../../common/json.ts";
import type { HubContents } from "../../core/sources/hubConfigs.ts";
import { writeJsonAtomically } from "../../node/atomicWrite.ts";
import type { HubFile, HubPlace, HubRepository, ListedFile } from "./repository.ts";
import { blobPath, repositoryFolder } from "./snapshot.ts";

export interface Listing {
  readonly contents: HubContents;
  /** Size of each file in bytes, by name. */
  readonly bytes: ReadonlyMap<string, number | null>;
}

type Commit = HubPlace & { readonly commit: string };

export const cardName = "README.md";

function listingPath(cache: string, place: Commit): string {
  return join(repositoryFolder(cache, place), "listings", `${place.commit}.json`);
}

interface Written {
  readonly files: readonly ListedFile[];
  readonly card: HubFile | null;
}

/** Parses a listing; null if it is damaged. */
function parsed(text: string): Written | null {
  try {
    const read: unknown = JSON.parse(text);
    if (!isObject(read) || !Array.isArray(read.files)) return null;
    const named = (file: unknown): boolean => isObject(file) && typeof file.name === "string";
    const isSound = read.files.every(named) && (read.card === null || named(read.card));
    return isSound ? (read as unknown as Written) : null;
  } catch {
    return null;
  }
}

export function writeListing(cache: string, repository: HubRepository, card: HubFile | null): void {
  const { files } = repository;
  writeJsonAtomically(listingPath(cache, repository), { files, card });
}

/** Reads a listing; null if Pinch has downloaded nothing of this commit. */
export function readListing(cache: string, place: Commit): Listing | null {
  const path = listingPath(cache, place);
  if (!existsSync(path)) return null;
  const read = parsed(readFileSync(path, "utf8"));
  if (read === null) return null; // download it again
  const { files, card } = read;
  const cardPath = card === null ? null : blobPath(cache, place, card);
  if (cardPath !== null && !existsSync(cardPath)) return null;
  return {
    contents: {
      files: files.map(({ name }) => name),
      card: cardPath === null ? null : readFileSync(cardPath, "utf8"),
    },
    bytes: new Map(files.map(({ name, bytes }) => [name, bytes])),
  };
}
