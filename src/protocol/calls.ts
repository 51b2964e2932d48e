// Table of all calls to the runtime: parameters, result, and how long the caller waits.
import type { CompareOutcome, CompareRequest } from "./comparison.ts";
import type {
  ColumnsRequest,
  DatasetColumns,
  DatasetDownload,
  DatasetDownloadRequest,
  DatasetImport,
  DatasetImportRequest,
  DownloadOutcome,
  DownloadRequest,
  FoundModel,
  HubDataset,
  HubDatasetRequest,
  IndexedData,
  IndexRequest,
  ModelsRequest,
} from "./data.ts";
import type { Preview, PreviewRequest } from "./examplePreview.ts";
import { hour, minute, type Patience } from "./patience.ts";
import type { PushOutcome, PushRequest } from "./push.ts";
import type {
  AnalyseRequest,
  Analysis,
  DeviceInfo,
  DrawnExamples,
  DrawRequest,
  EvaluateRequest,
  ExportOutcome,
  ExportRequest,
  FindDataRequest,
  FoundDatasets,
  ImportOutcome,
  ImportRequest,
  Plan,
  PlanRequest,
  RunOutcome,
  RunRequest,
  ServeRequest,
  TriedAnswer,
  TryPromptRequest,
  Validated,
  ValidateRequest,
} from "./runtime.ts";

/** A JSON-RPC 2.0 method, called over the IPC channel of the forked process. */
export interface Call<Params, Result> {
  readonly patience: Patience;
  /**
   * True if the runtime sends heartbeats while it works on the call. Runs and evaluations report each step
   * instead: a heartbeat would hide that no step completes.
   */
  readonly beat: boolean;
  /** Exists only in the type system. */
  readonly signature?: (params: Params) => Result;
}

/** Limits of calls whose answer a user waits for in an editor. */
const interactive: Patience = { silence: minute, whole: 10 * minute };
/** Limits of calls that read all data, part of it in a single pass without messages. */
const ofData: Patience = { silence: 5 * minute, whole: 6 * hour };
/** Limits of calls that compute: a step of a large model takes minutes without a message. */
const ofModels: Patience = { silence: 60 * minute, whole: 90 * 24 * hour };

function call<Params, Result>(patience: Patience, { beat = true } = {}): Call<Params, Result> {
  return { patience, beat };
}

export const runtimeCalls = {
  "pinch/validate": call<ValidateRequest, Validated>({ silence: 15 * minute, whole: 6 * hour }),
  "pinch/plan": call<PlanRequest, Plan>({ silence: 30 * minute, whole: 24 * hour }),
  "pinch/preview": call<PreviewRequest, Preview>(interactive),
  "pinch/drawExamples": call<DrawRequest, DrawnExamples>(interactive),
  "pinch/findData": call<FindDataRequest, FoundDatasets>(interactive),
  "pinch/run": call<RunRequest, RunOutcome>(ofModels, { beat: false }),
  "pinch/evaluate": call<EvaluateRequest, RunOutcome[]>(ofModels, { beat: false }),
  "pinch/compare": call<CompareRequest, CompareOutcome[]>(ofModels),
  "pinch/export": call<ExportRequest, ExportOutcome>(ofData),
  "pinch/push": call<PushRequest, PushOutcome>({ silence: 5 * minute, whole: 7 * 24 * hour }),
  "pinch/import": call<ImportRequest, ImportOutcome>(ofData),
  "pinch/devices": call<Record<string, never>, { devices: DeviceInfo[] }>({
    silence: 5 * minute,
    whole: 10 * minute,
  }),
  "pinch/indexData": call<IndexRequest, IndexedData>({ silence: 3 * minute, whole: 6 * hour }),
  "pinch/datasetColumns": call<ColumnsRequest, DatasetColumns>(interactive),
  "pinch/importDataset": call<DatasetImportRequest, DatasetImport>(ofData),
  "pinch/models": call<ModelsRequest, { models: FoundModel[] }>(interactive),
  "pinch/downloadModel": call<DownloadRequest, DownloadOutcome>({
    silence: 5 * minute,
    whole: 7 * 24 * hour,
  }),
  "pinch/hubDataset": call<HubDatasetRequest, HubDataset>(interactive),
  "pinch/downloadDataset": call<DatasetDownloadRequest, DatasetDownload>({
    silence: 5 * minute,
    whole: 7 * 24 * hour,
  }),
  "pinch/analyse": call<AnalyseRequest, Analysis>({ silence: 2 * minute, whole: 2 * minute }),
  /** Answers are streamed by `pinch/answerPart`, and returned as a whole at the end. */
  "pinch/tryPrompt": call<TryPromptRequest, { answers: readonly TriedAnswer[] }>({
    silence: 30 * minute,
    whole: 24 * hour,
  }),
  /** Ends when it is cancelled. */
  "pinch/serve": call<ServeRequest, Record<string, never>>(ofModels),
  /** Returns the folder of the CUDA provider. */
  "pinch/installCuda": call<Record<string, never>, { folder: string }>({
    silence: 5 * minute,
    whole: 24 * hour,
  }),
};

export type CallName = keyof typeof runtimeCalls;
type Signature<M extends CallName> = NonNullable<(typeof runtimeCalls)[M]["signature"]>;
export type CallParams<M extends CallName> = Parameters<Signature<M>>[0];
export type CallResult<M extends CallName> = ReturnType<Signature<M>>;
