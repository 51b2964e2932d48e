// The models of a server: runs of one mixture file, and their base model. Each is loaded when it is first asked.
import { basename } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { untunedName } from "../../core/mixture/mixtureFile.ts";
import type { RunRecord } from "../../core/records/runRecord.ts";
import type { WeightPlan } from "../../graph/nn/weights.ts";
import { fitParameters, type ModelPlace, modelOfRun, type TunedModel } from "../evaluation/tunedModel.ts";
import { commonShape, planKind } from "../generation/adapters.ts";
import { Generator } from "../generation/generator.ts";
import { type ChatRequest, RefusedRequest } from "./chatRequest.ts";
import { textSoFar } from "./streamedText.ts";

/** Most tokens of a conversation, where the model takes more: the memory of a request grows with them. */
const longestConversation = 8192;
/** Name of the base model in requests. */
const baseId = "base";

export interface Answer {
  readonly text: string;
  /** Why it ended: by itself or before a stop text, or at the limit of tokens. */
  readonly finish: "stop" | "length";
  readonly promptTokens: number;
  readonly newTokens: number;
}

export interface ServedRun {
  readonly folder: string;
  readonly record: RunRecord;
}

interface Served {
  readonly id: string;
  readonly model: TunedModel;
  readonly seed: number;
}

/** Requires that no model answers under the name of another. @throws HumanError */
function requireOwnNames(ids: readonly string[]): void {
  const twice = ids.find((id, i) => ids.indexOf(id) < i);
  if (twice !== undefined)
    throw new HumanError(`Two of the models would be called ${twice}.`, {
      remedy: `Give each run once, rename the folder if two have one name, and call none ${baseId}.`,
    });
}

export class ServedModels {
  readonly #place: ModelPlace;
  readonly #served: ReadonlyMap<string, Served>;
  /** Plan of the generator that all adapters share, except those with embeddings or magnitudes of their own. */
  readonly #shared: WeightPlan;
  /** By run for models whose embeddings, magnitudes or weights were trained, and one for the base with all other adapters. */
  readonly #generators = new Map<string, Promise<Generator>>();

  /** @throws HumanError if a run has no model that can be served */
  constructor(place: ModelPlace, first: ServedRun, ...others: readonly ServedRun[]) {
    this.#place = place;
    const tuned = [first, ...others]
      .filter(({ record }) => record.mixture !== untunedName)
      .map(({ folder, record }) => ({
        id: basename(folder),
        model: modelOfRun(place, folder, record.mixture),
        seed: record.seed,
      }));
    const adapters = tuned.flatMap(({ model: { plan } }) =>
      plan.kind === "frozen" && planKind(plan) === "adapters" ? [plan] : [],
    );
    const shape = commonShape(adapters);
    this.#shared = shape === null ? place.graphs.frozen() : place.graphs.frozen(shape);
    const untuned = modelOfRun(place, first.folder, untunedName);
    const base = { id: baseId, model: untuned, seed: place.experiment.config.seeds[0] ?? 0 };
    const served = [base, ...tuned];
    requireOwnNames(served.map(({ id }) => id));
    this.#served = new Map(served.map(each => [each.id, each]));
  }

  get ids(): readonly string[] {
    return [...this.#served.keys()];
  }

  /**
   * Answers as evaluations do: the same tokens for the same settings.
   * @param onText Gets the text so far whenever more of it is final.
   * @throws RefusedRequest for an unknown model or a prompt that is too long
   */
  async answer(request: ChatRequest, onText: (text: string) => void, signal: AbortSignal): Promise<Answer> {
    const served = this.#served.get(request.model);
    if (served === undefined)
      throw new RefusedRequest(`There is no model ${request.model}. Served are ${this.ids.join(", ")}.`, {
        status: 404,
        parameter: "model",
      });
    const { tokenizer, maxPositions } = served.model;
    const prompt = tokenizer.formatPrompt(request.asked);
    const room = Math.min(maxPositions, longestConversation) - prompt.length;
    if (room < 1 || (request.maxTokens ?? 1) > room)
      throw new RefusedRequest(
        `The conversation has ${prompt.length} tokens, which leaves ${Math.max(0, room)} of ${prompt.length + room} for an answer.`,
        { parameter: room < 1 ? "messages" : "max_tokens" },
      );
    const generator = await this.#generatorOf(served);
    const ended = new AbortController();
    const { evaluate } = this.#place.experiment.config;
    let last: readonly number[] = [];
    let shown = "";
    const show = (ids: readonly number[], complete: boolean): boolean => {
      const { text, stopped } = textSoFar(tokenizer.decode(ids), request.stop, complete);
      if (text.length > shown.length) onText(text);
      shown = text;
      return stopped;
    };
    const answerOf = (finish: Answer["finish"]): Answer => ({
      text: shown,
      finish,
      promptTokens: prompt.length,
      newTokens: last.length,
    });
    try {
      const [generated] = await generator.generate([prompt], {
        maxNewTokens: request.maxTokens ?? room,
        stopIds: tokenizer.stopIds,
        temperature: request.temperature ?? evaluate.temperature,
        topP: request.topP ?? evaluate.topP,
        seed: request.seed ?? served.seed,
        parameters: fitParameters(served.model, this.#planOf(served)),
        signal: AbortSignal.any([signal, ended.signal]),
        onToken: (_prompt, ids) => {
          last = [...ids];
          if (show(last, false)) ended.abort();
        },
      });
      this.#place.graphs.requireSameModel();
      last = generated?.ids ?? [];
      const stopped = show(last, true);
      return answerOf(stopped || generated?.stopped !== false ? "stop" : "length");
    } catch (error) {
      if (!ended.signal.aborted || signal.aborted) throw error;
      this.#place.graphs.requireSameModel();
      return answerOf("stop");
    }
  }

  async release(): Promise<void> {
    for (const generator of this.#generators.values()) await (await generator).release();
    this.#generators.clear();
  }

  #planOf({ model }: Served): WeightPlan {
    return planKind(model.plan) === "adapters" ? this.#shared : model.plan;
  }

  #generatorOf(served: Served): Promise<Generator> {
    const { model } = served;
    const key = planKind(model.plan) === "adapters" ? baseId : served.id;
    const known = this.#generators.get(key);
    if (known !== undefined) return known;
    const made = Generator.create({
      config: model.config,
      plan: this.#planOf(served),
      parameters: {},
      device: model.device,
      store: bytes => this.#place.graphs.write(`generation-${this.#generators.size}`, bytes),
      maxPositions: Math.min(model.maxPositions, longestConversation),
    });
    this.#generators.set(key, made);
    made.catch(() => this.#generators.delete(key)); // for example, memory ran out
    return made;
  }
}
