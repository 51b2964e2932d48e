// The Datasets view: the datasets of the workspace, language by language, with their faults.
import * as vscode from "vscode";
import { messageOf } from "../../common/errors.ts";
import { groupBy } from "../../common/groupBy.ts";
import { displayName } from "../../core/language/tags.ts";
import { dataFileGlob, namedFormat } from "../../core/sources/dataFileNames.ts";
import { type Dataset, findDatasets } from "../../core/sources/datasets.ts";
import { mixtureFileSuffix } from "../../manifest.ts";
import type { DataIndex } from "../../workspace/data/dataIndex.ts";
import { type DataNode, type DatasetNode, type LanguageNode, languagesOf, readAs } from "./dataNodes.ts";
import { datasetItem, languageItem } from "./datasetItems.ts";
import { namedSources, placeOfSource, type SourceNode } from "./namedSources.ts";
import { languagesOfSource, sourceItem } from "./sourceItems.ts";

/** Limit for the file search: a workspace may contain a whole corpus in small files. */
const maxFiles = 5_000;
const ignored = "**/{node_modules,.git,.pinch,.vscode-test}/**";

export class DatasetsTree implements vscode.TreeDataProvider<DataNode>, vscode.Disposable {
  readonly #index: DataIndex;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #failures = new Map<string, string>();
  readonly #listening: vscode.Disposable;

  constructor(index: DataIndex) {
    this.#index = index;
    this.#listening = vscode.Disposable.from(
      index.onDidChange(() => {
        this.#failures.clear();
        this.#changed.fire(undefined);
      }),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => {
        if (uri.path.endsWith(mixtureFileSuffix)) this.#changed.fire(undefined);
      }),
    );
  }

  dispose(): void {
    vscode.Disposable.from(this.#listening, this.#changed).dispose();
  }

  async getChildren(node?: DataNode): Promise<DataNode[]> {
    if (node?.kind === "language") return [];
    if (node === undefined) {
      const [datasets, sources] = await Promise.all([this.#datasets(), this.#sources()]);
      // Data that a mixture file reads with other columns are shown the way it reads them.
      const named = new Set(sources.map(placeOfSource));
      return [...datasets.filter(({ pattern }) => !named.has(pattern.toString())), ...sources];
    }
    // Without a shared id the dataset is reported as not parallel, and no row counts as missing.
    const parallel = node.data?.parallel;
    const missing = parallel?.shared === 0 ? undefined : parallel?.missing;
    return (node.kind === "source" ? languagesOfSource(node) : languagesOf(node))
      .map(
        (indexed): LanguageNode => ({ kind: "language", indexed, missing: missing?.[indexed.language] ?? 0 }),
      )
      .sort((a, b) => displayName(a.indexed.language).localeCompare(displayName(b.indexed.language), "en"));
  }

  getTreeItem(node: DataNode): vscode.TreeItem {
    if (node.kind === "dataset") return datasetItem(node, languagesOf(node));
    return node.kind === "source" ? sourceItem(node) : languageItem(node);
  }

  /** Languages with data in the workspace. */
  async languages(): Promise<string[]> {
    return [...new Set((await this.#find()).flatMap(({ files }) => [...files.keys()]))];
  }

  async #find(): Promise<Dataset[]> {
    const found = await vscode.workspace.findFiles(dataFileGlob, ignored, maxFiles);
    const files = found.filter(({ scheme }) => scheme === "file");
    const byRoot = groupBy(files, file => vscode.workspace.getWorkspaceFolder(file)?.uri.path ?? "");
    return [...byRoot].flatMap(([root, uris]) =>
      findDatasets(
        uris.map(({ path }) => path),
        root,
      ),
    );
  }

  #sources(): Promise<SourceNode[]> {
    return namedSources(this.#index, this.#failures, () => this.#changed.fire(undefined));
  }

  async #datasets(): Promise<DatasetNode[]> {
    const nodes = (await this.#find()).map((dataset): DatasetNode => {
      const pattern = vscode.Uri.from({ scheme: "file", path: dataset.pattern });
      const key = pattern.toString();
      const failure = this.#failures.get(key);
      if (failure === undefined) this.#read(pattern, dataset.purpose);
      return {
        kind: "dataset",
        dataset,
        pattern,
        data: this.#index.knownPattern(pattern, readAs(dataset.purpose)),
        failure,
      };
    });
    return nodes.filter(node => !isSomethingElse(node));
  }

  /** Starts indexing the data; the index fires an event when done. */
  #read(pattern: vscode.Uri, purpose: Dataset["purpose"]): void {
    this.#index.ofPattern(pattern, readAs(purpose)).catch((error: unknown) => {
      this.#failures.set(pattern.toString(), messageOf(error));
      this.#changed.fire(undefined);
    });
  }
}

/** Files with a language in their name that are not datasets: UI translations, settings, tables. */
function isSomethingElse(node: DatasetNode): boolean {
  const format = namedFormat(node.dataset.pattern);
  const isForAnything = format === "json" || format === "csv" || format === "tsv";
  return isForAnything && node.data !== undefined && languagesOf(node).every(({ rows }) => rows === 0);
}
