// Asks every judge of a panel the questions of one comparison. A single judge is a panel of one.

import type { Prices } from "../../core/comparison/cost.ts";
import { panelVerdict } from "../../core/comparison/panel.ts";
import type { JudgeCost, JudgeIdentity, PairVerdict } from "../../core/records/comparison.ts";
import { type ComparisonPlan, totalPlan } from "../../protocol/comparison.ts";
import { askAll } from "./askAll.ts";
import type { ComparedLanguage } from "./comparePairs.ts";
import { CompareQuestions } from "./compareQuestions.ts";
import type { Judge } from "./judge.ts";
import { VerdictCache } from "./verdictCache.ts";

interface Member {
  readonly judge: Judge;
  readonly asked: CompareQuestions;
  readonly cache: VerdictCache | null;
}

export interface AskPanelOptions {
  readonly signal: AbortSignal;
  readonly warn: (message: string) => void;
  /** Receives the number of questions settled so far, over all judges. */
  readonly settled: (count: number) => void;
}

export class AskedPanel {
  readonly #members: readonly Member[];
  readonly #changes: string[] = [];

  /** @param runs Folder of run folders, next to which answers are cached. */
  constructor(languages: readonly ComparedLanguage[], judges: readonly Judge[], runs: string) {
    this.#members = judges.map(judge => {
      // Rules are not a model, so there are no answers to cache.
      const cache = judge.identity.kind === "rule" ? null : new VerdictCache(runs, judge.identity);
      return { judge, cache, asked: new CompareQuestions(languages, judge.identity, cache) };
    });
  }

  /** Remarks about the answers for the reader: models that changed, and what the judges noticed. */
  get notes(): readonly string[] {
    const foreign = this.#members.reduce((sum, { asked }) => sum + asked.foreign, 0);
    return [
      ...this.#changes,
      ...(foreign === 0
        ? []
        : [
            `${foreign} of the cached answers were not requested here: they came with the folder or from an earlier version, and are not verified.`,
          ]),
      ...this.#members.flatMap(({ judge }) => judge.notes),
    ];
  }

  /** Models that answered, according to the judges. */
  get served(): readonly string[] {
    return [...new Set(this.#members.flatMap(({ asked }) => asked.served))].sort();
  }

  plan(prices: Prices | null, notes: readonly string[]): ComparisonPlan {
    return { ...totalPlan(this.#members.map(({ asked }) => asked.plan(prices, []))), notes };
  }

  /** Asks one judge after the other. @throws HumanError if one can't continue. */
  async ask(options: AskPanelOptions): Promise<void> {
    let done = 0;
    const settled = (): void => options.settled(++done);
    for (const member of this.#members) {
      await askMember(member, options, settled);
      const outdated = member.asked.reopenOutdated();
      if (outdated > 0) {
        const { served } = member.asked;
        this.#changes.push(
          `${outdated} cached answers are from another model than the judge serves now (${served.length === 0 ? "it does not say what" : served.join(", ")}) and were requested again.`,
        );
        await askMember(member, options, settled);
      }
      if (member.asked.served.length > 1)
        this.#changes.push(
          `The judge answered as several models, and all are in the scores: ${member.asked.served.join(", ")}.`,
        );
    }
  }

  /** Valid once everything was asked. */
  verdicts(language: string): PairVerdict[] {
    const said = this.#members.map(({ asked }) => asked.verdicts(language));
    const [first = []] = said;
    return first.map((_, i) => panelVerdict(said.flatMap(verdicts => verdicts[i] ?? [])));
  }

  /** Number of the language's pairs whose two responses are the same text. */
  identical(language: string): number {
    return this.#members[0]?.asked.identical(language) ?? 0;
  }

  cost(prices: Prices | null): JudgeCost {
    const costs = this.#members.map(({ asked }) => asked.cost(prices));
    const sum = (of: (cost: JudgeCost) => number): number =>
      costs.reduce((total, cost) => total + of(cost), 0);
    return {
      asked: sum(cost => cost.asked),
      cached: sum(cost => cost.cached),
      retries: sum(cost => cost.retries),
      estimated: sum(cost => cost.estimated),
      promptTokens: sum(cost => cost.promptTokens),
      completionTokens: sum(cost => cost.completionTokens),
      price: prices === null ? null : sum(cost => cost.price ?? 0),
    };
  }

  close(): void {
    for (const { cache } of this.#members) cache?.close();
  }
}

function askMember({ judge, asked }: Member, options: AskPanelOptions, settled: () => void): Promise<void> {
  return askAll(judge, asked.questions, {
    signal: options.signal,
    onAnswer(index, answer, attempts) {
      asked.answered(index, answer, attempts);
      settled();
    },
    onFailure(index, failure, attempts) {
      options.warn(failure.message);
      asked.failed(index, failure, attempts);
      settled();
    },
  });
}

/** Reports whether a judge is asked in the language of the pair. */
export function asksInOwnLanguage(identity: JudgeIdentity): boolean {
  return (identity.members ?? [identity]).some(
    ({ kind, promptLanguage }) => kind !== "rule" && promptLanguage === "own",
  );
}
