// Downloads a model from the Hub to Hugging Face's own cache, pinned to one commit.
import { readFileSync } from "node:fs";
import type { Hub } from "./hub.ts";
import { neededFiles, parseModelId, weightIndexOf } from "./modelNeeds.ts";
import { checkedRevision, completed, type HubRepository, readRepository } from "./repository.ts";
import { bytesOf, fetchFile, fetchSnapshot, type OnProgress, writeRevision } from "./snapshot.ts";

export interface Downloaded {
  /** Name as in a mixture file. */
  readonly model: string;
  /** Folder of the snapshot. */
  readonly folder: string;
  readonly commit: string;
  /** Bytes of all files, including those that were cached before. */
  readonly bytes: number;
}

export const defaultRevision = "main";

/**
 * Downloads a model. The revision's name is written last, so that readers find the whole model or none.
 * @param asked.cache Folder that contains `models--…`.
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
  // Configuration comes last: without it, nothing recognises the folder as a model.
  const weightsFirst = [...files].sort(
    (a, b) => Number(a.name === "config.json") - Number(b.name === "config.json"),
  );
  const folder = await fetchSnapshot(hub, repository, weightsFirst, cache, onProgress);
  writeRevision(cache, repository, revision);
  const model = file === null ? id : `${id}/${file}`;
  return { model, folder, commit: repository.commit, bytes: bytesOf(files) };
}

/** Contents of the index; null if the weights are in one file or missing. */
async function readIndex(hub: Hub, repository: HubRepository, cache: string): Promise<unknown> {
  const listed = weightIndexOf(repository);
  if (listed === null) return null;
  const [index] = await completed(hub, repository, [listed]);
  if (index === undefined) return null;
  try {
    return JSON.parse(readFileSync(await fetchFile(hub, repository, index, cache), "utf8")) ?? {};
  } catch (error) {
    if (error instanceof SyntaxError) return {}; // rejected later, because it names no weights
    throw error;
  }
}
