// Tracks the questions of one comparison: which answers are cached, what each judge answered, and the cost.
import { estimatedTokens, expectedAnswerTokens, type Prices, priceOf } from "../../core/comparison/cost.ts";
import { judgePrompt } from "../../core/comparison/judgePrompt.ts";
import type { Pair } from "../../core/comparison/pairSamples.ts";
import { outcomeOf, pickOf } from "../../core/comparison/picks.ts";
import { parseVerdict, type Verdict } from "../../core/comparison/verdict.ts";
import { answerOf } from "../../core/fidelity/reasoning.ts";
import type { JudgeCost, JudgedOrder, JudgeIdentity, PairVerdict } from "../../core/records/comparison.ts";
import type { ComparisonPlan } from "../../protocol/comparison.ts";
import type { ComparedLanguage } from "./comparePairs.ts";
import type { JudgeAnswer, JudgeFailure, JudgeQuestion } from "./judge.ts";
import type { FoundAnswer, VerdictCache } from "./verdictCache.ts";

interface Asked {
  readonly question: JudgeQuestion;
  /** Null if it is asked in this comparison. */
  kept: FoundAnswer | null;
  verdict: Verdict | null;
  answer: string | null;
  served: string | null;
  error: string | null;
}

interface AskedPair {
  readonly pair: Pair;
  /** The run's response first, then the baseline's; null if both are the same text. */
  readonly orders: readonly [Asked, Asked] | null;
}

export class CompareQuestions {
  readonly #pairs = new Map<string, readonly AskedPair[]>();
  readonly #all: Asked[] = [];
  #open: Asked[] = [];
  readonly #byText = new Map<string, Asked>();
  /** Models that answered in this comparison, as the judge names them; null if it does not. */
  readonly #served = new Set<string | null>();
  #asked = 0;
  #answered = 0;
  #estimated = 0;
  #failed = 0;
  #promptTokens = 0;
  #completionTokens = 0;

  /** @param cache Null for rules, which are not a model and are not cached. */
  constructor(
    languages: readonly ComparedLanguage[],
    private readonly identity: JudgeIdentity,
    private readonly cache: VerdictCache | null,
  ) {
    for (const { language, pairs } of languages)
      this.#pairs.set(
        language,
        pairs.map(pair => this.#pairOf(pair)),
      );
    // Asks again what another model answered under the same name, and what does not name its model.
    if (cache !== null) this.#reopen(({ served }) => !cache.newest.has(served));
    this.#open = this.#all.filter(({ kept }) => kept === null);
  }

  /**
   * Call once everything was asked. If other models answered than those of the cached answers, the latter
   * must be asked again (see `questions`). For an endpoint that serves several models at a time, this costs a
   * single round.
   * @returns Number of questions to ask again
   */
  reopenOutdated(): number {
    if (this.#served.size === 0) return 0;
    this.#open = this.#reopen(({ served }) => !this.#served.has(served));
    return this.#open.length;
  }

  #reopen(isOutdated: (kept: FoundAnswer) => boolean): Asked[] {
    const outdated = this.#all.filter(({ kept }) => kept !== null && isOutdated(kept));
    for (const asked of outdated) {
      asked.kept = null;
      asked.verdict = null;
      asked.answer = null;
      asked.served = null;
    }
    return outdated;
  }

  /** Models whose answers are in the scores, as the judge names them; empty if it never does. */
  get served(): string[] {
    return [...new Set(this.#all.flatMap(({ served }) => served ?? []))].sort();
  }

  /** Questions that have to be asked. */
  get questions(): readonly JudgeQuestion[] {
    return this.#open.map(({ question }) => question);
  }

  plan(prices: Prices | null, notes: readonly string[]): ComparisonPlan {
    const texts = this.cache === null ? [] : this.questions.map(({ text }) => text);
    const promptTokens = texts.reduce((sum, text) => sum + estimatedTokens(text), 0);
    const completionTokens = texts.length * expectedAnswerTokens;
    return {
      questions: this.#open.length,
      cached: this.#cached,
      promptTokens,
      completionTokens,
      price: priceOf(promptTokens, completionTokens, prices),
      notes,
    };
  }

  /** @param index Index in `questions`. */
  answered(index: number, { verdict, text, served, ...tokens }: JudgeAnswer, attempts: number): void {
    const asked = this.#open[index] as Asked;
    asked.verdict = verdict;
    asked.answer = text;
    asked.served = served;
    this.#asked += attempts;
    this.#answered++;
    if (text === null) return;
    this.#served.add(served);
    this.cache?.keep(asked.question.text, { text, served, ...tokens });
    if (tokens.promptTokens === null || tokens.completionTokens === null) this.#estimated++;
    this.#promptTokens += tokens.promptTokens ?? estimatedTokens(asked.question.text);
    this.#completionTokens += tokens.completionTokens ?? estimatedTokens(text);
  }

  failed(index: number, { message }: JudgeFailure, attempts: number): void {
    (this.#open[index] as Asked).error = message;
    this.#asked += attempts;
    this.#failed++;
  }

  cost(prices: Prices | null): JudgeCost {
    return {
      asked: this.#asked,
      cached: this.#cached,
      retries: this.#asked - this.#answered - this.#failed,
      estimated: this.#estimated,
      promptTokens: this.#promptTokens,
      completionTokens: this.#completionTokens,
      price: priceOf(this.#promptTokens, this.#completionTokens, prices),
    };
  }

  /** Valid once everything was asked. */
  verdicts(language: string): PairVerdict[] {
    return (this.#pairs.get(language) ?? []).map(verdictOf);
  }

  /** Number of the language's pairs whose two responses are the same text. */
  identical(language: string): number {
    return (this.#pairs.get(language) ?? []).filter(({ orders }) => orders === null).length;
  }

  /** Number of answers in use that this installation did not ask for: they came with the folder. */
  get foreign(): number {
    return this.#all.filter(({ kept }) => kept?.own === false).length;
  }

  get #cached(): number {
    return this.#all.filter(({ kept }) => kept !== null).length;
  }

  #pairOf(pair: Pair): AskedPair {
    const { run, baseline } = pair;
    if (run.response === baseline.response) return { pair, orders: null };
    return { pair, orders: [this.#ask(pair, "run"), this.#ask(pair, "baseline")] };
  }

  #ask(pair: Pair, first: "run" | "baseline"): Asked {
    const [a, b] = first === "run" ? [pair.run, pair.baseline] : [pair.baseline, pair.run];
    const facts = [a, b] as const;
    if (this.cache === null) return this.#add({ text: "", code: "", facts }, null);
    const { language, prompt } = pair;
    const responses = [answerOf(a.response), answerOf(b.response)] as const;
    const { text, code } = judgePrompt({ language, prompt, responses }, this.identity.promptLanguage);
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const asked = this.#add({ text, code, facts }, this.cache.find(text));
    this.#byText.set(text, asked);
    return asked;
  }

  #add(question: JudgeQuestion, kept: FoundAnswer | null): Asked {
    const verdict = kept === null ? null : parseVerdict(kept.text, question.code);
    const [answer, served] = [kept?.text ?? null, kept?.served ?? null];
    const asked: Asked = { question, kept, verdict, answer, served, error: null };
    this.#all.push(asked);
    return asked;
  }
}

function verdictOf({ pair, orders }: AskedPair): PairVerdict {
  const { language, id, group, prompt, run, baseline } = pair;
  const judged = [orderOf("run", orders?.[0]), orderOf("baseline", orders?.[1])] as const;
  return {
    language,
    id,
    ...(group !== undefined && { group }),
    prompt,
    run: run.response,
    baseline: baseline.response,
    orders: judged,
    outcome: outcomeOf(judged),
  };
}

/** Two identical texts are a tie, without asking anybody. */
function orderOf(first: "run" | "baseline", asked: Asked | undefined): JudgedOrder {
  if (asked === undefined) return { first, picked: "tie", answer: null, error: null };
  return { first, picked: pickOf(asked.verdict, first), answer: asked.answer, error: asked.error };
}
