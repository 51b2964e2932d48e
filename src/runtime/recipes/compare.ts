// Recipe of a side-by-side comparison: for each language, a run's responses against its baseline's, judged in
// both orders.
import { basename, dirname, join } from "node:path";
import { consistencyOf } from "../../core/comparison/consistency.ts";
import { hasOwnJudgeTexts } from "../../core/comparison/judgePrompt.ts";
import { comparisonCorrelations } from "../../core/comparison/languageCorrelations.ts";
import { diagonal, fewPromptsNotes, scoreLanguage } from "../../core/comparison/pairScore.ts";
import { panelIdentity } from "../../core/comparison/panel.ts";
import { displayName } from "../../core/language/tags.ts";
import { humanCheck } from "../../core/rating/raterAgreement.ts";
import {
  type ComparisonRecord,
  comparisonFiles,
  type JudgeIdentity,
  type LanguageComparison,
  type PairVerdict,
  type UnscoredLanguage,
} from "../../core/records/comparison.ts";
import { throwIfCancelled } from "../../node/cancelled.ts";
import { requirePlainFolder } from "../../node/plainFiles.ts";
import { sha256OfText } from "../../node/sha256.ts";
import type { CompareOutcome, CompareRequest } from "../../protocol/comparison.ts";
import type { HostedContext } from "../context/context.ts";
import { Pace } from "../context/pace.ts";
import { canonicalJson, fileNameOf } from "../files/runName.ts";
import { readRatings, writeComparison } from "../files/verdictFiles.ts";
import { AskedPanel, asksInOwnLanguage } from "../judge/askedPanel.ts";
import { type ComparedRun, comparedRun } from "../judge/comparePairs.ts";
import type { Judge } from "../judge/judge.ts";
import { openPanel } from "../judge/openJudge.ts";

/**
 * Writes `<run folder>/comparisons/<slug>/` for each run: verdicts.jsonl, then comparison.json. The slug is
 * derived from judge, baseline and everything that was compared, so that a comparison replaces only its
 * equal. Answers are kept if it is cancelled or fails.
 */
export async function compare(request: CompareRequest, context: HostedContext): Promise<CompareOutcome[]> {
  const { askHost } = context;
  for (const folder of request.folders) requirePlainFolder(folder);
  const judges = openPanel(request.judge, { starter: request.starter, askHost });
  try {
    const runs = request.folders.map(folder => comparedRun(folder, request));
    const planned: CompareOutcome[] = [];
    for (const run of runs) {
      const plan = await withPanel(run, judges, asked => planOf(run, asked, judges, request));
      planned.push({ run: run.folder, plan, folder: null, comparison: null, check: null });
    }
    if (request.dryRun) return planned;
    const total = planned.reduce((sum, { plan }) => sum + plan.questions, 0);
    const pace = new Pace({ judge: total }, context.progress);
    const outcomes: CompareOutcome[] = [];
    let before = 0;
    for (const run of runs) {
      const say = (done: number): void =>
        pace.update("judge", Math.min(total, before + done), total, `Judging ${basename(run.folder)}`);
      outcomes.push(
        await withPanel(run, judges, asked => compareRun(run, asked, judges, request, context, say)),
      );
      before += outcomes.at(-1)?.plan.questions ?? 0;
    }
    return outcomes;
  } finally {
    for (const judge of judges) await judge.release();
  }
}

async function withPanel<T>(
  run: ComparedRun,
  judges: readonly Judge[],
  work: (asked: AskedPanel) => T | Promise<T>,
): Promise<T> {
  const asked = new AskedPanel(run.languages, judges, dirname(run.folder));
  try {
    return await work(asked);
  } finally {
    asked.close();
  }
}

function identityOf(judges: readonly Judge[]): JudgeIdentity {
  return panelIdentity(judges.map(({ identity }) => identity));
}

function planOf(run: ComparedRun, asked: AskedPanel, judges: readonly Judge[], { prices }: CompareRequest) {
  return asked.plan(prices, [...run.notes, ...promptNotes(run, identityOf(judges))]);
}

async function compareRun(
  run: ComparedRun,
  asked: AskedPanel,
  judges: readonly Judge[],
  request: CompareRequest,
  { signal, log }: HostedContext,
  say: (done: number) => void,
): Promise<CompareOutcome> {
  const started = new Date().toISOString();
  const plan = planOf(run, asked, judges, request);
  const identity = identityOf(judges);
  say(0);
  try {
    await asked.ask({ signal, warn: message => log("warn", message), settled: say });
  } catch (error) {
    throwIfCancelled(signal);
    throw error;
  }
  const verdicts = run.languages.flatMap(({ language }) => asked.verdicts(language));
  const { notes, ...scores } = scoresOf(run, asked, verdicts);
  const comparison: ComparisonRecord = {
    version: 1,
    started,
    ended: new Date().toISOString(),
    run: basename(run.folder),
    mixture: run.record.mixture,
    seed: run.record.seed,
    judge: identity,
    ...scores,
    ...(asked.served.length > 0 && { served: asked.served }),
    cost: asked.cost(request.prices),
    notes: [...plan.notes, ...notes, ...asked.notes],
  };
  const folder = join(run.folder, comparisonFiles.folder, slugOf(run, identity, request.baseline));
  const written = writeComparison(folder, comparison, verdicts);
  const check = humanCheck(verdicts, readRatings(folder));
  return { run: run.folder, plan, folder, comparison: written, check };
}

function scoresOf(
  run: ComparedRun,
  asked: AskedPanel,
  all: readonly PairVerdict[],
): Pick<ComparisonRecord, "languages" | "unscored" | "correlations" | "consistency" | "notes"> {
  const languages: Record<string, LanguageComparison> = {};
  const unscored: Record<string, UnscoredLanguage> = {};
  const notes: string[] = [];
  for (const { language, baseline, baselineMixture, unmatched } of run.languages) {
    if (baseline === null) {
      languages[language] = diagonal(baselineMixture);
      continue;
    }
    const verdicts = asked.verdicts(language);
    const identical = asked.identical(language);
    const setting = { baseline, baselineMixture, unmatched, identical };
    const score = scoreLanguage(verdicts, setting);
    if (score === null) unscored[language] = { baseline, baselineMixture, unread: verdicts.length };
    else languages[language] = score;
    notes.push(...unreadNotes(language, verdicts));
    if (score !== null) notes.push(...fewPromptsNotes(language, score.score.n));
  }
  const correlations = comparisonCorrelations(all);
  const consistency = consistencyOf(all);
  return {
    languages,
    ...(Object.keys(unscored).length > 0 && { unscored }),
    ...(correlations !== null && { correlations }),
    ...(consistency !== null && { consistency }),
    notes,
  };
}

function unreadNotes(language: string, verdicts: readonly PairVerdict[]): string[] {
  const lost = verdicts.filter(({ outcome }) => outcome === null);
  if (lost.length === 0) return [];
  const failed = lost.filter(({ orders }) => orders.some(({ error }) => error !== null)).length;
  const reasons = [
    ...(failed > 0 ? [`${failed} got no answer`] : []),
    ...(lost.length > failed ? [`${lost.length - failed} an answer that can't be read`] : []),
  ];
  return [
    `${displayName(language)} (${language}): ${lost.length} of ${verdicts.length} pairs are in no score (${reasons.join(", ")}).`,
  ];
}

function promptNotes(run: ComparedRun, identity: JudgeIdentity): string[] {
  if (!asksInOwnLanguage(identity)) return [];
  const without = run.languages.filter(({ language }) => !hasOwnJudgeTexts(language));
  if (without.length === 0) return [];
  const names = without.map(({ language }) => displayName(language)).join(", ");
  return [`The judge is asked in English for ${names}: Pinch has no text of its own in these languages.`];
}

function slugOf(run: ComparedRun, identity: JudgeIdentity, baseline: string | null): string {
  const judge =
    identity.model === null || identity.kind === "panel"
      ? identity.kind
      : fileNameOf(basename(identity.model));
  const against = baseline === null ? "monolingual" : fileNameOf(basename(baseline));
  const compared = run.languages.map(({ language, baseline: name, pairs }) => ({
    language,
    name,
    pairs: pairs.map(({ id, prompt, run: own, baseline: other }) => [
      id,
      prompt,
      own.response,
      other.response,
    ]),
  }));
  const hash = sha256OfText(canonicalJson({ identity, compared })).slice(0, 8);
  return `${judge}-vs-${against}-${hash}`;
}
