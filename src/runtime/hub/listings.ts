// What a repository held at one commit, kept beside its files: which of them a dataset needs is known without the Hub.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { HubContents } from "../../core/data/hubConfigs.ts";
import { writeJsonAtomically } from "../files/atomicWrite.ts";
import { isJsonObject } from "../model/jsonFile.ts";
import type { HubFile, HubPlace, HubRepository, ListedFile } from "./repository.ts";
import { blobPath, repositoryFolder } from "./snapshot.ts";

export interface Listing {
  readonly contents: HubContents;
  /** By name. */
  readonly bytes: ReadonlyMap<string, number | null>;
}

type Commit = HubPlace & { readonly commit: string };

export const cardName = "README.md";

function listingPath(cache: string, place: Commit): string {
  return join(repositoryFolder(cache, place), "listings", `${place.commit}.json`);
}

export function writeListing(cache: string, repository: HubRepository, card: HubFile | null): void {
  const { files } = repository;
  writeJsonAtomically(listingPath(cache, repository), { files, card });
}

/** null: nothing of this commit was downloaded by Pinch. */
export function readListing(cache: string, place: Commit): Listing | null {
  const path = listingPath(cache, place);
  if (!existsSync(path)) return null;
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return null; // downloaded again
  }
  if (!isJsonObject(read) || !Array.isArray(read.files)) return null;
  const files = read.files as readonly ListedFile[];
  const card = read.card as HubFile | null;
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
