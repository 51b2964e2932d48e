// Verdicts of run folders in AlpacaEval's format: exported from comparisons, and imported as a new one.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { formatDiagnostic } from "../../common/diagnostic.ts";
import { HumanError } from "../../common/errors.ts";
import { systemError } from "../../common/systemErrors.ts";
import { fromAnnotations, toAnnotations } from "../../core/interchange/annotations.ts";
import type { ExportedFile } from "../../core/interchange/exported.ts";
import { annotatorOf, importedComparison } from "../../core/interchange/importedComparison.ts";
import { type HumanCheck, humanCheck } from "../../core/rating/raterAgreement.ts";
import { isRatingsFile, parseRatings, type Rating } from "../../core/rating/ratings.ts";
import { parseVerdicts } from "../../core/rating/readVerdicts.ts";
import { type ComparisonRecord, comparisonFiles, type PairVerdict } from "../../core/records/comparison.ts";
import { parseComparison } from "../../core/records/comparisonRecord.ts";
import type { Parsed } from "../../core/records/parsed.ts";
import { sealed } from "../../core/records/seal.ts";
import { writeFileAtomically, writeJsonAtomically } from "../../node/atomicWrite.ts";
import { isMadeHere, marked } from "../../node/madeHere.ts";
import { readRunFile, requirePlainFolder } from "../../node/plainFiles.ts";
import { sha256OfText } from "../../node/sha256.ts";
import { readRunRecord } from "./runFolder.ts";
import { fileNameOf } from "./runName.ts";

/** Comparison stored in a run folder. */
export interface StoredComparison {
  /** True if this installation made it; otherwise its contents are somebody else's claim. */
  readonly madeHere: boolean;
  /** Name of its folder. */
  readonly slug: string;
  readonly record: ComparisonRecord;
  readonly verdicts: readonly PairVerdict[];
  /** Human ratings of its pairs; null if there are none. */
  readonly check: HumanCheck | null;
}

/** Names of the comparisons, including those with missing files, which are reported when they are read. */
export function comparisonsIn(folder: string): string[] {
  const comparisons = join(folder, comparisonFiles.folder);
  if (!existsSync(comparisons)) return [];
  return readdirSync(comparisons)
    .sort()
    .filter(slug =>
      [comparisonFiles.comparison, comparisonFiles.verdicts].some(name =>
        existsSync(join(comparisons, slug, name)),
      ),
    );
}

/** @throws HumanError if one of its files is not in the format that a comparison writes */
export function readComparison(folder: string, slug: string): StoredComparison {
  const own = join(folder, comparisonFiles.folder, slug);
  const remedy =
    "The file was changed by another program: restore it, or remove the folder and compare again.";
  const read = <T>(
    name: string,
    kind: "record" | "lines",
    parse: (text: string) => Parsed<T>,
  ): { readonly text: string; readonly value: T } => {
    const path = join(own, name);
    let text: string;
    try {
      text = readRunFile(path, kind, folder);
    } catch (cause) {
      throw systemError(cause, `${path} can't be read`, remedy) ?? cause;
    }
    const parsed = parse(text);
    if ("value" in parsed) return { text, value: parsed.value };
    throw new HumanError(`${path} can't be used: ${parsed.fault}.`, { remedy: parsed.remedy ?? remedy });
  };
  const { text, value: record } = read(comparisonFiles.comparison, "record", json =>
    parseComparison(json, sha256OfText),
  );
  const { text: lines, value: verdicts } = read(comparisonFiles.verdicts, "lines", all =>
    parseVerdicts(all, record, sha256OfText),
  );
  const madeHere = isMadeHere(text, "comparison", lines);
  return { slug, record, verdicts, madeHere, check: humanCheck(verdicts, readRatings(own)) };
}

/**
 * Writes a comparison. comparison.json comes last and marks it as complete. @returns The comparison as
 * written
 */
export function writeComparison(
  target: string,
  comparison: ComparisonRecord,
  verdicts: readonly PairVerdict[],
): ComparisonRecord {
  const lines = verdicts.map(verdict => `${JSON.stringify(verdict)}\n`).join("");
  writeFileAtomically(join(target, comparisonFiles.verdicts), lines);
  const record = marked({ ...comparison, verdicts: sha256OfText(lines) }, "comparison", lines);
  writeJsonAtomically(join(target, comparisonFiles.comparison), sealed(record, sha256OfText));
  return record;
}

export function readComparisons(folder: string): StoredComparison[] {
  return comparisonsIn(folder).map(slug => readComparison(folder, slug));
}

/** Ratings by all raters of a comparison. */
export function readRatings(folder: string): Rating[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter(isRatingsFile).sort();
  return parseRatings(...files.map(name => readRunFile(join(folder, name), "lines")));
}

/** One file for each comparison of the run. */
export function exportedVerdicts(folder: string): ExportedFile[] {
  return readComparisons(folder).map(({ slug, record, verdicts }) => {
    const annotations = toAnnotations(verdicts, {
      run: record.run,
      baseline: language =>
        record.languages[language]?.baseline ?? record.unscored?.[language]?.baseline ?? record.run,
      judge: annotatorOf(record.judge),
    });
    return { name: `annotations_${slug}.json`, text: `${JSON.stringify(annotations, null, 1)}\n` };
  });
}

export interface ImportedVerdicts {
  /** Folder of the comparison. */
  readonly folder: string;
  readonly pairs: number;
  /** Number of pairs without a verdict in both orders, which are excluded from all scores. */
  readonly unread: number;
}

/**
 * Creates a comparison of a run from AlpacaEval's annotations, in which the run is `output_2`.
 * @param language Language of annotations that name none
 * @throws HumanError with file and line of what can't be read; nothing is written then
 */
export function importVerdicts(file: string, folder: string, language: string): ImportedVerdicts {
  requirePlainFolder(folder);
  const record = readRunRecord(folder);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw systemError(cause, `${file} can't be read`) ?? cause;
  }
  const { verdicts, annotator, baseline, diagnostics } = fromAnnotations(text, file, language);
  if (diagnostics.length > 0)
    throw new HumanError(diagnostics.map(fault => formatDiagnostic(fault, file)).join("\n"), {
      remedy: "Correct this and import again; nothing was written.",
    });
  const comparison = importedComparison({
    verdicts,
    annotator,
    baseline,
    run: { folder: basename(folder), mixture: record.mixture, seed: record.seed },
    file: basename(file),
    time: new Date().toISOString(),
  });
  const target = join(folder, comparisonFiles.folder, `imported-${fileNameOf(`${baseline}-${annotator}`)}`);
  if (existsSync(target))
    throw new HumanError(`${target} exists already.`, {
      remedy: "These verdicts were imported before: remove the folder to import them again.",
    });
  writeComparison(target, comparison, verdicts);
  return {
    folder: target,
    pairs: verdicts.length,
    unread: verdicts.filter(({ outcome }) => outcome === null).length,
  };
}
