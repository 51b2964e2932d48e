// A judge that our own runtime loads: questions that arrive together are answered in one batch.
import { promptVersion } from "../../core/comparison/judgeTexts.ts";
import { parseVerdict } from "../../core/comparison/verdict.ts";
import type { JudgeIdentity } from "../../core/records/comparison.ts";
import { Generator } from "../generation/generator.ts";
import type { ModelFolder } from "../model/modelFolder.ts";
import { type ChatTokenizer, loadTokenizer } from "../model/tokenizer.ts";
import { GraphFolder } from "../ort/graphFolder.ts";
import { type Judge, type JudgeAnswer, JudgeFailure, type JudgeQuestion } from "./judge.ts";

/** Questions per batch. Answers are kept when a batch ends, so cancelling loses at most one batch. */
const batchSize = 128;
/** Maximum number of new tokens per answer: small models stop before this, or never. */
const defaultAnswerTokens = 256;
/**
 * Capacity of a generator is a multiple of this, so that a slightly longer question does not need a new one.
 */
const roomStep = 512;

export interface LocalJudgeSettings {
  readonly model: ModelFolder;
  readonly promptLanguage: "en" | "own";
  readonly maxAnswerTokens?: number;
}

interface Waiting {
  readonly ids: readonly number[];
  readonly code: string;
  readonly signal: AbortSignal;
  resolve(answer: JudgeAnswer): void;
  reject(error: unknown): void;
}

export class LocalJudge implements Judge {
  readonly identity: JudgeIdentity;
  readonly concurrency = batchSize;
  readonly notes: readonly string[];
  readonly #model: ModelFolder;
  readonly #tokenizer: ChatTokenizer;
  readonly #answerTokens: number;
  #graphs: GraphFolder | null = null;
  #generator: { readonly generator: Generator; readonly room: number } | null = null;
  #waiting: Waiting[] = [];
  /** Batches run one after the other. */
  #last: Promise<void> = Promise.resolve();

  constructor({ model, promptLanguage, maxAnswerTokens = defaultAnswerTokens }: LocalJudgeSettings) {
    this.#model = model;
    this.#tokenizer = loadTokenizer(model);
    this.#answerTokens = maxAnswerTokens;
    this.notes = this.#tokenizer.notes;
    this.identity = {
      kind: "local",
      model: model.path,
      url: null,
      revision: model.sha256(),
      promptVersion,
      promptLanguage,
    };
  }

  ask({ text, code }: JudgeQuestion, signal: AbortSignal): Promise<JudgeAnswer> {
    const ids = this.#tokenizer.formatPrompt({ prompt: text });
    const room = ids.length + this.#answerTokens;
    const { maxPositions } = this.#model.config;
    if (room > maxPositions)
      return Promise.reject(
        new JudgeFailure(
          `The question takes ${ids.length} tokens and ${this.#answerTokens} for the answer; ${this.#model.name} has room for ${maxPositions}.`,
          { retry: false, remedy: "Choose a judge with a longer context." },
        ),
      );
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ids, code, signal, resolve, reject });
      if (this.#waiting.length > 1) return;
      // Questions asked in the same turn of the event loop are answered together.
      setImmediate(() => {
        const batch = this.#waiting;
        this.#waiting = [];
        this.#last = this.#last.then(() => this.#answer(batch));
      });
    });
  }

  async release(): Promise<void> {
    await this.#generator?.generator.release();
    this.#generator = null;
    this.#graphs?.remove();
    this.#graphs = null;
  }

  async #answer(batch: readonly Waiting[]): Promise<void> {
    try {
      const longest = Math.max(...batch.map(({ ids }) => ids.length)) + this.#answerTokens;
      const generator = await this.#generatorFor(longest);
      const generated = await generator.generate(
        batch.map(({ ids }) => ids),
        {
          maxNewTokens: this.#answerTokens,
          stopIds: this.#tokenizer.stopIds,
          temperature: 0,
          topP: 1,
          seed: 0,
          signal: AbortSignal.any(batch.map(({ signal }) => signal)),
        },
      );
      for (const [i, { ids, code, resolve }] of batch.entries()) {
        const answer = generated[i]?.ids ?? [];
        const text = this.#tokenizer.decode(answer);
        resolve({
          verdict: parseVerdict(text, code),
          text,
          served: null, // the hash of the files is part of the identity
          promptTokens: ids.length,
          completionTokens: answer.length,
        });
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }

  async #generatorFor(longest: number): Promise<Generator> {
    if (this.#generator !== null && this.#generator.room >= longest) return this.#generator.generator;
    await this.#generator?.generator.release();
    this.#graphs ??= new GraphFolder(this.#model);
    const { decoder, maxPositions } = this.#model.config;
    const room = Math.min(maxPositions, Math.ceil(longest / roomStep) * roomStep);
    const graphs = this.#graphs;
    const generator = await Generator.create({
      config: decoder,
      plan: graphs.frozen(),
      parameters: {},
      device: "cpu",
      store: bytes => graphs.write(`judging-${room}`, bytes),
      maxPositions: room,
    });
    this.#generator = { generator, room };
    return generator;
  }
}
