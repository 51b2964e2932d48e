// The command `compare`: runs a side-by-side comparison and prints its scores.
import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import { HumanError } from "../common/errors.ts";
import { aligned } from "../common/textTable.ts";
import { consistencyWords } from "../core/comparison/consistency.ts";
import type { Prices } from "../core/comparison/cost.ts";
import { displayName, sortedTags } from "../core/language/tags.ts";
import {
  agreementWords,
  correctedWords,
  distrustSentence,
  fewestRated,
  isDistrusted,
  trustRule,
} from "../core/rating/judgeTrust.ts";
import type { Agreement, HumanCheck } from "../core/rating/raterAgreement.ts";
import type { ComparisonRecord, LanguageComparison } from "../core/records/comparison.ts";
import { firstPlace } from "../core/results/judgeQuality.ts";
import type { CompareOutcome, ComparisonPlan, JudgeSettings } from "../protocol/comparison.ts";
import type { Arguments } from "./arguments.ts";
import { type Environment, type ExitCode, exitCodes, withRuntime, writeJson } from "./environment.ts";
import { defaultConcurrency } from "./usage.ts";

export async function compare(environment: Environment, options: Arguments): Promise<ExitCode> {
  const { output, progress, signal, starter } = environment;
  const { text, json } = options;
  const request = {
    folders: options.files.map(folder => resolve(folder)),
    baseline: text("baseline"),
    judge: judgeSettings(text),
    languages: null,
    limit: wholeNumber(text, "limit"),
    prices: pricesOf(text),
    dryRun: options.flag("dry-run"),
    starter,
  };
  progress.begin(options.files.map(file => basename(file)).join(", "));
  const outcomes = await withRuntime(environment, ({ client }) => {
    client.on("pinch/progress", update => progress.update(update));
    client.on("pinch/log", ({ level, message }) => {
      if (level === "warn") progress.say(`warning: ${message}`);
    });
    return client.call("pinch/compare", request, signal);
  });
  progress.clear();
  if (json) writeJson(output, { comparisons: outcomes });
  else output.write(outcomes.map(describe).join("\n"));
  const empty = outcomes.some(({ comparison }) => comparison !== null && !hasScore(comparison));
  return empty ? exitCodes.run : exitCodes.done;
}

type Text = Arguments["text"];

/** Comma-separated kinds, models or addresses form a panel: each list has one entry per judge, or one for all. */
function judgeSettings(text: Text): JudgeSettings | readonly JudgeSettings[] {
  const listed = (name: string): readonly string[] => {
    const written = text(name);
    if (written === null) return [];
    return existsSync(written) ? [written] : written.split(",").map(part => part.trim());
  };
  const lists = {
    judge: listed("judge"),
    "judge-url": listed("judge-url"),
    "judge-model": listed("judge-model"),
  };
  const count = Math.max(1, ...Object.values(lists).map(list => list.length));
  const odd = Object.entries(lists).find(([, list]) => list.length > 1 && list.length !== count);
  if (odd !== undefined)
    throw new HumanError(`--${odd[0]} names ${odd[1].length} of ${count} judges.`, {
      remedy: "Give it once for all judges, or once for each.",
    });
  const of = (name: keyof typeof lists, at: number): string | null =>
    (lists[name].length > 1 ? lists[name][at] : lists[name][0]) || null;
  const judges = Array.from({ length: count }, (_, at) =>
    judgeOf(text, { kind: of("judge", at), url: of("judge-url", at), model: of("judge-model", at) }),
  );
  return judges.length === 1 ? (judges[0] as JudgeSettings) : judges;
}

function judgeOf(
  text: Text,
  named: { readonly kind: string | null; readonly url: string | null; readonly model: string | null },
): JudgeSettings {
  const { url, model } = named;
  const kind = named.kind ?? (url === null ? "rule" : "openai");
  const promptLanguage = text("judge-prompt") ?? "en";
  if (promptLanguage !== "en" && promptLanguage !== "own")
    throw new HumanError(`A judge can't be asked in ${promptLanguage}.`, {
      remedy: "Write --judge-prompt en, or own for the language of each prompt.",
    });
  if (kind === "rule") return { kind };
  if (kind !== "openai" && kind !== "local")
    throw new HumanError(`Unknown judge "${kind}".`, { remedy: "Choose one of rule, openai, local." });
  if (model === null)
    throw new HumanError(`The judge ${kind} needs a model.`, { remedy: "Name it with --judge-model." });
  if (kind === "local") return { kind, model, promptLanguage };
  if (url === null)
    throw new HumanError("The judge openai needs an address.", {
      remedy: "Give it with --judge-url, for example http://localhost:8000/v1.",
    });
  const concurrency = wholeNumber(text, "concurrency") ?? defaultConcurrency;
  return { kind, url, model, key: null, promptLanguage, concurrency };
}

function wholeNumber(text: Text, name: string): number | null {
  const written = text(name);
  if (written === null) return null;
  const value = Number(written);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new HumanError(`--${name} ${written} is not a whole number of 1 or more.`, {
    remedy: `Write, for example, --${name} 20.`,
  });
}

/** null when neither price was given. */
function pricesOf(text: Text): Prices | null {
  const [input, output] = [text("price-input"), text("price-output")].map(written => {
    const value = written === null || written.trim() === "" ? Number.NaN : Number(written);
    if (written === null || (Number.isFinite(value) && value >= 0)) return written === null ? null : value;
    throw new HumanError(`${written} is not a price.`, {
      remedy: "Write the price of a million tokens as a number, for example 0.15.",
    });
  });
  return input == null && output == null ? null : { input: input ?? 0, output: output ?? 0 };
}

function hasScore({ languages }: ComparisonRecord): boolean {
  return Object.keys(languages).length > 0;
}

function describe({ run, plan, folder, comparison, check }: CompareOutcome): string {
  const name = basename(run);
  if (comparison === null) return `${name}: ${describePlan(plan)}\n${notesOf(plan.notes)}`;
  const { judge, cost } = comparison;
  const model = judge.model === null ? "" : ` ${judge.model}`;
  const lines = [
    `${name}, judged by ${judge.kind === "panel" ? "a panel of" : judge.kind}${model}`,
    aligned(tableOf(comparison)),
    "Score: wins and half the ties in %, 50 = as good as the baseline, with its 95 % interval. Flips: the order decided.",
    "First: how often the response in first place was preferred in these, in %; 50 = no bias for a place.",
  ];
  const disputed = Object.values(comparison.languages).reduce((sum, one) => sum + (one.disputed ?? 0), 0);
  if (judge.kind === "panel")
    lines.push(`The judges disagreed about ${disputed} pairs; the majority counts.`);
  if (comparison.consistency !== undefined)
    lines.push(`Translations of one pair: ${consistencyWords(comparison.consistency)}.`);
  if (check !== null) lines.push(...checkLines(check));
  if (judge.kind !== "rule") {
    const estimated = cost.estimated > 0 ? ` (${cost.estimated} answers' tokens estimated)` : "";
    lines.push(
      `Asked ${cost.asked}, of them again ${cost.retries}; from the cache ${cost.cached}; tokens in ${cost.promptTokens}, out ${cost.completionTokens}${estimated}${priceText(cost.price)}.`,
    );
  }
  return `${lines.join("\n")}\n${notesOf(comparison.notes)}${folder}\n`;
}

/** How far people agreed with the judge in each language, and the scores corrected for it. */
function checkLines({ languages, corrected, raters }: HumanCheck): string[] {
  const rows = sortedTags(Object.keys(languages)).map(language => {
    const agreement = languages[language] as Agreement;
    return [
      `${displayName(language)} (${language})`,
      agreementWords(agreement),
      correctedWords(corrected[language], agreement.pairs),
      isDistrusted(agreement) ? "NO" : agreement.pairs < fewestRated ? "too few rated" : "yes",
    ];
  });
  const doubt = distrustSentence(languages);
  return [
    "",
    `People (${raters.join(", ")}) rated pairs blind:`,
    aligned([["language", "agree with the judge", "corrected score, 95 %", "to be trusted"], ...rows]),
    ...(doubt === null ? [] : [doubt]),
    `${trustRule}.`,
  ];
}

function describePlan({ questions, cached, promptTokens, completionTokens, price }: ComparisonPlan): string {
  const tokens = `about ${promptTokens} tokens in and ${completionTokens} out`;
  return `${questions} questions to ask, ${cached} answered already; ${tokens}${priceText(price)}.`;
}

function priceText(price: number | null): string {
  return price === null ? "" : `, price ${price.toFixed(4)}`;
}

function notesOf(notes: readonly string[]): string {
  return notes.map(note => `note: ${note}\n`).join("");
}

const header = [
  "language",
  "score",
  "95 %",
  "wins",
  "ties",
  "losses",
  "flips",
  "first, 95 %",
  "unread",
  "baseline",
] as const;

function tableOf({ languages, unscored = {} }: ComparisonRecord): (readonly string[])[] {
  const rows = sortedTags([...Object.keys(languages), ...Object.keys(unscored)]).map(language => {
    const name = `${displayName(language)} (${language})`;
    const scored = languages[language];
    if (scored !== undefined) return [name, ...cellsOf(scored)];
    const { baseline = "", unread = 0 } = unscored[language] ?? {};
    return [name, "-", "-", "0", "0", "0", "0", "-", String(unread), baseline];
  });
  return [header, ...rows];
}

function cellsOf(scored: LanguageComparison): string[] {
  const { baseline, baselineMixture, score, wins, ties, losses, flips, unread, places } = scored;
  if (baseline === null) return ["50.0", "-", "-", "-", "-", "-", "-", "-", `itself (${baselineMixture})`];
  const [low, high] = score.interval.map(value => (100 * value).toFixed(0));
  const first = places === undefined ? "-" : firstPlace(places).replace("–", "-");
  const counts = [...[wins, ties, losses, flips].map(String), first, String(unread)];
  return [(100 * score.value).toFixed(1), `${low}-${high}`, ...counts, baseline];
}
