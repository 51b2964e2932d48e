// Knowledge from outside the text for language features: the data index, workspace files and run results.
import * as vscode from "vscode";
import { messageOf } from "../../common/errors.ts";
import type { Known, KnownLanguage, LastResult, Offer } from "../../core/mixtureEditor/known.ts";
import { lastResults } from "../../core/mixtureEditor/lastResults.ts";
import { patternsIn } from "../../core/mixtureEditor/patterns.ts";
import { dataFileGlob } from "../../core/sources/dataFileNames.ts";
import type { Log } from "../../platform/log.ts";
import { mayCompute } from "../../platform/trust.ts";
import type { FoundModel, IndexedLanguage } from "../../protocol/data.ts";
import type { DataIndex } from "../../workspace/data/dataIndex.ts";
import type { ModelList } from "../../workspace/data/modelList.ts";
import type { MixtureParser } from "../../workspace/mixtures/mixtureParser.ts";
import type { RunStore } from "../../workspace/runs/runStore.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import type { KnownData, SmallData } from "./smallData.ts";

type FileOffers = Pick<Known, "patterns" | "identifiers">;

/** Maximum number of files searched for completion. */
const maxFiles = 2_000;
/** Time in milliseconds during which consecutive completions reuse the list of files. */
const freshMs = 10_000;
/** Longest time in milliseconds that a completion waits for models, which a separate process searches for. */
const modelsMs = 2_000;
const left = "**/{node_modules,.git,.pinch}/**";

export class WorkspaceFacts implements vscode.Disposable {
  readonly #parser: MixtureParser;
  readonly #index: DataIndex;
  /** Source of facts where no index is possible. */
  readonly #smallData: SmallData;
  readonly #runs: RunStore;
  readonly #models: ModelList;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #listening: vscode.Disposable;
  readonly #lastResults = new Map<string, readonly LastResult[]>();
  readonly #offers = new Map<string, { readonly until: number; readonly found: Promise<FileOffers> }>();

  constructor(
    { dataIndex, log, models, runs }: Pick<Workspace, "dataIndex" | "log" | "models" | "runs">,
    parser: MixtureParser,
    smallData: SmallData,
  ) {
    this.#parser = parser;
    this.#smallData = smallData;
    this.#models = models;
    this.#index = dataIndex;
    this.#runs = runs;
    this.#log = log;
    this.#listening = vscode.Disposable.from(
      dataIndex.onDidChange(() => this.#changed.fire()),
      smallData.onDidChange(() => this.#changed.fire()),
      runs.onDidChange(() => {
        this.#lastResults.clear();
        this.#changed.fire();
      }),
    );
  }

  dispose(): void {
    vscode.Disposable.from(this.#listening, this.#changed).dispose();
  }

  /** Returns immediately; `onDidChange` fires when more has been read. */
  of(document: vscode.TextDocument): Known {
    const { uri } = document;
    return {
      ...this.#data(document),
      models: [],
      patterns: [],
      identifiers: [],
      results: uri.scheme === "file" ? this.#resultsOf(uri.fsPath) : [],
    };
  }

  /**
   * Adds the files that could be written as values.
   * @param models Whether to add models too, if they are found in time.
   */
  async withFiles(document: vscode.TextDocument, models: boolean): Promise<Known> {
    const [files, found] = await Promise.all([
      this.#filesFor(document.uri),
      models && vscode.workspace.isTrusted ? this.#modelsFor(document.uri) : [],
    ]);
    return { ...this.of(document), ...files, models: found };
  }

  async #modelsFor(uri: vscode.Uri): Promise<readonly Offer[]> {
    const folder = vscode.Uri.joinPath(uri, "..");
    const found = this.#models.all().then(
      models => models.flatMap(model => offerOf(model, folder)),
      (error: unknown): readonly Offer[] => {
        this.#log.warn(`Models could not be listed: ${messageOf(error)}`);
        return [];
      },
    );
    const late = new Promise<readonly Offer[]>(resolve => setTimeout(resolve, modelsMs, []));
    return Promise.race([found, late]);
  }

  #data(document: vscode.TextDocument): KnownData {
    const { uri } = document;
    if (uri.scheme === "untitled") return { train: [], eval: [], dev: [] };
    if (!mayCompute(uri)) return this.#smallData.known(uri, this.#parser.parse(document).draft.data);
    this.#index.of(uri).catch((error: unknown) => this.#log.debug(`No index: ${messageOf(error)}`));
    const indexed = this.#index.known(uri);
    return {
      train: (indexed?.train ?? []).map(languageOf),
      eval: (indexed?.eval ?? []).map(languageOf),
      dev: (indexed?.dev ?? []).map(languageOf),
    };
  }

  #resultsOf(file: string): readonly LastResult[] {
    const known = this.#lastResults.get(file);
    if (known !== undefined) return known;
    // Requested once; the answer arrives as a change event.
    this.#lastResults.set(file, []);
    this.#runs.all().then(
      runs => {
        const results = lastResults(runs, file);
        this.#lastResults.set(file, results);
        if (results.length > 0) this.#changed.fire();
      },
      (error: unknown) => this.#log.debug(`No results: ${messageOf(error)}`),
    );
    return [];
  }

  #filesFor(uri: vscode.Uri): Promise<FileOffers> {
    const folder = vscode.Uri.joinPath(uri, "..");
    const known = this.#offers.get(folder.toString());
    if (known !== undefined && known.until > Date.now()) return known.found;
    const found = findOffers(folder);
    this.#offers.set(folder.toString(), { until: Date.now() + freshMs, found });
    return found;
  }
}

function languageOf({ language, path, rows, characters, tokens }: IndexedLanguage): KnownLanguage {
  return { language, path, rows, characters, tokens };
}

async function findOffers(folder: vscode.Uri): Promise<FileOffers> {
  const relative = async (glob: string) =>
    (await vscode.workspace.findFiles(glob, left, maxFiles)).map(uri => pathFrom(folder, uri)).sort();
  const [rows, fastText] = await Promise.all([relative(dataFileGlob), relative("**/*.{bin,ftz}")]);
  return {
    patterns: patternsIn(rows),
    identifiers: fastText.map(value => ({ value, detail: "fastText model" })),
  };
}

/** Offers a model of the workspace by its path relative to the mixture file; unusable models are left out. */
function offerOf(
  { model, path, architecture, parameters, memory, problem }: FoundModel,
  folder: vscode.Uri,
): Offer[] {
  if (problem !== null) return [];
  const uri = vscode.Uri.file(path);
  const inside = model === path && vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  const relative = pathFrom(folder, uri);
  const value = !inside ? model : relative.startsWith(".") ? relative : `./${relative}`;
  const words = [
    architecture,
    parameters === null ? null : `${(parameters / 1e6).toFixed(parameters < 1e8 ? 1 : 0)} million parameters`,
    memory === null ? null : `LoRA takes about ${(memory.lora / 1e9).toFixed(1)} GB`,
  ];
  return [{ value, detail: words.filter(word => word !== null).join(" · ") }];
}

/** Path as a mixture file in the folder would write it, with `../` where needed. */
function pathFrom(folder: vscode.Uri, { path }: vscode.Uri): string {
  const from = folder.path.split("/");
  const to = path.split("/");
  let same = 0;
  while (same < Math.min(from.length, to.length - 1) && from[same] === to[same]) same++;
  return [...from.slice(same).map(() => ".."), ...to.slice(same)].join("/");
}
