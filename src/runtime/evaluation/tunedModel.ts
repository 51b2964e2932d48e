// A model with its trained parameters, as needed for generation and scoring.
import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { untunedName } from "../../core/mixture/mixtureFile.ts";
import { weightFormatOf } from "../../core/mixture/weightFormat.ts";
import { runFiles } from "../../core/records/records.ts";
import type { RunRecord } from "../../core/records/runRecord.ts";
import type { DecoderConfig } from "../../graph/nn/decoderConfig.ts";
import { trainables, type WeightPlan } from "../../graph/nn/weights.ts";
import type { ModelExperiment } from "../experiment/experiment.ts";
import { requireUnchanged } from "../files/fileHashes.ts";
import { readRunRecord } from "../files/runFolder.ts";
import { fitAdapter } from "../generation/adapters.ts";
import { generationDevice } from "../generation/generator.ts";
import type { ChatTokenizer } from "../model/tokenizer.ts";
import type { GraphFolder } from "../ort/graphFolder.ts";
import type { Device, Feeds } from "../ort/session.ts";
import { readAdapterConfig, readParameters } from "../train/adapterFiles.ts";
import { Parameters } from "../train/parameters.ts";

export interface TunedModel {
  readonly config: DecoderConfig;
  readonly plan: WeightPlan;
  /** Adapters or weights by input name; empty for the untuned model. */
  readonly parameters: Feeds;
  readonly tokenizer: ChatTokenizer;
  readonly folder: GraphFolder;
  readonly device: Device;
  readonly maxPositions: number;
}

/** Facts shared by all models of an experiment. */
export interface ModelPlace {
  readonly experiment: ModelExperiment;
  readonly tokenizer: ChatTokenizer;
  readonly graphs: GraphFolder;
  readonly device: Device;
}

export function tunedModel(place: ModelPlace, plan: WeightPlan, parameters: Feeds): TunedModel {
  const { decoder, maxPositions } = place.experiment.model.config;
  return {
    config: decoder,
    plan,
    parameters,
    tokenizer: place.tokenizer,
    folder: place.graphs,
    device: generationDevice(place.device),
    maxPositions,
  };
}

function untunedModel(place: ModelPlace): TunedModel {
  return tunedModel(place, place.graphs.frozen(), {});
}

/** A model tuned on one base would give nonsense on another, under the name of the first. */
function requireSameBase(experiment: ModelExperiment, folder: string, record: RunRecord): void {
  const { train, weights } = record.configuration;
  const now = weightFormatOf(experiment.config.train);
  const before = train === null ? (weights ?? now) : weightFormatOf(train);
  const model = record.lock?.model;
  const others = [
    ...(model !== undefined && model !== experiment.model.sha256() ? ["other files of the model"] : []),
    ...(before === now ? [] : [`base weights in ${before} instead of ${now}`]),
  ];
  if (others.length === 0) return;
  throw new HumanError(`${basename(folder)} was made with ${others.join(" and ")}.`, {
    remedy: `Restore the model and train.base in ${basename(experiment.path)}, or run the mixture again.`,
  });
}

/**
 * Loads the model of a run folder.
 * @throws HumanError if its training did not finish, or if its weights or those of its base have changed since.
 */
export function modelOfRun(place: ModelPlace, folder: string, mixture: string): TunedModel {
  const record = readRunRecord(folder);
  requireSameBase(place.experiment, folder, record);
  if (mixture === untunedName) return untunedModel(place);
  const [adapter, whole] = [join(folder, runFiles.adapter), join(folder, runFiles.model)];
  if (!existsSync(adapter) && !existsSync(whole))
    throw new HumanError(
      `${folder} has neither ${runFiles.adapter}/ nor ${runFiles.model}/: its training did not finish.`,
      { remedy: "Run the mixture again." },
    );
  requireUnchanged(folder, record, [runFiles.adapter, runFiles.model]);
  const lora = existsSync(adapter) ? readAdapterConfig(adapter) : null;
  const plan: WeightPlan = lora === null ? { kind: "full" } : place.graphs.frozen(lora);
  const parameters = new Parameters(trainables(place.experiment.model.config.decoder, plan));
  readParameters(lora === null ? whole : adapter, parameters);
  return tunedModel(place, plan, parameters.feeds);
}

/** Inputs of a graph for `into` that compute the same as the model does by itself. */
export function fitParameters({ config, plan, parameters }: TunedModel, into: WeightPlan): Feeds {
  if (plan.kind === "full" || into.kind === "full" || into.rank === 0) return parameters;
  return fitAdapter(config, into, plan.rank === 0 ? null : { ...plan, parameters });
}
