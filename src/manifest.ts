// Every id that package.json and the code share; a test holds the two together.

export const extensionId = "pinch-dev.pinch";

export const commands = {
  runMixture: "pinch.runMixture",
  stopRun: "pinch.stopRun",
  showResults: "pinch.showResults",
  newMixtureFile: "pinch.newMixtureFile",
  showLog: "pinch.showLog",
  refreshRuns: "pinch.refreshRuns",
  openRunFolder: "pinch.openRunFolder",
  deleteRun: "pinch.deleteRun",
  installCuda: "pinch.installCuda",
  resumeRun: "pinch.resumeRun",
  exportRun: "pinch.exportRun",
  compareRuns: "pinch.compareRuns",
  stopComparison: "pinch.stopComparison",
  setJudgeKey: "pinch.setJudgeKey",
  ratePairs: "pinch.ratePairs",
  peekOutputs: "pinch.peekOutputs",
  compareOutputs: "pinch.compareOutputs",
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
} as const;

/** View type of the results panel: windows restore panels by it. */
export const resultsPanel = "pinch.results";
/** View type of the panel that pairs are rated in. */
export const ratingPanel = "pinch.rating";

/** View type of the panel that asks tuned models a question. */
export const tryPromptPanel = "pinch.tryPrompt";
/** Scheme of documents that hold outputs of runs. */
export const outputsScheme = "pinch-outputs";

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
  /** True while a run of this window is under way. */
  running: "pinch.running",
  /** True while a comparison of this window is under way. */
  comparing: "pinch.comparing",
} as const;

/** `contextValue` of a tree row that stands for a run folder; `Tuned` and `Resumable` follow where it is that. */
export const runContextValue = "pinchRun";

export const mixtureFileSuffix = ".mixture.yaml";
export const mixtureFileGlob = `**/*${mixtureFileSuffix}`;

/** Paths inside the installed extension. */
export const bundled = {
  runtime: "dist/runtime.js",
  webviews: "dist/webview",
  starter: "media/starter",
} as const;
