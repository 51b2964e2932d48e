// Data sources that mixture files name directly: a Hub dataset, or a single file with several languages.
import * as vscode from "vscode";
import type { DatasetToDownload } from "../../common/diagnostic.ts";
import { messageOf } from "../../common/errors.ts";
import type { DataSide, DataSource } from "../../core/mixture/dataSource.ts";
import { mixtureFileGlob } from "../../manifest.ts";
import { readText } from "../../platform/files.ts";
import type { IndexedData } from "../../protocol/data.ts";
import type { DataIndex } from "../../workspace/data/dataIndex.ts";

export interface SourceNode {
  readonly kind: "source";
  readonly mixtureFile: vscode.Uri;
  readonly side: DataSide;
  readonly source: DataSource;
  readonly isOfHub: boolean;
  readonly download: DatasetToDownload;
  /** Undefined while the source is being read. */
  readonly data: IndexedData | undefined;
  /** Reason why the source could not be read. */
  readonly failure: string | undefined;
}

/** Maximum number of mixture files to read. */
const maxFiles = 50;

/**
 * Lists each source once, even if several mixture files name it.
 * @param failures Error messages by key.
 */
export async function namedSources(
  index: DataIndex,
  failures: Map<string, string>,
  onFailure: () => void,
): Promise<SourceNode[]> {
  const files = await vscode.workspace.findFiles(mixtureFileGlob, "**/{node_modules,.pinch}/**", maxFiles);
  const nodes = new Map<string, SourceNode>();
  for (const mixtureFile of files.sort((a, b) => (a.path < b.path ? -1 : 1))) {
    const open = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === mixtureFile.toString());
    const text = open?.getText() ?? (await readText(mixtureFile));
    // Most files name only patterns and need not be parsed.
    if (text === null || !/\bhub:|\b(language|in|columns)["']?\s*:/.test(text)) continue;
    for (const { side, source, isOfHub, download } of await sourcesIn(text)) {
      const { weight: _, ...alone } = source;
      const yaml = JSON.stringify(alone);
      const key = `${isOfHub ? "" : vscode.Uri.joinPath(mixtureFile, "..").toString()} ${side} ${yaml}`;
      if (nodes.has(key)) continue;
      const failure = failures.get(key);
      if (failure === undefined)
        index.ofSource(mixtureFile, side, yaml).catch((error: unknown) => {
          failures.set(key, messageOf(error));
          onFailure();
        });
      const data = index.knownSource(mixtureFile, side, yaml);
      nodes.set(key, { kind: "source", mixtureFile, side, source, isOfHub, download, data, failure });
    }
  }
  return [...nodes.values()];
}

/** URI of the source's file or files, with `{language}` as a placeholder. */
export function placeOfSource({ mixtureFile, source: { file } }: SourceNode): string {
  const isAbsolute = /^([\\/]|[a-z]:[\\/])/i.test(file);
  return (
    isAbsolute ? vscode.Uri.file(file) : vscode.Uri.joinPath(mixtureFile, "..", ...file.split(/[\\/]/))
  ).toString();
}

/** Loads the parser with the first file that needs it. */
async function sourcesIn(
  text: string,
): Promise<Pick<SourceNode, "download" | "isOfHub" | "side" | "source">[]> {
  const { parseMixtureFile } = await import("../../core/mixtureFile/parse.ts");
  const { dataSides, isOfHub, toDownload } = await import("../../core/mixture/dataSource.ts");
  const { data } = parseMixtureFile(text).draft;
  return dataSides.flatMap(side =>
    (data[side] ?? []).flatMap(source => {
      const ofHub = isOfHub(source);
      const isNamed = [source.language, source.in, source.columns].some(each => each !== undefined);
      return ofHub || isNamed ? [{ side, source, isOfHub: ofHub, download: toDownload(source) }] : [];
    }),
  );
}
