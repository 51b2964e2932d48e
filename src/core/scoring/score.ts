// Turns responses into verdicts, and verdicts into per-language metrics with intervals.
import { groupBy } from "../../common/groupBy.ts";
import type { EvaluationRow } from "../dataset/example.ts";
import { lcprOf } from "../fidelity/lcpr.ts";
import { checkInstructions } from "../ifeval/checkInstructions.ts";
import { sameLanguage } from "../language/alike.ts";
import { normaliseText } from "../language/foldText.ts";
import { identifiable, noLanguage } from "../language/identifiable.ts";
import type { MetricKey, MetricsRecord, Outcome, SampleRecord } from "../records/records.ts";
import { passesCheck, passesChecks } from "./checks.ts";
import { instructionOutcomes, passesLoosely } from "./instructionOutcomes.ts";
import { MetricTable } from "./metricTable.ts";
import { type SampleRate, sampleRateKeys, sampleRates } from "./rates.ts";
import { charactersOfReference, natsOfReference, referenceScore } from "./referenceScores.ts";

export type Judgement = Pick<
  SampleRecord,
  "languageCorrect" | "checksPassed" | "instructions" | "ownChecksPassed" | "answeredIn" | "outcome"
>;

/** Normalised references and accepted answers of the whole evaluation, with their languages. */
export type KnownAnswers = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * Collects the known answers: a wrong one-word answer is often another row's right one, which identifies its
 * language where an identifier could only guess.
 */
export function knownAnswers(rows: readonly EvaluationRow[]): KnownAnswers {
  const known = new Map<string, Set<string>>();
  for (const row of rows) {
    const accepted = (row.checks ?? []).flatMap(check => (check.kind === "answer" ? check.accepts : []));
    for (const text of [...(row.reference === undefined ? [] : [row.reference]), ...accepted]) {
      const normalised = normaliseText(text);
      const languages = known.get(normalised);
      if (normalised === "") continue;
      if (languages === undefined) known.set(normalised, new Set([row.language]));
      else languages.add(row.language);
    }
  }
  return known;
}

/**
 * @param responseLanguage identified language, `und` when unknown, `zxx` for a response without words
 * @param referencesById references of this row's id, by language
 * @param known answers of all rows; by default, only those of this row
 * @param identify returns the language of a part of the response; by default, that of the whole response
 * @param tells returns whether responses in a language can be told from others
 */
export function judge(
  row: EvaluationRow,
  response: string,
  responseLanguage: string,
  referencesById: ReadonlyMap<string, string>,
  known: KnownAnswers = new Map(),
  identify: (text: string) => string = () => responseLanguage,
  tells: (language: string) => boolean = tag => identifiable(tag).kind !== "not",
): Judgement {
  const { checks = [], instructions = [] } = row;
  const results = checkInstructions(response, instructions, { language: row.language, identify });
  const ownChecksPassed = passesChecks(response, checks);
  const isChecked = checks.length + instructions.length > 0;
  const checksPassed = isChecked ? ownChecksPassed && results.every(result => result.strict) : null;
  const given = normaliseText(response);
  const wanted = wantedLanguage(row);
  const own = isOwnAnswer(row, response, given, ownChecksPassed);
  const answeredIn = own || !hasLetters(response) ? null : languageOfReference(row, given, referencesById);
  const languageCorrect = !tells(wanted)
    ? null
    : own || (answeredIn === null ? isInLanguage(wanted, response, given, responseLanguage, known) : false);
  return {
    languageCorrect,
    checksPassed,
    ...(results.length === 0 ? {} : { instructions: results }),
    ...(results.length === 0 || checks.length === 0 ? {} : { ownChecksPassed }),
    answeredIn,
    outcome: tells(wanted) ? outcomeOf(languageCorrect, checksPassed) : "unscored",
  };
}

/** Language to respond in: an instruction may ask for one other than the row's own. */
export function wantedLanguage(row: EvaluationRow): string {
  for (const instruction of row.instructions ?? []) {
    if (instruction.id === "language:response_language") return instruction.kwargs.language;
  }
  return row.language;
}

/** Numbers, emoji and the like are in no language, regardless of the identifier and of other rows. */
export function hasLetters(text: string): boolean {
  return /\p{L}/u.test(text);
}

/**
 * Returns null when the response is in no language.
 * @param given the normalised response
 */
function isInLanguage(
  wanted: string,
  response: string,
  given: string,
  identified: string,
  known: KnownAnswers,
): boolean | null {
  if (!hasLetters(response)) return null;
  const languages = known.get(given);
  if (languages !== undefined) return languages.has(wanted);
  return identified === noLanguage ? null : sameLanguage(identified, wanted);
}

export function outcomeOf(languageCorrect: boolean | null, checksPassed: boolean | null): Outcome {
  if (languageCorrect === false) return "wrongLanguage";
  if (checksPassed === null) return languageCorrect === null ? "noLanguage" : "unchecked";
  return checksPassed ? "followed" : "wrongAnswer";
}

/** True if the whole response is a text of the row itself, and thus in its language by definition. */
function isOwnAnswer(row: EvaluationRow, response: string, given: string, ownChecksPassed: boolean): boolean {
  if (given !== "" && given === normalisedReference(row)) return true;
  const checks = row.checks ?? [];
  return checks.some(check => {
    if (check.kind !== "answer" && check.kind !== "list") return false;
    return checks.length === 1 ? ownChecksPassed : passesCheck(response, check);
  });
}

function languageOfReference(
  row: EvaluationRow,
  given: string,
  references: ReadonlyMap<string, string>,
): string | null {
  if (given === "") return null;
  for (const [language, reference] of normalisedReferences(references)) {
    if (language !== row.language && reference === given) return language;
  }
  return null;
}

// Cached because a row is compared with responses of many runs, its references also in every language.
const ownReferences = new WeakMap<EvaluationRow, string>();
const allReferences = new WeakMap<ReadonlyMap<string, string>, ReadonlyMap<string, string>>();

function normalisedReference(row: EvaluationRow): string | null {
  if (row.reference === undefined) return null;
  const before = ownReferences.get(row);
  if (before !== undefined) return before;
  const normalised = normaliseText(row.reference);
  ownReferences.set(row, normalised);
  return normalised;
}

function normalisedReferences(references: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const before = allReferences.get(references);
  if (before !== undefined) return before;
  const normalised = new Map([...references].map(([language, text]) => [language, normaliseText(text)]));
  allReferences.set(references, normalised);
  return normalised;
}

// Tags whose values are reported separately, and the maximum number of values (more would be noise).
const subsetTags = ["wording", "task"] as const;
const maxSubsetValues = 20;

/**
 * Computes the metrics of each language. `followed`, `wrongLanguage` and `wrongAnswer` are shares of the rows
 * with checks and sum to 1. Without any such row, `wrongLanguage` is the share of the responses that are in a
 * language, and the other two are absent. `noLanguage` is separate: the share of all responses without words,
 * whatever their checks. A language that cannot be identified has only checks and likelihoods.
 */
export function aggregate(samples: readonly SampleRecord[]): MetricsRecord {
  return metricTable(samples).record();
}

/** Adds the share of cut responses to metrics that predate it. */
export function withTruncation(metrics: MetricsRecord, samples: readonly SampleRecord[]): MetricsRecord {
  const key = "truncated";
  if (Object.values(metrics.languages).some(cells => cells[key] !== undefined)) return metrics;
  const table = new MetricTable(Object.keys(metrics.languages));
  for (const language of Object.keys(metrics.languages))
    addRate(
      table,
      language,
      samples.filter(sample => sample.language === language),
      key,
    );
  const { languages, correlations } = table.record();
  const added = Object.entries(metrics.languages).map(([language, cells]) => [
    language,
    { ...cells, ...languages[language] },
  ]);
  return {
    ...metrics,
    languages: Object.fromEntries(added) as MetricsRecord["languages"],
    ...(metrics.correlations !== undefined && {
      correlations: { ...metrics.correlations, ...correlations },
    }),
  };
}

/**
 * Collects the values of each metric in each language, sample by sample.
 * @param only the only metric to collect; null for all
 */
export function metricTable(samples: readonly SampleRecord[], only: MetricKey | null = null): MetricTable {
  const byLanguage = groupBy(samples, ({ language }) => language);
  const subsets = subsetTags.flatMap(tag => {
    const values = new Set(samples.flatMap(sample => sample.tags[tag] ?? []));
    return values.size <= maxSubsetValues ? [...values].sort().map(value => ({ tag, value })) : [];
  });
  const table = new MetricTable([...byLanguage.keys()], only);
  for (const [language, own] of byLanguage) addMetrics(table, language, own, subsets);
  return table;
}

function addRate(
  table: MetricTable,
  language: string,
  samples: readonly SampleRecord[],
  key: SampleRate,
): void {
  if (!table.wants(key)) return;
  const hit = sampleRates[key];
  const counted = samples.filter(sample => hit(sample) !== null);
  table.rate(language, key, counted, sample => hit(sample) === true);
}

function addMetrics(
  table: MetricTable,
  language: string,
  samples: readonly SampleRecord[],
  subsets: readonly { readonly tag: string; readonly value: string }[],
): void {
  const rate = (key: MetricKey, of: readonly SampleRecord[], hit: (sample: SampleRecord) => boolean): void =>
    table.rate(language, key, of, hit);
  for (const key of sampleRateKeys) addRate(table, language, samples, key);
  if (sampleRateKeys.some(key => table.isOnly(key))) return;
  const withChecks = samples.filter(sample => sample.checksPassed !== null);
  const told = samples.filter(sample => sample.outcome !== "unscored");
  const inSome = told.filter(sample => sample.languageCorrect !== null);
  const checked = withChecks.filter(sample => sample.outcome !== "unscored");
  rate("wrongLanguage", checked.length > 0 ? checked : inSome, sample => sample.outcome === "wrongLanguage");

  const ofLines = samples.filter(sample => typeof sample.lineAccuracy === "number");
  table.ratio(
    language,
    "lineAccuracy",
    ofLines,
    sample => sample.lineAccuracy ?? 0,
    () => 1,
  );
  for (const key of ["lpr", "wpr", "lines", "words"] as const) {
    const judged = samples.filter(sample => typeof sample[key] === "boolean");
    rate(key, judged, sample => sample[key] === true);
  }
  const lcpr = table.wants("lcpr") ? lcprOf(samples) : null;
  if (lcpr !== null) table.other(language, "lcpr", lcpr);

  const scored = samples.filter(sample => sample.nll !== null && sample.nllTokens > 0);
  table.ratio(language, "nll", scored, natsOfReference, sample => sample.nllTokens);
  for (const { tag, value } of subsets) {
    rate(
      `followed:${tag}=${value}`,
      checked.filter(sample => sample.tags[tag] === value),
      sample => sample.outcome === "followed",
    );
  }
  const withText = scored.filter(({ reference }) => reference !== null && reference !== "");
  table.ratio(language, "nllPerCharacter", withText, natsOfReference, charactersOfReference);
  const referenced = samples.filter(({ reference }) => reference !== null);
  table.ratio(language, "chrf", referenced, referenceScore, () => 1);
  if (samples.some(sample => sample.instructions !== undefined))
    rate("checksLoose", withChecks, passesLoosely);
  for (const [key, outcomes] of instructionOutcomes(samples)) {
    const asked = outcomes.map(({ sample }) => sample);
    table.rate(language, key, asked, (_, i) => outcomes[i]?.passed === true);
  }
}
