// Downloads the files of a dataset that a source needs to Hugging Face's own cache, pinned to one commit.
import { readFileSync } from "node:fs";
import { HumanError } from "../../common/errors.ts";
import {
  chooseHubFiles,
  type HubChoice,
  type HubFiles,
  isChoiceFault,
} from "../../core/sources/chooseHubFiles.ts";
import { convertedBranch, type HubContents, scriptOf } from "../../core/sources/hubConfigs.ts";
import { defaultRevision } from "./fetchModel.ts";
import type { Hub } from "./hub.ts";
import { cardName, writeListing } from "./listings.ts";
import {
  checkedRevision,
  completed,
  findRepository,
  type HubFile,
  type HubRepository,
  readRepository,
} from "./repository.ts";
import { bytesOf, fetchFile, fetchSnapshot, type OnProgress, writeRevision } from "./snapshot.ts";

export interface AskedDataset {
  /** `org/name`. */
  readonly id: string;
  /** Branch, tag or commit; null means main. */
  readonly revision: string | null;
  /** Folder that contains `datasets--…`. */
  readonly cache: string;
}

export interface ListedDataset {
  /** Requested branch or tag, or that of the files which the Hub converted. */
  readonly revision: string;
  readonly repository: HubRepository;
  readonly contents: HubContents;
  readonly card: HubFile | null;
}

export interface DownloadedDataset extends HubFiles {
  /** Folder of the snapshot. */
  readonly folder: string;
  /**
   * Commit of the files. Differs from the requested one if a script makes the dataset: then it is that of the
   * files which the Hub converted.
   */
  readonly commit: string;
  /** Bytes of all files, including those that were cached before. */
  readonly bytes: number;
}

/** Lists the contents of a dataset without downloading its files. */
export async function listDataset(hub: Hub, { id, revision, cache }: AskedDataset): Promise<ListedDataset> {
  const asked = checkedRevision(revision ?? defaultRevision);
  const repository = await readRepository(hub, { kind: "dataset", id }, asked);
  const listed = { revision: asked, ...(await withCard(hub, repository, cache)) };
  const script = scriptOf(listed.contents, id);
  if (script === null) return listed;
  const made = await findRepository(hub, { kind: "dataset", id }, convertedBranch);
  if (made !== null) return { revision: convertedBranch, ...(await withCard(hub, made, cache)) };
  throw new HumanError(
    `${id} is made by a script (${script}), and ${hub.endpoint} has no Parquet files converted from it.`,
    { kind: "run", remedy: "Choose another dataset: Pinch does not run dataset scripts." },
  );
}

async function withCard(
  hub: Hub,
  repository: HubRepository,
  cache: string,
): Promise<Omit<ListedDataset, "revision">> {
  const listed = repository.files.filter(({ name }) => name === cardName);
  const [card = null] = await completed(hub, repository, listed);
  const text = card === null ? null : readFileSync(await fetchFile(hub, repository, card, cache), "utf8");
  const files = repository.files.map(({ name }) => name);
  return { repository, contents: { files, card: text }, card };
}

/**
 * Downloads only the files that the choice needs. The listing is written last, so that readers find all of
 * them or none.
 */
export async function downloadDataset(
  hub: Hub,
  asked: AskedDataset & HubChoice,
  onProgress: OnProgress,
): Promise<DownloadedDataset> {
  const { cache, id } = asked;
  const { repository, contents, card, revision } = await listDataset(hub, asked);
  const chosen = chooseHubFiles(contents, asked, id);
  if (isChoiceFault(chosen)) throw new HumanError(chosen.message, { remedy: chosen.remedy });
  const listed = new Map(repository.files.map(file => [file.name, file]));
  const files = await completed(
    hub,
    repository,
    chosen.files.flatMap(({ name }) => listed.get(name) ?? []),
  );
  const folder = await fetchSnapshot(hub, repository, files, cache, onProgress);
  writeListing(cache, repository, card);
  writeRevision(cache, repository, revision);
  return { ...chosen, folder, commit: repository.commit, bytes: bytesOf(files) };
}
