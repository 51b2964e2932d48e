// The questions of one comparison: which are known already, what each answered, what they cost.
import { estimatedTokens, expectedAnswerTokens, type Prices, priceOf } from "../../core/comparison/cost.ts";
import { judgePrompt } from "../../core/comparison/judgePrompt.ts";
import type { Pair } from "../../core/comparison/pairs.ts";
import type { JudgeCost, JudgedOrder, JudgeIdentity, PairVerdict } from "../../core/comparison/records.ts";
import { outcomeOf, pickOf } from "../../core/comparison/score.ts";
import { parseVerdict, type Verdict } from "../../core/comparison/verdict.ts";
import type { ComparisonPlan } from "../../protocol/compare.ts";
import type { JudgeAnswer, JudgeFailure, JudgeQuestion } from "../judge/judge.ts";
import type { VerdictCache } from "../judge/verdictCache.ts";
import type { ComparedLanguage } from "./comparePairs.ts";

interface Asked {
  readonly question: JudgeQuestion;
  readonly fromCache: boolean;
  verdict: Verdict | null;
  answer: string | null;
  error: string | null;
}

interface AskedPair {
  readonly pair: Pair;
  /** The run's response first, then the baseline's; null: both are the same text. */
  readonly orders: readonly [Asked, Asked] | null;
}

export class CompareQuestions {
  readonly #pairs = new Map<string, readonly AskedPair[]>();
  readonly #all: Asked[] = [];
  readonly #open: Asked[];
  readonly #byText = new Map<string, Asked>();
  #asked = 0;
  #answered = 0;
  #estimated = 0;
  #failed = 0;
  #promptTokens = 0;
  #completionTokens = 0;

  /** @param cache null for the rule, which is no model: nothing of it is kept. */
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
    this.#open = this.#all.filter(({ fromCache }) => !fromCache);
  }

  /** What has to be asked. */
  get questions(): readonly JudgeQuestion[] {
    return this.#open.map(({ question }) => question);
  }

  plan(prices: Prices | null, notes: readonly string[]): ComparisonPlan {
    const texts = this.cache === null ? [] : this.questions.map(({ text }) => text);
    const promptTokens = texts.reduce((sum, text) => sum + estimatedTokens(text), 0);
    const completionTokens = texts.length * expectedAnswerTokens;
    return {
      questions: this.#open.length,
      cached: this.#all.length - this.#open.length,
      promptTokens,
      completionTokens,
      price: priceOf(promptTokens, completionTokens, prices),
      notes,
    };
  }

  /** @param index Of `questions`. */
  answered(index: number, { verdict, text, ...tokens }: JudgeAnswer, attempts: number): void {
    const asked = this.#open[index] as Asked;
    asked.verdict = verdict;
    asked.answer = text;
    this.#asked += attempts;
    this.#answered++;
    if (text === null) return;
    this.cache?.keep(asked.question.text, { text, ...tokens });
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
      cached: this.#all.length - this.#open.length,
      retries: this.#asked - this.#answered - this.#failed,
      estimated: this.#estimated,
      promptTokens: this.#promptTokens,
      completionTokens: this.#completionTokens,
      price: priceOf(this.#promptTokens, this.#completionTokens, prices),
    };
  }

  /** Once everything was asked. */
  verdicts(language: string): PairVerdict[] {
    return (this.#pairs.get(language) ?? []).map(verdictOf);
  }

  /** Pairs of the language whose two responses are the same text. */
  identical(language: string): number {
    return (this.#pairs.get(language) ?? []).filter(({ orders }) => orders === null).length;
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
    const responses = [a.response, b.response] as const;
    const { text, code } = judgePrompt({ language, prompt, responses }, this.identity.promptLanguage);
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    const asked = this.#add({ text, code, facts }, this.cache.find(text)?.text ?? null);
    this.#byText.set(text, asked);
    return asked;
  }

  #add(question: JudgeQuestion, kept: string | null): Asked {
    const verdict = kept === null ? null : parseVerdict(kept, question.code);
    const asked: Asked = { question, fromCache: kept !== null, verdict, answer: kept, error: null };
    this.#all.push(asked);
    return asked;
  }
}

function verdictOf({ pair, orders }: AskedPair): PairVerdict {
  const { language, id, prompt, run, baseline } = pair;
  const judged = [orderOf("run", orders?.[0]), orderOf("baseline", orders?.[1])] as const;
  return {
    language,
    id,
    prompt,
    run: run.response,
    baseline: baseline.response,
    orders: judged,
    outcome: outcomeOf(judged),
  };
}

/** The same text twice is a tie that nobody has to be asked about. */
function orderOf(first: "run" | "baseline", asked: Asked | undefined): JudgedOrder {
  if (asked === undefined) return { first, picked: "tie", answer: null, error: null };
  return { first, picked: pickOf(asked.verdict, first), answer: asked.answer, error: asked.error };
}
