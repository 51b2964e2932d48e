// Recipe that asks several tuned models the same question: each answers in turn, and its text is reported as
// it is generated.
import { HumanError } from "../../common/errors.ts";
import { weightFormatOf } from "../../core/mixture/weightFormat.ts";
import { cancelledError, throwIfCancelled } from "../../node/cancelled.ts";
import type { TriedAnswer, TryPromptRequest } from "../../protocol/runtime.ts";
import type { StreamingContext } from "../context/context.ts";
import { modelOfRun } from "../evaluation/tunedModel.ts";
import { loadExperiment, requireModel } from "../experiment/experiment.ts";
import { readRunRecord } from "../files/runFolder.ts";
import { Generator } from "../generation/generator.ts";
import { createIdentifier } from "../identification/identify.ts";
import { loadTokenizer } from "../model/tokenizer.ts";
import { GraphFolder } from "../ort/graphFolder.ts";
import { resolveDevice } from "./devices.ts";

/** Milliseconds between updates of an answer: fast enough to read along. */
const partInterval = 40;

/** @throws HumanError if a run kept no weights, or the question contains no letters. */
export async function tryPrompt(
  request: TryPromptRequest,
  context: StreamingContext,
): Promise<{ answers: readonly TriedAnswer[] }> {
  if (request.prompt.trim() === "")
    throw new HumanError("There is nothing to ask.", { remedy: "Type a question." });
  const written: Omit<TriedAnswer, "language">[] = [];
  const languages = new Set<string>();
  for (const [i, folder] of request.folders.entries()) {
    throwIfCancelled(context.signal);
    const { configuration, mixture, counts } = readRunRecord(folder);
    context.progress({
      phase: "load",
      done: i,
      total: request.folders.length,
      secondsLeft: null,
      message: `Loading ${mixture}`,
    });
    for (const tag of Object.keys(counts)) languages.add(tag);
    written.push(await answer(request, folder, mixture, configuration.file, context));
  }
  const { identify } = await createIdentifier([...languages, "en"]);
  return {
    answers: written.map(each => ({ ...each, language: identify(each.text).language })),
  };
}

async function answer(
  request: TryPromptRequest,
  folder: string,
  mixture: string,
  file: string,
  context: StreamingContext,
): Promise<Omit<TriedAnswer, "language">> {
  const experiment = requireModel(await loadExperiment({ file, starter: request.starter }));
  const device = await resolveDevice(request.device, context.log);
  const graphs = new GraphFolder(experiment.model, weightFormatOf(experiment.config.train));
  try {
    const place = { experiment, tokenizer: loadTokenizer(experiment.model), graphs, device };
    const model = modelOfRun(place, folder, mixture);
    const { tokenizer } = model;
    const prompt = tokenizer.formatPrompt({ prompt: request.prompt });
    const generator = await Generator.create({
      config: model.config,
      plan: model.plan,
      parameters: model.parameters,
      device: model.device,
      store: bytes => graphs.write("generation", bytes),
      maxPositions: prompt.length + request.maxNewTokens,
    });
    try {
      let last = 0;
      const say = (ids: readonly number[]): void => {
        const now = Date.now();
        if (now - last < partInterval) return;
        last = now;
        context.answerPart({ folder, text: tokenizer.decode(ids).trim(), tokens: ids.length });
      };
      const [generated] = await generator.generate([prompt], {
        maxNewTokens: request.maxNewTokens,
        stopIds: tokenizer.stopIds,
        temperature: experiment.config.evaluate.temperature,
        topP: experiment.config.evaluate.topP,
        seed: experiment.config.seeds[0] ?? 0,
        signal: context.signal,
        onToken: (_prompt, ids) => say(ids),
      });
      const { ids, stopped } = generated ?? { ids: [], stopped: true };
      const part = { folder, text: tokenizer.decode(ids).trim(), tokens: ids.length };
      context.answerPart(part);
      return { ...part, stopped };
    } catch (error) {
      throw context.signal.aborted ? cancelledError(context.signal) : error;
    } finally {
      await generator.release();
    }
  } finally {
    graphs.remove();
  }
}
