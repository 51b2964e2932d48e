// Every id that package.json and the code share; a test holds the two together.

export const extensionId = "pinch-dev.pinch";

export const commands = {
  runMixture: "pinch.runMixture",
  runAllMixtures: "pinch.runAllMixtures",
  planMixture: "pinch.planMixture",
  stopRun: "pinch.stopRun",
  stopAllRuns: "pinch.stopAllRuns",
  duplicateRun: "pinch.duplicateRun",
  moveRunUp: "pinch.moveRunUp",
  moveRunDown: "pinch.moveRunDown",
  forgetQueue: "pinch.forgetQueue",
  showLiveRuns: "pinch.showLiveRuns",
  showResults: "pinch.showResults",
  newMixtureFile: "pinch.newMixtureFile",
  previewData: "pinch.previewData",
  showExample: "pinch.showExample",
  newStudy: "pinch.newStudy",
  openExample: "pinch.openExample",
  showLog: "pinch.showLog",
  reportIssue: "pinch.reportIssue",
  refreshRuns: "pinch.refreshRuns",
  openRunFolder: "pinch.openRunFolder",
  deleteRun: "pinch.deleteRun",
  installCuda: "pinch.installCuda",
  resumeRun: "pinch.resumeRun",
  exportRun: "pinch.exportRun",
  pushRun: "pinch.pushRun",
  compareRuns: "pinch.compareRuns",
  stopComparison: "pinch.stopComparison",
  setJudgeKey: "pinch.setJudgeKey",
  ratePairs: "pinch.ratePairs",
  addDataset: "pinch.addDataset",
  downloadModel: "pinch.downloadModel",
  downloadDataset: "pinch.downloadDataset",
  setHubToken: "pinch.setHubToken",
  refreshData: "pinch.refreshData",
  useInMixtureFile: "pinch.useInMixtureFile",
  revealData: "pinch.revealData",
  copyDataPath: "pinch.copyDataPath",
  peekOutputs: "pinch.peekOutputs",
  compareOutputs: "pinch.compareOutputs",
  compareSettings: "pinch.compareSettings",
  tryPrompt: "pinch.tryPrompt",
  exportResults: "pinch.exportResults",
  saveFigurePng: "pinch.saveFigurePng",
  saveFigureSvg: "pinch.saveFigureSvg",
  copyAsSvg: "pinch.copyAsSvg",
  copyAsMarkdown: "pinch.copyAsMarkdown",
  copyAsCsv: "pinch.copyAsCsv",
  copyAsJson: "pinch.copyAsJson",
} as const;

export const views = {
  container: "pinch",
  mixture: "pinch.mixture",
  runs: "pinch.runs",
  datasets: "pinch.datasets",
  models: "pinch.models",
} as const;

/** View type of the results panel: windows restore panels by it. */
export const resultsPanel = "pinch.results";
/** View type of the panel of live charts. */
export const livePanel = "pinch.live";
/** View type of the panel that pairs are rated in. */
export const ratingPanel = "pinch.rating";

/** View type of the panel that asks tuned models a question. */
export const tryPromptPanel = "pinch.tryPrompt";
/** Scheme of documents that hold outputs of runs. */
export const outputsScheme = "pinch-outputs";
/** Scheme of documents that hold the settings of a run. */
export const settingsScheme = "pinch-settings";

export const settings = {
  section: "pinch",
  device: "device",
  runsFolder: "runsFolder",
  judge: "judge",
  judgeUrl: "judgeUrl",
  judgeModel: "judgeModel",
  judgePromptLanguage: "judgePromptLanguage",
  judgeConcurrency: "judgeConcurrency",
  judgePriceInput: "judgePriceInput",
  judgePriceOutput: "judgePriceOutput",
  rater: "rater",
} as const;

export const contextKeys = {
  /** True when the workspace has a mixture file. */
  hasMixtureFile: "pinch.hasMixtureFile",
  /** True while a run of this window is under way. */
  running: "pinch.running",
  /** True while runs wait that a person has stopped. */
  paused: "pinch.paused",
  /** True while a comparison of this window is under way. */
  comparing: "pinch.comparing",
} as const;

/** `contextValue` of a tree row that waits in the queue. */
export const waitingContextValue = "pinchWaiting";
/** `contextValue` of a tree row that stands for a run folder; `Tuned` and `Resumable` follow where it is that. */
export const runContextValue = "pinchRun";

/** `contextValue` of a tree row that holds the runs of one experiment. */
export const experimentContextValue = "pinchExperiment";

/** `contextValue` of rows of the Datasets and Models views. */
export const dataContextValues = {
  dataset: "pinchDataset",
  language: "pinchDataLanguage",
  model: "pinchModel",
  unusableModel: "pinchModelUnusable",
} as const;

/** File in the workspace folder that says who runs there, and what. */
export const runningFile = ".pinch/running.json";
/** File in the first workspace folder with the queue of runs, shared by all windows. */
export const queueFile = ".pinch/queue.json";

export const mixtureFileSuffix = ".mixture.yaml";
export const mixtureFileGlob = `**/*${mixtureFileSuffix}`;

/** Paths inside the installed extension. */
export const bundled = {
  runtime: "dist/runtime.js",
  webviews: "dist/webview",
  starter: "media/starter",
  example: "examples/just-a-pinch",
  phrases: "dist/phrases.json",
} as const;
