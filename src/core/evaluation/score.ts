// Turns responses into verdicts, and verdicts into per-language metrics with intervals.
import { seededRandom } from "../../common/random.ts";
import type { EvaluationRow } from "../dataset/example.ts";
import { judgeInstructions } from "../ifeval/judgeInstructions.ts";
import type { MetricKey, MetricsRecord, MetricValue, Outcome, SampleRecord } from "../run/records.ts";
import { bootstrapRate, bootstrapRatio, defaultResamples } from "./bootstrap.ts";
import { passesCheck, passesChecks } from "./checks.ts";
import { instructionOutcomes, passesLoosely } from "./instructionOutcomes.ts";
import { normaliseText } from "./normalise.ts";
import { likelihoodPerCharacter, referenceScores } from "./referenceScores.ts";

export type Judgement = Pick<
  SampleRecord,
  "languageCorrect" | "checksPassed" | "instructions" | "ownChecksPassed" | "answeredIn" | "outcome"
>;

/** Normalised texts that are references or accepted answers somewhere in the evaluation, with their languages. */
export type KnownAnswers = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * A wrong answer of one word is often another row's right one: then its language is known, where an
 * identifier could only guess.
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
 * @param responseLanguage identified language, `und` when it can't be told
 * @param referencesById references of this row's id, by language
 * @param known answers of all rows; without it only this row's own are known
 * @param identify language of a part of the response; without it a part counts as being in that of the whole
 */
export function judge(
  row: EvaluationRow,
  response: string,
  responseLanguage: string,
  referencesById: ReadonlyMap<string, string>,
  known: KnownAnswers = new Map(),
  identify: (text: string) => string = () => responseLanguage,
): Judgement {
  const { checks = [], instructions = [] } = row;
  const context = { language: row.language, identify };
  const results = judgeInstructions(response, instructions, context);
  const ownChecksPassed = passesChecks(response, checks);
  const isChecked = checks.length + instructions.length > 0;
  const checksPassed = isChecked ? ownChecksPassed && results.every(result => result.strict) : null;
  const own = isOwnAnswer(row, response);
  const answeredIn = own ? null : languageOfReference(row, response, referencesById);
  const languageCorrect =
    own || (answeredIn === null && isInLanguage(wantedLanguage(row), response, responseLanguage, known));
  return {
    languageCorrect,
    checksPassed,
    ...(results.length === 0 ? {} : { instructions: results }),
    ...(results.length === 0 || checks.length === 0 ? {} : { ownChecksPassed }),
    answeredIn,
    outcome: outcomeOf(languageCorrect, checksPassed, answeredIn, responseLanguage),
  };
}

/** An instruction may ask for another language than the row's own. */
function wantedLanguage(row: EvaluationRow): string {
  for (const instruction of row.instructions ?? []) {
    if (instruction.id === "language:response_language") return instruction.kwargs.language;
  }
  return row.language;
}

function isInLanguage(wanted: string, response: string, identified: string, known: KnownAnswers): boolean {
  const languages = known.get(normaliseText(response));
  return languages === undefined ? sameLanguage(identified, wanted) : languages.has(wanted);
}

function outcomeOf(
  languageCorrect: boolean,
  checksPassed: boolean | null,
  answeredIn: string | null,
  identified: string,
): Outcome {
  // An empty or unreadable response is in no language: not a wrong one.
  const inNone = answeredIn === null && identified === "und";
  if (!languageCorrect) return inNone && checksPassed === false ? "wrongAnswer" : "wrongLanguage";
  if (checksPassed === null) return "unchecked";
  return checksPassed ? "followed" : "wrongAnswer";
}

/** A response that is, as a whole, what the row itself gives is in the row's language by definition. */
function isOwnAnswer(row: EvaluationRow, response: string): boolean {
  if (row.reference !== undefined && equalTexts(row.reference, response)) return true;
  return (row.checks ?? []).some(
    check => (check.kind === "answer" || check.kind === "list") && passesCheck(response, check),
  );
}

function languageOfReference(
  row: EvaluationRow,
  response: string,
  references: ReadonlyMap<string, string>,
): string | null {
  for (const [language, reference] of references) {
    if (language !== row.language && equalTexts(reference, response)) return language;
  }
  return null;
}

function equalTexts(expected: string, given: string): boolean {
  const normalised = normaliseText(given);
  return normalised !== "" && normalised === normaliseText(expected);
}

/** By primary subtag: no identifier tells regional variants apart on short texts. */
function sameLanguage(identified: string, wanted: string): boolean {
  return primary(identified) === primary(wanted);
}

function primary(tag: string): string {
  return (tag.split("-")[0] ?? tag).toLowerCase();
}

export interface AggregateOptions {
  readonly seed: number;
  readonly resamples?: number;
}

// Tags whose values are reported apart, and how many values are still a table and not noise.
const subsetTags = ["wording", "task"] as const;
const maxSubsetValues = 20;

/**
 * `followed`, `wrongLanguage` and `wrongAnswer` are shares of the rows with checks and sum to 1; without any
 * such row `wrongLanguage` is the share of all rows and the other two are absent.
 */
export function aggregate(samples: readonly SampleRecord[], options: AggregateOptions): MetricsRecord {
  const byLanguage = new Map<string, SampleRecord[]>();
  for (const sample of samples) {
    const list = byLanguage.get(sample.language);
    if (list === undefined) byLanguage.set(sample.language, [sample]);
    else list.push(sample);
  }
  const subsets = subsetTags.flatMap(tag => {
    const values = new Set(samples.flatMap(sample => sample.tags[tag] ?? []));
    return values.size <= maxSubsetValues ? [...values].sort().map(value => ({ tag, value })) : [];
  });
  const languages: Record<string, Partial<Record<MetricKey, MetricValue>>> = {};
  for (const [language, own] of byLanguage) {
    languages[language] = metricsOf(language, own, subsets, options);
  }
  return { version: 1, languages };
}

function metricsOf(
  language: string,
  samples: readonly SampleRecord[],
  subsets: readonly { readonly tag: string; readonly value: string }[],
  options: AggregateOptions,
): Partial<Record<MetricKey, MetricValue>> {
  const resamples = options.resamples ?? defaultResamples;
  const metrics: Partial<Record<MetricKey, MetricValue>> = {};
  const random = (key: MetricKey) => seededRandom("bootstrap", options.seed, language, key);
  const rate = (
    key: MetricKey,
    of: readonly SampleRecord[],
    hit: (sample: SampleRecord) => boolean,
  ): void => {
    if (of.length === 0) return;
    const outcomes = of.map(hit);
    metrics[key] = {
      value: outcomes.filter(Boolean).length / of.length,
      n: of.length,
      interval: bootstrapRate(outcomes, random(key), resamples),
    };
  };
  const checked = samples.filter(sample => sample.checksPassed !== null);
  const followed = (sample: SampleRecord): boolean => sample.outcome === "followed";

  rate("followed", checked, followed);
  rate("language", samples, sample => sample.languageCorrect);
  rate("checks", checked, sample => sample.checksPassed === true);
  rate("wrongLanguage", checked.length > 0 ? checked : samples, sample => sample.outcome === "wrongLanguage");
  rate("wrongAnswer", checked, sample => sample.outcome === "wrongAnswer");

  const scored = samples.filter(sample => sample.nll !== null && sample.nllTokens > 0);
  if (scored.length > 0) {
    const totals = scored.map(sample => (sample.nll ?? 0) * sample.nllTokens);
    const tokens = scored.map(sample => sample.nllTokens);
    metrics.nll = {
      value: sum(totals) / sum(tokens),
      n: scored.length,
      interval: bootstrapRatio(totals, tokens, random("nll"), resamples),
    };
  }
  for (const { tag, value } of subsets) {
    rate(
      `followed:${tag}=${value}`,
      checked.filter(sample => sample.tags[tag] === value),
      followed,
    );
  }
  const perCharacter = likelihoodPerCharacter(scored);
  if (perCharacter !== null) {
    const { nats, characters } = perCharacter;
    metrics.nllPerCharacter = {
      value: sum(nats) / sum(characters),
      n: nats.length,
      interval: bootstrapRatio(nats, characters, random("nllPerCharacter"), resamples),
    };
  }
  const chrf = referenceScores(samples);
  if (chrf.length > 0) {
    const ones = chrf.map(() => 1);
    metrics.chrf = {
      value: sum(chrf) / chrf.length,
      n: chrf.length,
      interval: bootstrapRatio(chrf, ones, random("chrf"), resamples),
    };
  }
  if (samples.some(sample => sample.instructions !== undefined)) rate("checksLoose", checked, passesLoosely);
  for (const [key, outcomes] of instructionOutcomes(samples)) {
    metrics[key] = {
      value: outcomes.filter(Boolean).length / outcomes.length,
      n: outcomes.length,
      interval: bootstrapRate(outcomes, random(key), resamples),
    };
  }
  return metrics;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
