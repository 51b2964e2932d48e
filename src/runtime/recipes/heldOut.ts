// Loss on a few references of development data while a model is trained, for the curves that are looked at.
import type { StepEvent } from "../../core/run/records.ts";
import type { WeightPlan } from "../../graph/nn/weights.ts";
import { Scorer } from "../generation/scorer.ts";
import type { StepTrainer } from "../train/trainer.ts";
import type { RowsByLanguage } from "./scoreResponse.ts";
import { type ModelPlace, tunedModel } from "./tunedModel.ts";

/** References of each language: enough to see a curve turn, few enough to cost about as much as a step or two. */
const referencesPerLanguage = 8;

/** A step is not interrupted either: an event says all of its step or is not written. */
const uninterrupted = new AbortController().signal;

export interface HeldOutOptions {
  /** Steps between two looks; undefined: none. */
  readonly every: number | undefined;
  /** Of the development data: what is evaluated is not looked at before. */
  readonly rows: RowsByLanguage;
  readonly plan: WeightPlan;
  readonly trainer: StepTrainer;
}

export class HeldOutLoss {
  readonly #place: ModelPlace;
  readonly #options: HeldOutOptions;
  readonly #rows: readonly {
    readonly language: string;
    readonly prompt: string;
    readonly reference: string;
  }[];
  #scorer: Scorer | null = null;

  constructor(place: ModelPlace, options: HeldOutOptions) {
    this.#place = place;
    this.#options = options;
    this.#rows = [...options.rows].flatMap(([language, rows]) =>
      rows
        .flatMap(({ prompt, reference }) =>
          reference === undefined ? [] : [{ language, prompt, reference }],
        )
        .slice(0, referencesPerLanguage),
    );
  }

  /**
   * Mean nats per token in each language, at every so many steps and at the last; null at the others. It reads the
   * parameters and changes nothing: the training's bytes are those without it.
   */
  async after({
    step,
    steps,
  }: Pick<StepEvent, "step" | "steps">): Promise<Readonly<Record<string, number>> | null> {
    const { every, trainer } = this.#options;
    if (every === undefined || this.#rows.length === 0) return null;
    if (step % every !== 0 && step !== steps) return null;
    await trainer.snapshot(); // what lies on a device comes into `parameters`
    this.#scorer ??= await this.#load();
    const scores = await this.#scorer.score(trainer.parameters.feeds, uninterrupted, () => undefined);
    const sums = new Map<string, { nll: number; tokens: number }>();
    for (const [i, { language }] of this.#rows.entries()) {
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

  #load(): Promise<Scorer> {
    const { plan, trainer } = this.#options;
    const { tokenizer } = this.#place;
    const { config, device, folder } = tunedModel(this.#place, plan, trainer.parameters.feeds);
    const examples = this.#rows.map(({ prompt, reference }) => tokenizer.formatExample(prompt, reference));
    return Scorer.create(examples, { config, plan, device, store: bytes => folder.write("heldOut", bytes) });
  }
}
