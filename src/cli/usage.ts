// Help texts and options of every command.
import type { ParseArgsConfig } from "node:util";

export type CommandName =
  | "validate"
  | "plan"
  | "preview"
  | "run"
  | "eval"
  | "compare"
  | "diff"
  | "report"
  | "study"
  | "export"
  | "import"
  | "devices"
  | "download";

interface CommandUsage {
  readonly synopsis: string;
  readonly purpose: string;
  readonly options: NonNullable<ParseArgsConfig["options"]>;
  /** Help for each option, in order. */
  readonly help: readonly (readonly [string, string])[];
  /** Fewest and most arguments besides options. */
  readonly takes: readonly [number, number];
}

export const defaultRunsFolder = ".pinch/runs";
/** Examples that `preview` shows. */
export const defaultPreviewCount = 10;
/** Questions to a judge's endpoint at a time. */
export const defaultConcurrency = 8;
/** What the Hugging Face Hub and transformers split at. */
export const defaultShardSize = "5GB";

const json = { json: { type: "boolean" } } as const;
const device = { device: { type: "string" } } as const;
const mixture = { mixture: { type: "string", multiple: true } } as const;
const deviceHelp = ["--device auto|cpu|webgpu|cuda", "where to compute (auto)"] as const;
const outHelp = ["--out DIR", `folder of run folders (${defaultRunsFolder})`] as const;
const mixtureHelp = ["--mixture NAME", "only this mixture; may be given several times"] as const;
const documentHelp = ["--json", "one JSON document on standard output"] as const;
const streamHelp = ["--json", "JSON Lines on standard output, one object per event"] as const;

export const commands: Readonly<Record<CommandName, CommandUsage>> = {
  validate: {
    synopsis: "pinch validate FILE…",
    purpose: "Checks mixture files with their data and models; computes nothing.",
    options: { ...json },
    help: [documentHelp],
    takes: [1, Number.POSITIVE_INFINITY],
  },
  plan: {
    synopsis: "pinch plan FILE [--mixture NAME]… [--out DIR]",
    purpose: "Shows what a run would do: counts per language, tokens, steps, predicted time and memory.",
    options: { ...json, ...device, ...mixture, out: { type: "string" } },
    help: [mixtureHelp, outHelp, deviceHelp, documentHelp],
    takes: [1, 1],
  },
  preview: {
    synopsis: "pinch preview FILE --mixture NAME [--language L]",
    purpose: "Shows a mixture's first examples as the model sees them: template, tokens, which carry loss.",
    options: {
      ...json,
      ...mixture,
      language: { type: "string" },
      count: { type: "string" },
    },
    help: [
      ["--mixture NAME", "the mixture; of a sweep its first, or NAME@10%"],
      ["--language TAG", "only examples in this language"],
      ["--count N", `so many examples, drawn as a run draws them (${defaultPreviewCount})`],
      documentHelp,
    ],
    takes: [1, 1],
  },
  run: {
    synopsis: "pinch run FILE [--mixture NAME]… [--out DIR]",
    purpose:
      "Scores the untuned model, then tunes and scores each mixture with each seed, and writes a report.",
    options: {
      ...json,
      ...device,
      ...mixture,
      out: { type: "string" },
      reuse: { type: "boolean" },
      resume: { type: "boolean" },
    },
    help: [
      mixtureHelp,
      outHelp,
      deviceHelp,
      ["--reuse", "take finished runs of the same configuration, data and model as they are"],
      ["--resume", "as --reuse, and go on with runs that were stopped, from their checkpoints"],
      streamHelp,
    ],
    takes: [1, 1],
  },
  eval: {
    synopsis: "pinch eval RUN-FOLDER… [--samples]",
    purpose: "Scores finished runs again, with the mixture file as it is now.",
    options: { ...json, ...device, samples: { type: "boolean" } },
    help: [
      ["--samples", "score the responses that are there again: nothing is generated"],
      deviceHelp,
      streamHelp,
    ],
    takes: [1, Number.POSITIVE_INFINITY],
  },
  compare: {
    synopsis: "pinch compare RUN-FOLDER… [--baseline RUN-FOLDER|MIXTURE] [--judge rule|openai|local]",
    purpose: "Sets a run's responses side by side with a baseline's, judged in both orders.",
    options: {
      ...json,
      baseline: { type: "string" },
      judge: { type: "string" },
      "judge-url": { type: "string" },
      "judge-model": { type: "string" },
      "judge-prompt": { type: "string" },
      concurrency: { type: "string" },
      limit: { type: "string" },
      "price-input": { type: "string" },
      "price-output": { type: "string" },
      "dry-run": { type: "boolean" },
    },
    help: [
      ["--baseline RUN-FOLDER|MIXTURE", "for all languages (each language's monolingual run beside the run)"],
      [
        "--judge rule|openai|local",
        "followed, then right language, then checks; an OpenAI-compatible endpoint; a model here (rule)",
      ],
      ["--judge-url URL", "the endpoint, such as http://localhost:8000/v1; its key: PINCH_JUDGE_API_KEY"],
      ["--judge-model NAME", "as the endpoint lists it; of local: folder, .gguf file, Hub id, pinch/starter"],
      ["A,B,C", "several with commas between, each list as long or of one, are a panel: the majority counts"],
      ["--judge-prompt en|own", "ask in English, or in the language of the prompt (en)"],
      ["--concurrency N", `questions under way at a time (${defaultConcurrency})`],
      ["--limit N", "only the first N prompts of each language"],
      ["--price-input P, --price-output P", "per million tokens, to show the cost"],
      ["--dry-run", "only count questions, tokens and cost"],
      documentHelp,
    ],
    takes: [1, Number.POSITIVE_INFINITY],
  },
  diff: {
    synopsis: "pinch diff RUN-FOLDER RUN-FOLDER",
    purpose: "Says in which settings two runs differ, and whether their scores can be compared.",
    options: { ...json },
    help: [documentHelp],
    takes: [2, 2],
  },
  report: {
    synopsis: "pinch report [DIR] [--against MIXTURE] [--experiment RUN-FOLDER] [--out DIR]",
    purpose: `Writes report.md, .html and .tex over the newest experiment in DIR (${defaultRunsFolder}), with studies and figures.`,
    options: {
      ...json,
      out: { type: "string" },
      against: { type: "string" },
      experiment: { type: "string" },
      together: { type: "boolean" },
    },
    help: [
      [
        "--experiment RUN-FOLDER",
        "the runs that this one can be compared with: same model, data, training, evaluation",
      ],
      ["--together", "other experiments' runs in the same tables, each marked with what differs"],
      ["--against MIXTURE", "what the others are compared with (the one tuned on the base language alone)"],
      ["--out DIR", "folder for the reports (DIR itself)"],
      documentHelp,
    ],
    takes: [0, 1],
  },
  study: {
    synopsis: "pinch study [NAME] [--out FILE]",
    purpose: "Writes the mixture file of one of the six studies; without a name it lists them.",
    options: {
      ...json,
      languages: { type: "string" },
      base: { type: "string" },
      budget: { type: "string" },
      model: { type: "string" },
      seeds: { type: "string" },
      train: { type: "string" },
      eval: { type: "string" },
      grow: { type: "boolean" },
      out: { type: "string" },
    },
    help: [
      ["--languages en,fi,sw", "all that have training data, unless told"],
      ["--base en", "language of everything that is not spread (en)"],
      ["--budget N", "examples in every mixture (600, or as many as the data have)"],
      ["--model M", "pinch/starter, a folder, a .gguf file, or a Hub id (pinch/starter)"],
      ["--seeds 7,8,9", "a run for each; the first decides random draws (7,8,9)"],
      ["--train PATTERN", "training data, relative to the file (data/train/{language}.jsonl)"],
      ["--eval PATTERN", "evaluation data (data/eval/{language}.jsonl)"],
      ["--grow", "add the spread to the budget: pinch-curve and seen-and-unseen"],
      ["--out FILE", "file to write (NAME.mixture.yaml); - prints it"],
      documentHelp,
    ],
    takes: [0, 1],
  },
  export: {
    synopsis: "pinch export RUN-FOLDER --out DIR [--format adapter|merged|alpaca-eval|lm-eval]",
    purpose: "Takes a tuned model home, for PEFT or transformers; or its samples, for other tools.",
    options: {
      ...json,
      out: { type: "string" },
      format: { type: "string" },
      dtype: { type: "string" },
      "max-shard-size": { type: "string" },
    },
    help: [
      ["--out DIR", "folder to write; it must be new or empty"],
      ["--format adapter|merged", "the adapter alone, or merged into its base (adapter)"],
      ["--format alpaca-eval|lm-eval", "the samples, as AlpacaEval or lm-evaluation-harness write them"],
      ["--dtype float16|bfloat16|float32", "of merged weights (that of the base)"],
      ["--max-shard-size SIZE", `largest file of weights (${defaultShardSize})`],
      documentHelp,
    ],
    takes: [1, 1],
  },
  import: {
    synopsis: "pinch import FILE… --run NAME --file MIXTURE.yaml | --into RUN-FOLDER",
    purpose: "Scores responses that were generated elsewhere, as a run; or takes verdicts into a run.",
    options: {
      ...json,
      run: { type: "string" },
      file: { type: "string" },
      out: { type: "string" },
      into: { type: "string" },
      language: { type: "string" },
    },
    help: [
      ["FILE…", "AlpacaEval's model outputs, samples of lm-evaluation-harness, or samples.jsonl of a run"],
      ["--run NAME", "what the run is called in results; not the name of a mixture"],
      ["--file MIXTURE.yaml", "the mixture file whose evaluation prompts they answer"],
      outHelp,
      ["--into RUN-FOLDER", "FILE holds annotations of AlpacaEval in which this run is output_2"],
      ["--language TAG", "of annotations that name no language (en)"],
      documentHelp,
    ],
    takes: [1, Number.POSITIVE_INFINITY],
  },
  devices: {
    synopsis: "pinch devices [--install cuda]",
    purpose: "Lists the devices of this machine: how fast each is, and whether it agrees with the CPU.",
    options: { ...json, install: { type: "string" } },
    help: [
      ["--install cuda", "fetch onnxruntime's CUDA provider from nuget.org into your data folder"],
      documentHelp,
    ],
    takes: [0, 0],
  },
  download: {
    synopsis: "pinch download ID [--revision REVISION] [--config CONFIG] [--split SPLIT]",
    purpose: "Brings a model or dataset of the Hugging Face Hub into its cache; a broken download goes on.",
    options: {
      ...json,
      revision: { type: "string" },
      config: { type: "string" },
      split: { type: "string" },
    },
    help: [
      ["ID", "a model: org/name, or org/name/file.gguf for one file of a repository;"],
      [
        "",
        "a dataset: hub:org/name@revision, as in a mixture file, or hub:org/name@commit/path/{language}.jsonl",
      ],
      ["--revision REVISION", "a branch, tag or commit (main); the commit is told and kept"],
      ["--config CONFIG", "of a dataset; {language} stands for one config of each language"],
      ["--split SPLIT", "of a dataset"],
      streamHelp,
    ],
    takes: [1, 1],
  },
};

export const commandNames = Object.keys(commands) as readonly CommandName[];

export function isCommand(name: string): name is CommandName {
  return Object.hasOwn(commands, name);
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join("");
}

export function generalHelp(): string {
  return `pinch: multilingual instruction tuning, language by language

Usage:
${columns(commandNames.map(name => [commands[name].synopsis, commands[name].purpose]))}
  pinch COMMAND --help   options of a command
  pinch --version

Exit codes: 0 done, 1 bad input, 2 a run failed or the output could not be written, 130 cancelled by Ctrl+C
(143 by SIGTERM, 129 where the terminal was closed; without a terminal, as under nohup, the work goes on).
`;
}

export function commandHelp(name: CommandName): string {
  const { synopsis, purpose, help } = commands[name];
  return `${purpose}

Usage: ${synopsis}

Options:
${columns([...help, ["--help", "this text"]])}`;
}
