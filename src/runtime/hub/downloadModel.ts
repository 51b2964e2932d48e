// Brings a model of the Hub into Hugging Face's own cache, pinned to one commit.
import { readFileSync } from "node:fs";
import type { Hub } from "./hub.ts";
import { neededFiles, parseModelId, weightIndexOf } from "./modelNeeds.ts";
import { checkedRevision, completed, type HubRepository, readRepository } from "./repository.ts";
import { bytesOf, fetchFile, fetchSnapshot, type OnProgress, writeRevision } from "./snapshot.ts";

export interface Downloaded {
  /** As a mixture file names it. */
  readonly model: string;
  /** Folder of the snapshot. */
  readonly folder: string;
  readonly commit: string;
  /** Of all files, those that were here before included. */
  readonly bytes: number;
}

export const defaultRevision = "main";

/**
 * The revision's name is written last: a reader finds the whole model or none.
 * @param asked.cache The folder that `models--…` lie in.
 */
export async function downloadModel(
  hub: Hub,
  asked: { readonly id: string; readonly revision: string | null; readonly cache: string },
  onProgress: OnProgress,
): Promise<Downloaded> {
  const { repository: id, file } = parseModelId(asked.id);
  const { cache } = asked;
  const revision = checkedRevision(asked.revision ?? defaultRevision);
  const repository = await readRepository(hub, { kind: "model", id }, revision);
  const index = file === null ? await readIndex(hub, repository, cache) : null;
  const files = await completed(hub, repository, neededFiles(repository, file, index));
  // Configuration last: without it nothing takes the folder for a model.
  const weightsFirst = [...files].sort(
    (a, b) => Number(a.name === "config.json") - Number(b.name === "config.json"),
  );
  const folder = await fetchSnapshot(hub, repository, weightsFirst, cache, onProgress);
  writeRevision(cache, repository, revision);
  const model = file === null ? id : `${id}/${file}`;
  return { model, folder, commit: repository.commit, bytes: bytesOf(files) };
}

/** What it holds; null: the weights are in one file, or there are none. */
async function readIndex(hub: Hub, repository: HubRepository, cache: string): Promise<unknown> {
  const listed = weightIndexOf(repository);
  if (listed === null) return null;
  const [index] = await completed(hub, repository, [listed]);
  if (index === undefined) return null;
  try {
    return JSON.parse(readFileSync(await fetchFile(hub, repository, index, cache), "utf8")) ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) return {}; // refused as one that names no weights
    throw error;
  }
}
