// Reads small data files in the extension host where no runtime process can reach them, as in a virtual
// workspace.
import * as vscode from "vscode";
import type { Diagnostic } from "../../common/diagnostic.ts";
import { messageOf } from "../../common/errors.ts";
import { decodeUtf8 } from "../../core/dataset/decode.ts";
import { type EvaluationRow, type Example, exchangesOf } from "../../core/dataset/example.ts";
import type { Purpose } from "../../core/dataset/layouts.ts";
import { findRow, parseDataset, parseEvaluation } from "../../core/dataset/rows.ts";
import { dataFaults, type ReadData } from "../../core/leaks/dataFaults.ts";
import { type DataSection, type DataSource, dataSides, isOfHub } from "../../core/mixture/dataSource.ts";
import type { Known, KnownLanguage } from "../../core/mixtureEditor/known.ts";
import type { ParsedMixtureFile } from "../../core/mixtureFile/parse.ts";
import { statFile } from "../../platform/files.ts";
import type { Log } from "../../platform/log.ts";
import { filesOf } from "./dataCatalog.ts";

/** Size limit of a file, in bytes; larger files would block the extension host. */
const maxFileBytes = 2 ** 20;
/** Size limit of all files of one mixture file, in bytes. */
const maxBytes = 16 * 2 ** 20;

interface ReadFile<Row> {
  readonly uri: vscode.Uri;
  /** Null if the file is too large to be read here. */
  readonly rows: readonly Row[] | null;
  readonly characters: number;
  readonly text: string;
  readonly diagnostics: readonly Diagnostic[];
}

type Side<Row> = ReadonlyMap<string, ReadFile<Row>>;

export interface SmallDataRead {
  readonly train: Side<Example>;
  readonly eval: Side<EvaluationRow>;
  readonly dev: Side<EvaluationRow>;
}

export type KnownData = Pick<Known, "train" | "eval" | "dev">;
type Row = { readonly id: string; readonly prompt: string };

export class SmallData implements vscode.Disposable {
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<void>();
  /** Fires when `known` has another answer. */
  readonly onDidChange = this.#changed.event;
  readonly #files = new Map<string, { readonly stamp: string; readonly read: ReadFile<Row> }>();
  readonly #known = new Map<string, KnownData>();

  constructor(log: Log) {
    this.#log = log;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** Returns the rows of the data; unchanged files are not read again. */
  async of(mixtureFile: vscode.Uri, sources: DataSection): Promise<SmallDataRead> {
    const room = { bytes: maxBytes };
    const train = await this.#side(mixtureFile, sources.train, room, "training", (text, options) => {
      const { examples, diagnostics } = parseDataset(text, options);
      return {
        rows: examples,
        diagnostics,
        characters: lettersOf(examples, each =>
          exchangesOf(each)
            .flatMap(turn => [turn.prompt, turn.response])
            .join(""),
        ),
      };
    });
    const heldOut = (from: readonly DataSource[] | null, purpose: "evaluation" | "development") =>
      this.#side(mixtureFile, from, room, purpose, (text, options) => {
        const { rows, diagnostics } = parseEvaluation(text, options, purpose);
        return { rows, diagnostics, characters: lettersOf(rows, each => each.prompt) };
      });
    const evaluation = await heldOut(sources.eval, "evaluation");
    const dev = await heldOut(sources.dev, "development");
    this.#note(mixtureFile, { train: knownOf(train), eval: knownOf(evaluation), dev: knownOf(dev) });
    return { train, eval: evaluation, dev };
  }

  /** The last known data, without waiting; `onDidChange` fires when more has been read. */
  known(mixtureFile: vscode.Uri, sources: DataSection): KnownData {
    this.of(mixtureFile, sources).catch((error: unknown) => this.#log.debug(`No data: ${messageOf(error)}`));
    return this.#known.get(mixtureFile.toString()) ?? { train: [], eval: [], dev: [] };
  }

  #note(mixtureFile: vscode.Uri, known: KnownData): void {
    const key = mixtureFile.toString();
    const same = JSON.stringify(this.#known.get(key)) === JSON.stringify(known);
    this.#known.set(key, known);
    if (!same) this.#changed.fire();
  }

  async #side<Each extends Row>(
    mixtureFile: vscode.Uri,
    sources: readonly DataSource[] | null,
    room: { bytes: number },
    purpose: string,
    parse: (
      text: string,
      options: { file: string; language: string },
    ) => { rows: readonly Each[]; diagnostics: readonly Diagnostic[]; characters: number },
  ): Promise<Side<Each>> {
    const side = new Map<string, ReadFile<Each>>();
    const [source] = isReadHere(sources) ? sources : [];
    if (source === undefined) return side;
    for (const [language, uri] of await filesOf(mixtureFile, source.file)) {
      const stat = await statFile(uri);
      if (stat === null) continue;
      const key = `${purpose} ${language} ${uri.toString()}`;
      const stamp = `${stat.mtime} ${stat.size}`;
      const known = this.#files.get(key);
      room.bytes -= stat.size;
      if (known?.stamp === stamp) {
        side.set(language, known.read as ReadFile<Each>);
        continue;
      }
      const read: ReadFile<Each> = { uri, rows: null, characters: 0, text: "", diagnostics: [] };
      if (stat.size > maxFileBytes || room.bytes < 0) {
        side.set(language, read);
        continue;
      }
      const text = decodeUtf8(await vscode.workspace.fs.readFile(uri), uri.path);
      const parsed: ReadFile<Each> =
        typeof text === "string"
          ? { uri, text, ...parse(text, { file: uri.path, language }) }
          : { ...read, rows: [], diagnostics: [text] };
      this.#files.set(key, { stamp, read: parsed });
      side.set(language, parsed);
    }
    return side;
  }
}

/** Whether the data are one JSON Lines file for each language; other formats need a separate process. */
function isReadHere(sources: readonly DataSource[] | null): sources is readonly [DataSource] {
  const [source, other] = sources ?? [];
  if (source === undefined || other !== undefined) return false;
  const { file, language, in: tag, columns, cap } = source;
  const isPlain = !isOfHub(source) && [language, tag, columns, cap].every(value => value === undefined);
  return isPlain && !/\.(csv|tsv|parquet|pq|gz|zst)$/i.test(file);
}

/**
 * Faults that only the data show; where a file is too large to be read here, only those of the rows that were
 * read.
 */
export function faultsOfData(parsed: ParsedMixtureFile, data: SmallDataRead): Diagnostic[] {
  const files: ReadFile<Row>[] = [data.train, data.eval, data.dev].flatMap((side: Side<Row>) => [
    ...side.values(),
  ]);
  const ofRows = files.flatMap(({ diagnostics }) => diagnostics);
  const sources = dataSides.flatMap(side => {
    const written = parsed.draft.data[side];
    return written === null ? [] : [written];
  });
  if (!sources.every(isReadHere) || files.some(({ rows }) => rows === null)) return ofRows;
  const rowsOf = <Each>(side: Side<Each>) =>
    new Map([...side].map(([language, { rows }]) => [language, rows ?? []]));
  const { eval: evaluation, dev } = parsed.draft.data;
  const sides: Readonly<Record<Purpose, Side<Row>>> = {
    training: data.train,
    evaluation: data.eval,
    development: data.dev,
  };
  const read: ReadData = {
    train: rowsOf(data.train),
    evaluation: rowsOf(data.eval),
    development: rowsOf(data.dev),
    isRead: { train: true, evaluation: evaluation !== null, development: dev !== null },
  };
  return [
    ...dataFaults(parsed, read, (purpose, language, id) => {
      const file = sides[purpose].get(language);
      const range = file === undefined ? null : findRow(file.text, id);
      return file === undefined || range === null ? null : { file: file.uri.path, range };
    }),
    ...ofRows,
  ];
}

function knownOf<Each>(side: Side<Each>): KnownLanguage[] {
  return [...side].flatMap(([language, { uri, rows, characters }]) =>
    rows === null ? [] : [{ language, path: uri.path, rows: rows.length, characters, tokens: null }],
  );
}

/** Number of Unicode code points, as counted by the index. */
function lettersOf<Each>(rows: readonly Each[], textOf: (row: Each) => string): number {
  return rows.reduce((sum, row) => sum + [...textOf(row)].length, 0);
}
