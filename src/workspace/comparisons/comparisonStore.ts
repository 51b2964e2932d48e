// The comparisons in run folders, read on demand and again when their files change.
import * as vscode from "vscode";
import { HumanError } from "../../common/errors.ts";
import { messageAndRemedy } from "../../common/systemErrors.ts";
import { type HumanCheck, humanCheck } from "../../core/rating/raterAgreement.ts";
import { formatRatings, isRatingsFile, parseRatings, type Rating } from "../../core/rating/ratings.ts";
import { parseVerdicts } from "../../core/rating/readVerdicts.ts";
import { type ComparisonRecord, comparisonFiles, type PairVerdict } from "../../core/records/comparison.ts";
import { parseComparison } from "../../core/records/comparisonRecord.ts";
import { faultText, type Parsed } from "../../core/records/parsed.ts";
import { sha256OfText } from "../../node/sha256.ts";
import { listFolder, readOwnText, replaceText, statFile } from "../../platform/files.ts";
import type { Log } from "../../platform/log.ts";
import { requireTrust } from "../../platform/trust.ts";
import type { RunStore } from "../runs/runStore.ts";
import type { Comparing } from "./comparing.ts";

export interface StoredComparison {
  /** URI of the comparison's folder. */
  readonly uri: vscode.Uri;
  /** Name of the comparison's folder; unique within a run. */
  readonly name: string;
  readonly record: ComparisonRecord;
  /** Null if its pairs have not been rated. */
  readonly check: HumanCheck | null;
}

/** Size limit of a comparison's verdicts in bytes: each one contains both responses. */
const largestFile = 256 * 1024 * 1024;

interface Kept<Value> {
  readonly stamp: string;
  readonly value: Value;
}

export class ComparisonStore implements vscode.Disposable {
  readonly #log: Log;
  readonly #runs: RunStore;
  readonly #comparing: Comparing;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #records = new Map<string, Kept<ComparisonRecord | null>>();
  readonly #verdicts = new Map<string, Kept<Parsed<PairVerdict[]>>>();

  constructor(log: Log, runs: RunStore, comparing: Comparing) {
    this.#log = log;
    this.#runs = runs;
    this.#comparing = comparing;
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** Notifies views that comparisons or ratings were written, so that they read them again. */
  changed(): void {
    this.#changed.fire();
  }

  /** Comparisons of one run folder, newest first. */
  async of(run: vscode.Uri): Promise<readonly StoredComparison[]> {
    const folder = vscode.Uri.joinPath(run, comparisonFiles.folder);
    const found: StoredComparison[] = [];
    for (const [name, type] of await listFolder(folder)) {
      if (type !== vscode.FileType.Directory) continue;
      const uri = vscode.Uri.joinPath(folder, name);
      try {
        const record = await this.#record(uri);
        if (record !== null) found.push({ uri, name, record, check: await this.#check(uri) });
      } catch (error) {
        this.#log.warn(`The comparison ${uri.fsPath} is left out: ${messageAndRemedy(error)}`);
      }
    }
    return found.sort((a, b) => b.record.ended.localeCompare(a.record.ended));
  }

  /** Comparisons of all runs, newest first. */
  async all(): Promise<readonly StoredComparison[]> {
    const found = await Promise.all((await this.#runs.all()).map(run => this.of(run.uri)));
    return found.flat().sort((a, b) => b.record.ended.localeCompare(a.record.ended));
  }

  /**
   * Compares two runs by rules, which involves no model and no cost; resolves once the comparison is on disk.
   */
  async byRule(run: vscode.Uri, baseline: vscode.Uri): Promise<void> {
    requireTrust("Ratings of two runs");
    await this.#comparing.compare(
      {
        folders: [run.fsPath],
        baseline: baseline.fsPath,
        judge: { kind: "rule" },
        languages: null,
        limit: null,
        prices: null,
      },
      () => Promise.resolve(true),
    );
    this.changed();
  }

  /** @throws HumanError if there are no verdicts to read. */
  async verdicts(comparison: vscode.Uri): Promise<readonly PairVerdict[]> {
    const file = vscode.Uri.joinPath(comparison, comparisonFiles.verdicts);
    const record = (await this.#record(comparison)) ?? {};
    const verdicts = await keptWhileSame(this.#verdicts, file, text =>
      parseVerdicts(text, record, sha256OfText),
    );
    if (verdicts !== null && "value" in verdicts) return verdicts.value;
    if (verdicts !== null)
      throw new HumanError(
        `${comparisonFiles.verdicts} of this comparison can't be used: ${verdicts.fault}.`,
        {
          remedy: "Restore it from a copy, or compare the runs again.",
        },
      );
    throw new HumanError("This comparison has no stored verdicts.", {
      remedy: "Compare the runs again: cached answers cost nothing.",
    });
  }

  /** Ratings of all raters. */
  async ratings(comparison: vscode.Uri): Promise<readonly Rating[]> {
    const files = (await listFolder(comparison)).filter(([name]) => isRatingsFile(name));
    const texts = await Promise.all(
      files.map(([name]) => readOwnText(vscode.Uri.joinPath(comparison, name))),
    );
    return parseRatings(...texts.map(text => text ?? ""));
  }

  async keepRatings(comparison: vscode.Uri, file: string, ratings: readonly Rating[]): Promise<void> {
    const place = vscode.Uri.joinPath(comparison, file);
    await replaceText(place, formatRatings(ratings, (await readOwnText(place)) ?? ""));
  }

  async #record(uri: vscode.Uri): Promise<ComparisonRecord | null> {
    const file = vscode.Uri.joinPath(uri, comparisonFiles.comparison);
    return keptWhileSame(this.#records, file, text => {
      const parsed = parseComparison(text, sha256OfText);
      if ("value" in parsed) return parsed.value;
      this.#log.warn(`The comparison ${file.fsPath} is left out: ${faultText(parsed)}`);
      return null;
    });
  }

  async #check(uri: vscode.Uri): Promise<HumanCheck | null> {
    const ratings = await this.ratings(uri);
    if (ratings.length === 0) return null;
    try {
      return humanCheck(await this.verdicts(uri), ratings);
    } catch (error) {
      if (!(error instanceof HumanError)) throw error;
      this.#log.warn(`${uri.fsPath}: ${error.message}`);
      return null;
    }
  }
}

/** Returns null if the file is missing or empty. */
async function keptWhileSame<Value>(
  known: Map<string, Kept<Value>>,
  file: vscode.Uri,
  parse: (text: string) => Value,
): Promise<Value | null> {
  const stat = await statFile(file);
  if (stat === null) return null;
  const key = file.toString();
  const stamp = `${stat.mtime} ${stat.size}`;
  const kept = known.get(key);
  if (kept?.stamp === stamp) return kept.value;
  const value = parse((await readOwnText(file, largestFile)) ?? "");
  known.set(key, { stamp, value });
  return value;
}
