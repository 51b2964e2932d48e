// Loss on references of development data: on a few during training, on all for choosing a setting or a step.
import { isMeasured, meanLoss } from "../../core/records/earlyStop.ts";
import type { StepEvent } from "../../core/records/records.ts";
import type { WeightPlan } from "../../graph/nn/weights.ts";
import { LikelihoodScorer } from "../generation/likelihood.ts";
import type { Feeds } from "../ort/session.ts";
import type { StepTrainer } from "../train/trainer.ts";
import type { RowsByLanguage } from "./scoreResponse.ts";
import { type ModelPlace, tunedModel } from "./tunedModel.ts";

/** References per language: enough to see a curve turn, few enough to cost about as much as a step or two. */
const referencesPerLanguage = 8;

/** Never aborted, because steps are not interrupted either: an event is complete or not written. */
const uninterrupted = new AbortController().signal;

/** Mean nats per token, by language. */
type Losses = Readonly<Record<string, number>>;

/** Loads the graph for the first measurement and keeps it for others with the same plan. */
class ReferenceLoss {
  readonly #place: ModelPlace;
  readonly #plan: WeightPlan;
  readonly rows: readonly {
    readonly language: string;
    readonly prompt: string;
    readonly reference: string;
  }[];
  #scorer: LikelihoodScorer | null = null;

  constructor(place: ModelPlace, plan: WeightPlan, rows: RowsByLanguage, perLanguage: number) {
    this.#place = place;
    this.#plan = plan;
    this.rows = [...rows].flatMap(([language, own]) =>
      own
        .flatMap(({ prompt, reference }) =>
          reference === undefined ? [] : [{ language, prompt, reference }],
        )
        .slice(0, perLanguage),
    );
  }

  async of(parameters: Feeds, signal: AbortSignal): Promise<Losses> {
    this.#scorer ??= await this.#load(parameters);
    const scores = await this.#scorer.score(parameters, signal, () => undefined);
    const sums = new Map<string, { nll: number; tokens: number }>();
    for (const [i, { language }] of this.rows.entries()) {
      const score = scores[i];
      if (score === undefined) continue;
      const sum = sums.get(language) ?? { nll: 0, tokens: 0 };
      sums.set(language, { nll: sum.nll + score.nll * score.tokens, tokens: sum.tokens + score.tokens });
    }
    return Object.fromEntries([...sums].map(([language, { nll, tokens }]) => [language, nll / tokens]));
  }

  async release(): Promise<void> {
    await this.#scorer?.release();
    this.#scorer = null;
  }

  #load(parameters: Feeds): Promise<LikelihoodScorer> {
    const { tokenizer } = this.#place;
    const { config, plan, device, folder } = tunedModel(this.#place, this.#plan, parameters);
    const examples = this.rows.map(row =>
      tokenizer.formatExample({ ...row, response: row.reference }, "last"),
    );
    return LikelihoodScorer.create(examples, {
      config,
      plan,
      device,
      store: bytes => folder.write("heldOut", bytes),
    });
  }
}

export interface HeldOutOptions {
  /** Steps between two measurements; undefined for none. */
  readonly every: number | undefined;
  /** Measures on all references, because a step is chosen by it, instead of on a few. */
  readonly all: boolean;
  /** Development rows; evaluation rows are never used before the evaluation. */
  readonly rows: RowsByLanguage;
  readonly plan: WeightPlan;
  readonly trainer: StepTrainer;
}

export class HeldOutLoss {
  readonly #options: HeldOutOptions;
  readonly #loss: ReferenceLoss;

  constructor(place: ModelPlace, options: HeldOutOptions) {
    this.#options = options;
    const perLanguage = options.all ? Number.POSITIVE_INFINITY : referencesPerLanguage;
    this.#loss = new ReferenceLoss(place, options.plan, options.rows, perLanguage);
  }

  /**
   * Measures after every `every` steps and after the last one; otherwise returns null. Reads the parameters
   * without changing anything: the training gives the same bytes with and without it.
   */
  async after(event: Pick<StepEvent, "step" | "steps">): Promise<Losses | null> {
    const { every, trainer } = this.#options;
    if (every === undefined || this.#loss.rows.length === 0) return null;
    if (!isMeasured(event, every)) return null;
    await trainer.snapshot(); // copies the state of a device to `parameters`
    return this.#loss.of(trainer.parameters.feeds, uninterrupted);
  }

  release(): Promise<void> {
    return this.#loss.release();
  }
}

/**
 * Criterion for choosing settings: the mean over languages of the mean nats per token of all references, so
 * that no language has more weight for its length or its number of rows. Null if it is not a finite number.
 */
export async function developmentLoss(
  place: ModelPlace,
  plan: WeightPlan,
  rows: RowsByLanguage,
  parameters: Feeds,
  signal: AbortSignal,
): Promise<number | null> {
  const loss = new ReferenceLoss(place, plan, rows, Number.POSITIVE_INFINITY);
  try {
    const mean = meanLoss(await loss.of(parameters, signal));
    return Number.isFinite(mean) ? mean : null;
  } finally {
    await loss.release();
  }
}
