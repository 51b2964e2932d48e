// Model card of an exported run: its training data, its results in each language, and how to load it.

import { shownName } from "../../common/shownName.ts";
import { displayName } from "../../core/language/tags.ts";
import { formYaml } from "../../core/mixture/formYaml.ts";
import type { TrainingSpec } from "../../core/mixture/mixtureFile.ts";
import { describeLora } from "../../core/mixtureFile/loraSection.ts";
import { describeAmount } from "../../core/mixtureFile/trainingAmount.ts";
import { stopWords } from "../../core/records/earlyStop.ts";
import type { MetricKey, MetricsRecord } from "../../core/records/records.ts";
import type { RunRecord } from "../../core/records/runRecord.ts";
import { formatInterval, formatScore, metricName } from "../../core/scoring/metricNames.ts";
import { hubPrefix } from "../../core/sources/hubSource.ts";
import { sha256OfText } from "../../node/sha256.ts";
import type { ExportFormat } from "../../protocol/runtime.ts";
import { canonicalJson } from "../files/runName.ts";
import { isAdapter, type LoadingFacts, loadingSection } from "./loadingSection.ts";

export interface ModelCardFacts extends LoadingFacts {
  readonly record: RunRecord;
  readonly metrics: MetricsRecord | null;
}

/** Columns of the results, shown where they were measured. */
const shownMetrics = ["followed", "language", "checks", "nll"] as const satisfies readonly MetricKey[];

/** Returns Markdown with the front matter of the Hugging Face Hub. It contains no path of this machine. */
export function modelCard(facts: ModelCardFacts): string {
  const { record, baseName, format } = facts;
  const count = totalOf(record.counts);
  const what =
    record.configuration.train?.method === "full" ? "" : isAdapter(format) ? "A LoRA adapter for " : "";
  const merged =
    what === "" && record.configuration.train?.method === "lora"
      ? " The adapter is merged into the weights."
      : "";
  const languages = usedLanguages(record);
  return [
    frontMatter(facts),
    `# ${baseName}, tuned on the mixture ${code(record.mixture)}`,
    `${what}${baseName}, tuned with Pinch on ${count.toLocaleString("en")} instructions with responses in ${languages.length === 1 ? displayName(languages[0] ?? "") : `${languages.length} languages`}.${merged}`,
    mixtureSection(record),
    trainingSection(record),
    resultsSection(facts),
    loadingSection(facts),
    lockSection(record),
    limitsSection(facts),
  ]
    .join("\n\n")
    .concat("\n");
}

const libraries: Readonly<Record<ExportFormat, string>> = {
  adapter: "peft",
  merged: "transformers",
  gguf: "gguf",
  "gguf-adapter": "gguf",
};

function frontMatter({ record, format, hubId }: ModelCardFacts): string {
  const codes = [...new Set(usedLanguages(record).map(tag => tag.split("-")[0] ?? tag))];
  const full = record.configuration.train?.method === "full";
  const datasets = record.lock?.languageData?.trainDatasets ?? [];
  return [
    "---",
    ...(hubId === null
      ? []
      : [`base_model: ${hubId}`, `base_model_relation: ${isAdapter(format) ? "adapter" : "finetune"}`]),
    ...(datasets.length === 0 ? [] : ["datasets:", ...datasets.map(id => `- ${id}`)]),
    // Quoted, because YAML reads the tag of Norwegian as "false".
    "language:",
    ...codes.map(tag => `- "${tag}"`),
    `library_name: ${libraries[format]}`,
    "pipeline_tag: text-generation",
    "tags:",
    "- pinch",
    "- multilingual",
    "- instruction-tuning",
    ...(full ? [] : ["- lora"]),
    "---",
  ].join("\n");
}

function mixtureSection(record: RunRecord): string {
  const { form, budget } = record.configuration;
  const total = totalOf(record.counts);
  const rows = usedLanguages(record).map(tag => {
    const count = record.counts[tag] ?? 0;
    return [
      `${displayName(tag)} (${tag})`,
      count.toLocaleString("en"),
      `${((100 * count) / total).toFixed(1)} %`,
    ];
  });
  const budgetText = budget === undefined ? "" : `a budget of ${budget.toLocaleString("en")} examples and `;
  const written = form === null ? "" : ` It is written ${code(formYaml(form))}.`;
  return [
    "## Mixture",
    `${code(record.mixture)}, with ${budgetText}seed ${record.seed}.${written} Examples of each language as they were drawn:`,
    table(["Language", "Examples", "Share"], rows),
  ].join("\n\n");
}

function trainingSection(record: RunRecord): string {
  const { train } = record.configuration;
  const { lock, timings, peakMemoryBytes, earlyStop } = record;
  const measured: string[][] = [
    ...(earlyStop === undefined
      ? []
      : [["Early stopping", `${stopWords(earlyStop)}, for its loss on development data`]]),
    ...(lock === null ? [] : [["Device", lock.device]]),
    ...(timings === null ? [] : [["Training time", `${timings.train.toFixed(0)} s`]]),
    ...(peakMemoryBytes === null ? [] : [["Peak memory", `${(peakMemoryBytes / 1e9).toFixed(1)} GB`]]),
  ];
  return [
    "## Training",
    table(
      ["Setting", "Value"],
      [...(train === null ? [] : settings(train, rateOf(record, train))), ...measured],
    ),
  ].join("\n\n");
}

function rateOf(record: RunRecord, { learningRate }: TrainingSpec): string {
  if (typeof learningRate !== "object") return String(learningRate);
  const which = String(record.learningRateChoice?.chosen ?? "one");
  return `${which}, chosen from ${learningRate.join(", ")} on development data`;
}

function settings(train: TrainingSpec, learningRate: string): string[][] {
  const method =
    train.method === "full"
      ? "all weights"
      : `${describeLora(train.lora)}${Array.isArray(train.lora.targets) ? "" : " on all linear layers"}`;
  return [
    ["Trained", method],
    ...(train.method === "lora" && train.embeddings === true
      ? [["Trained as well", "the whole embedding and output projection"]]
      : []),
    ...(isRounded(train) ? [["Base weights while training", `rounded to ${train.base}`]] : []),
    ["Amount", describeAmount(train)],
    ["Learning rate", `${learningRate}, ${train.schedule}, ${(100 * train.warmup).toFixed(0)} % warmup`],
    [
      "Optimizer",
      `AdamW, betas ${train.betas.join(" and ")}, epsilon ${train.epsilon}, weight decay ${train.weightDecay}`,
    ],
    ["Gradient clipping", train.clipNorm === 0 ? "none" : `norm ${train.clipNorm}`],
    ...(train.neftune === undefined ? [] : [["Noise on embeddings", `NEFTune, alpha ${train.neftune}`]]),
    ...(train.labelSmoothing === undefined ? [] : [["Label smoothing", String(train.labelSmoothing)]]),
    ["Longest example", `${train.maxTokens.toLocaleString("en")} tokens`],
    ["Loss", `on response tokens only, averaged by ${train.lossWeight ?? "token"}`],
  ];
}

/** Runs of earlier versions do not record the weight format; their base was not rounded. */
function isRounded(train: TrainingSpec): boolean {
  return train.method === "lora" && (train.base === "int8" || train.base === "int4");
}

function resultsSection({ record, metrics }: ModelCardFacts): string {
  const languages = Object.keys(metrics?.languages ?? {});
  const cells = metrics?.languages ?? {};
  const keys = shownMetrics.filter(key => languages.some(tag => cells[tag]?.[key] !== undefined));
  if (keys.length === 0) return "## Results\n\nThis run was not evaluated.";
  const rows = languages.map(tag => [
    `${displayName(tag)} (${tag})`,
    (record.counts[tag] ?? 0) > 0 ? "yes" : "no",
    ...keys.map(key => {
      const value = cells[tag]?.[key];
      return value === undefined
        ? "–"
        : `${formatScore(key, value.value)} (${formatInterval(key, value, "–")}, n = ${value.n})`;
    }),
  ]);
  const units = keys.map(
    key => `${metricName(key)} (${key === "nll" ? "nats a token, lower is better" : "%"})`,
  );
  const { maxNewTokens, temperature } = record.configuration.evaluate;
  const how = temperature === 0 ? "greedy" : `temperature ${temperature}`;
  return [
    "## Results",
    `Measured by Pinch on its evaluation prompts (${how}, at most ${maxNewTokens} new tokens), with 95 % intervals and the number of prompts.`,
    table(["Language", "Tuned on", ...units], rows),
  ].join("\n\n");
}

function lockSection({ lock, seed }: RunRecord): string {
  if (lock === null) return "## What it was made from\n\nThe run has no lock.";
  const rows = [
    ["Base model", `SHA-256 ${code(lock.model)}`],
    ...Object.entries(lock.data).map(([path, hash]) => [
      code(path.startsWith(hubPrefix) ? path : lastPart(path)),
      `SHA-256 ${code(hash)}`,
    ]),
    [
      "Examples in order",
      `SHA-256 ${code(sha256OfText(canonicalJson(lock.examples)))} over ${lock.examples.length} ids`,
    ],
    ["Seed", String(seed)],
    ...Object.entries(lock.versions).map(([name, version]) => [name, version]),
  ];
  return [
    "## What it was made from",
    "On the machine that made it, equal hashes, versions and settings give the same weights again.",
    table(["What", "Which"], rows),
  ].join("\n\n");
}

function limitsSection({ record, metrics, format, dtype, gguf }: ModelCardFacts): string {
  const untuned = Object.keys(metrics?.languages ?? {}).filter(tag => (record.counts[tag] ?? 0) === 0);
  const unwindowed = gguf?.unwindowed ?? null;
  const rounded =
    !isAdapter(format) && dtype !== "float32"
      ? [`The results were measured before the weights were rounded to ${dtype}: single answers can differ.`]
      : [];
  return [
    "## Limits",
    [
      "What the base model can't do, this one hardly can; its licence and its terms of use apply here too.",
      "The results come from automatic checks of a language identifier and of expected answers, on the prompts of this experiment only; nobody has read all responses.",
      ...(untuned.length > 0
        ? [`It saw no example in ${untuned.map(tag => displayName(tag)).join(", ")} while it was tuned.`]
        : []),
      ...(record.configuration.train !== null && isRounded(record.configuration.train)
        ? [
            `It was trained and measured over a base rounded to ${record.configuration.train.base}; here the base has its own weights: single answers can differ.`,
          ]
        : []),
      ...rounded,
      ...(unwindowed === null
        ? []
        : [
            `It was trained with an attention window of ${unwindowed.toLocaleString("en")} tokens, which llama.cpp does not apply: answers to longer texts can differ.`,
          ]),
      "It was not tested for safety, bias or truthfulness.",
    ]
      .map(line => `- ${line}`)
      .join("\n"),
  ].join("\n\n");
}

function usedLanguages(record: RunRecord): string[] {
  return Object.entries(record.counts).flatMap(([tag, count]) => (count > 0 ? [tag] : []));
}

function totalOf(counts: RunRecord["counts"]): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Folder and name of a data file: the rest of its relative path may reveal private folders. */
function lastPart(path: string): string {
  return shownName(path).split("/").slice(-2).join("/");
}

function code(text: string): string {
  return `\`${text.replaceAll("`", "'")}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map(cell => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
