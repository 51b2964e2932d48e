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
  | "push"
  | "serve"
  | "import"
  | "devices"
  | "download";

interface CommandUsage {
  readonly synopsis: string;
  readonly purpose: string;
  readonly options: NonNullable<ParseArgsConfig["options"]>;
  /** Help for each option, in order. */
  readonly help: readonly (readonly [string, string])[];
  /** Minimum and maximum number of arguments, options not included. */
  readonly takes: readonly [number, number];
}

export const defaultRunsFolder = ".pinch/runs";
/** How many examples `preview` shows. */
export const defaultPreviewCount = 10;
/** How many questions a judge's endpoint is sent at a time. */
export const defaultConcurrency = 8;
/** The shard size that the Hugging Face Hub and transformers use. */
export const defaultShardSize = "5GB";
export const defaultShardBytes = 5e9;
export const defaultServePort = "8311";

const json = { json: { type: "boolean" } } as const;
const device = { device: { type: "string" } } as const;
const mixture = { mixture: { type: "string", multiple: true } } as const;
const deviceHelp = ["--device auto|cpu|webgpu|cuda", "where to compute (auto)"] as const;
const baseHelp = ["--base ORG/NAME", "Hub id of the base model, where the run does not know it"] as const;
const outHelp = ["--out DIR", `where runs are stored (${defaultRunsFolder})`] as const;
const mixtureHelp = ["--mixture NAME", "only this mixture; can be repeated"] as const;
const documentHelp = ["--json", "one JSON document on standard output"] as const;
const streamHelp = ["--json", "JSON Lines on standard output, one object per event"] as const;

export const commands: Readonly<Record<CommandName, CommandUsage>> = {
  validate: {
    synopsis: "pinch validate FILE…",
    purpose: "Checks mixture files with their data and models, without running anything.",
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
    purpose:
      "Shows a mixture's first examples as the model sees them: template, tokens, and which carry loss.",
    options: {
      ...json,
      ...mixture,
      language: { type: "string" },
      count: { type: "string" },
    },
    help: [
      ["--mixture NAME", "which mixture; for a sweep its first one, or NAME@10%"],
      ["--language TAG", "only examples in this language"],
      ["--count N", `how many examples, drawn as a run draws them (${defaultPreviewCount})`],
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
      ["--reuse", "keep finished runs with the same configuration, data and model"],
      ["--resume", "like --reuse, and continue stopped runs from their checkpoints"],
      streamHelp,
    ],
    takes: [1, 1],
  },
  eval: {
    synopsis: "pinch eval RUN-FOLDER… [--samples]",
    purpose: "Scores finished runs again, using the mixture file as it is now.",
    options: { ...json, ...device, samples: { type: "boolean" } },
    help: [["--samples", "score the existing responses again; generate nothing"], deviceHelp, streamHelp],
    takes: [1, Number.POSITIVE_INFINITY],
  },
  compare: {
    synopsis: "pinch compare RUN-FOLDER… [--baseline RUN-FOLDER|MIXTURE] [--judge rule|openai|local]",
    purpose: "Judges a run's responses side by side with a baseline's, in both orders.",
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
      ["--baseline RUN-FOLDER|MIXTURE", "baseline for all languages (each language's monolingual run)"],
      [
        "--judge rule|openai|local",
        "followed, then right language, then checks; an OpenAI-compatible endpoint; a local model (rule)",
      ],
      ["--judge-url URL", "the endpoint, such as http://localhost:8000/v1; PINCH_JUDGE_API_KEY is its key"],
      [
        "--judge-model NAME",
        "its name at the endpoint; for local: a folder, .gguf file, Hub id or pinch/starter",
      ],
      [
        "A,B,C",
        "comma-separated lists form a panel that decides by majority; give one value each, or one for all",
      ],
      ["--judge-prompt en|own", "ask in English, or in the language of the prompt (en)"],
      ["--concurrency N", `questions asked at the same time (${defaultConcurrency})`],
      ["--limit N", "only the first N prompts of each language"],
      ["--price-input P, --price-output P", "per million tokens, to show the cost"],
      ["--dry-run", "only count questions, tokens and cost"],
      documentHelp,
    ],
    takes: [1, Number.POSITIVE_INFINITY],
  },
  diff: {
    synopsis: "pinch diff RUN-FOLDER RUN-FOLDER",
    purpose: "Shows in which settings two runs differ, and whether their scores can be compared.",
    options: { ...json },
    help: [documentHelp],
    takes: [2, 2],
  },
  report: {
    synopsis: "pinch report [DIR] [--against MIXTURE] [--experiment RUN-FOLDER] [--out DIR]",
    purpose: `Writes report.md, .html and .tex for the newest experiment in DIR (${defaultRunsFolder}), with studies and figures.`,
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
        "report on the runs comparable with this one: same model, data, training and evaluation",
      ],
      ["--together", "include runs of other experiments in the tables, each marked with its differences"],
      [
        "--against MIXTURE",
        "the mixture to compare the others with (the one tuned only on the base language)",
      ],
      ["--out DIR", "folder for the reports (DIR itself)"],
      documentHelp,
    ],
    takes: [0, 1],
  },
  study: {
    synopsis: "pinch study [NAME] [--out FILE]",
    purpose: "Writes the mixture file of one of the six studies; without a name, lists them.",
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
      ["--languages en,fi,sw", "languages to use (all that have training data)"],
      ["--base en", "language of all examples that are not spread (en)"],
      ["--budget N", "examples in every mixture (600, or as many as there are)"],
      ["--model M", "pinch/starter, a folder, a .gguf file, or a Hub id (pinch/starter)"],
      ["--seeds 7,8,9", "one run per seed; the first also determines random draws (7,8,9)"],
      ["--train PATTERN", "training data, relative to the file (data/train/{language}.jsonl)"],
      ["--eval PATTERN", "evaluation data (data/eval/{language}.jsonl)"],
      ["--grow", "add the spread to the budget: pinch-curve and seen-and-unseen"],
      ["--out FILE", "file to write (NAME.mixture.yaml); - prints it"],
      documentHelp,
    ],
    takes: [0, 1],
  },
  export: {
    synopsis: "pinch export RUN-FOLDER --out DIR [--format FORMAT]",
    purpose: "Exports a tuned model for PEFT, transformers or llama.cpp, or its samples for other tools.",
    options: {
      ...json,
      out: { type: "string" },
      format: { type: "string" },
      dtype: { type: "string" },
      base: { type: "string" },
      "max-shard-size": { type: "string" },
    },
    help: [
      ["--out DIR", "folder to write; it must be new or empty"],
      ["--format adapter|merged", "the adapter alone, or merged into its base (adapter)"],
      ["--format gguf", "a whole model as a GGUF file, for llama.cpp and Ollama"],
      ["--format gguf-adapter", "the adapter as a GGUF file, for llama.cpp's --lora"],
      ["--format alpaca-eval|lm-eval", "the samples, as AlpacaEval or lm-evaluation-harness write them"],
      ["--dtype float16|bfloat16|float32", "type of the merged weights (same as the base; GGUF: float16)"],
      ["--dtype q8_0", "8 bits for each weight, with --format gguf"],
      baseHelp,
      ["--max-shard-size SIZE", `maximum size of a weight file (${defaultShardSize})`],
      documentHelp,
    ],
    takes: [1, 1],
  },
  push: {
    synopsis: "pinch push RUN-FOLDER --to ORG/NAME [--format FORMAT] [--private] [--yes]",
    purpose:
      "Pushes a tuned model with its model card to the Hugging Face Hub; without --yes, only lists it.",
    options: {
      ...json,
      to: { type: "string" },
      format: { type: "string" },
      dtype: { type: "string" },
      base: { type: "string" },
      private: { type: "boolean" },
      "with-samples": { type: "boolean" },
      "with-report": { type: "boolean" },
      yes: { type: "boolean" },
    },
    help: [
      ["--to ORG/NAME", "the repository; it is created if it does not exist"],
      ["--format FORMAT", "adapter, merged, gguf or gguf-adapter, as of export (adapter)"],
      ["--dtype TYPE", "type of the weights, as of export"],
      baseHelp,
      ["--private", "create the repository private; an existing one has to be"],
      ["--with-samples", "include samples.jsonl: prompts, references and responses of the evaluation"],
      ["--with-report", "include the report on the run's experiment, which quotes samples"],
      ["--yes", "send it; a push that broke off continues, without sending again what has arrived"],
      streamHelp,
    ],
    takes: [1, 1],
  },
  serve: {
    synopsis: "pinch serve RUN-FOLDER… [--port N]",
    purpose:
      "Serves tuned models and their base to other programs, through OpenAI's chat API on this machine.",
    options: { ...json, ...device, port: { type: "string" } },
    help: [
      ["--port N", `port on 127.0.0.1; 0 for any that is free (${defaultServePort})`],
      deviceHelp,
      streamHelp,
    ],
    takes: [1, Number.POSITIVE_INFINITY],
  },
  import: {
    synopsis: "pinch import FILE… --run NAME --file MIXTURE.yaml | --into RUN-FOLDER",
    purpose: "Scores responses generated elsewhere as a run, or imports verdicts into a run.",
    options: {
      ...json,
      run: { type: "string" },
      file: { type: "string" },
      out: { type: "string" },
      into: { type: "string" },
      language: { type: "string" },
    },
    help: [
      ["FILE…", "AlpacaEval model outputs, lm-evaluation-harness samples, or samples.jsonl of a run"],
      ["--run NAME", "name of the run in results; must not be the name of a mixture"],
      ["--file MIXTURE.yaml", "the mixture file whose evaluation prompts they answer"],
      outHelp,
      ["--into RUN-FOLDER", "FILE holds annotations of AlpacaEval in which this run is output_2"],
      ["--language TAG", "language of annotations that name none (en)"],
      documentHelp,
    ],
    takes: [1, Number.POSITIVE_INFINITY],
  },
  devices: {
    synopsis: "pinch devices [--install cuda]",
    purpose: "Lists the devices of this machine: how fast each is, and whether it agrees with the CPU.",
    options: { ...json, install: { type: "string" } },
    help: [
      ["--install cuda", "download onnxruntime's CUDA provider from nuget.org into your data folder"],
      documentHelp,
    ],
    takes: [0, 0],
  },
  download: {
    synopsis: "pinch download ID [--revision REVISION] [--config CONFIG] [--split SPLIT]",
    purpose:
      "Downloads a model or dataset from the Hugging Face Hub into its cache; resumes broken downloads.",
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
      ["--revision REVISION", "a branch, tag or commit (main); the commit is printed and stored"],
      ["--config CONFIG", "config of a dataset; {language} stands for one config per language"],
      ["--split SPLIT", "split of a dataset"],
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
(143 by SIGTERM, 129 when the terminal was closed). Without a terminal, as under nohup, the work continues.
`;
}

export function commandHelp(name: CommandName): string {
  const { synopsis, purpose, help } = commands[name];
  return `${purpose}

Usage: ${synopsis}

Options:
${columns([...help, ["--help", "show this help"]])}`;
}
