// Lists the parts of a dataset on the Hub, and downloads it.
import { join } from "node:path";
import { knownLanguage } from "../../core/language/names.ts";
import { sortedTags } from "../../core/language/tags.ts";
import { chooseSides, findDatasets } from "../../core/sources/datasets.ts";
import { configsOf } from "../../core/sources/hubConfigs.ts";
import { hubSourceText } from "../../core/sources/hubSource.ts";
import { hubCacheFolder } from "../../node/hubFolders.ts";
import type {
  DatasetDownload,
  DatasetDownloadRequest,
  HubDataset,
  HubDatasetRequest,
} from "../../protocol/data.ts";
import { downloadDataset as download, listDataset } from "../hub/fetchDataset.ts";
import { type HubContext, withHub } from "../hub/withHub.ts";

export function hubDataset(request: HubDatasetRequest, context: HubContext): Promise<HubDataset> {
  return withHub(request.token, context, async hub => {
    const { repository, contents } = await listDataset(hub, { ...request, cache: hubCacheFolder() });
    const { train, evaluation } = chooseSides(findDatasets(contents.files));
    return {
      commit: repository.commit,
      configs: configsOf(contents).map(({ name, isDefault, splits }) => ({
        name,
        isDefault,
        splits: [...splits.keys()],
        language: knownLanguage(name),
      })),
      patterns: [train, evaluation].flatMap(found => (found === null ? [] : [found.pattern])),
    };
  });
}

export function downloadDataset(
  request: DatasetDownloadRequest,
  context: HubContext,
): Promise<DatasetDownload> {
  const { token, ...asked } = request;
  return withHub(token, context, async (hub, report) => {
    const { folder, commit, bytes, files, unread } = await download(
      hub,
      { ...asked, cache: hubCacheFolder() },
      report,
    );
    const languages = new Set(files.flatMap(({ language }) => language ?? []));
    return {
      source: hubSourceText({ id: asked.id, revision: commit, path: asked.path ?? null }),
      folder,
      firstFile: join(folder, files[0]?.name ?? ""),
      commit,
      files: files.length,
      bytes,
      languages: sortedTags(languages),
      unread,
    };
  });
}
