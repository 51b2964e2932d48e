// Texts, rows and fragments that the fuzzer of texts starts from.
import { verdictLine } from "../../src/core/comparison/verdict.ts";
import type { Check } from "../../src/core/dataset/checkTypes.ts";
import type { Instruction } from "../../src/core/ifeval/kinds.ts";

/** Sound, with every section and every form. */
export const soundMixture = `version: 1
model: { path: pinch/starter, template: { enable_thinking: false } }
seeds: [7, 8]
budget: 30
data:
  train: "data/train/{language}.jsonl"
  eval: "data/eval/{language}.jsonl"
  dev: "data/dev/{language}.jsonl"
mixtures:
  english: { monolingual: en }
  pinch: { base: en, spread: [1, 10%, 50%], over: all }
  grown: { base: en, spread: 5, over: [fi, sw], grow: true }
  even: { uniform: [en, fi] }
  parts: { shares: { en: 80%, fi: 15%, sw: 5% } }
  warm: { temperature: 3, languages: all }
train: { method: lora, epochs: 2, lora: { rank: 8 }, learningRate: [1e-4, 1e-3], warmup: 3% }
evaluate: { languages: all, maxNewTokens: 64, metrics: [language, checks], prompts: 3, during: 5 }
`;

export function oneEach(rows: readonly object[]): string {
  return rows.map(row => JSON.stringify(row)).join("\n");
}

export const yaml = [
  "[",
  "]",
  "{",
  "}",
  ": ",
  "- ",
  "? ",
  "&a ",
  "*a",
  "!!str ",
  "|\n",
  ">\n",
  "'",
  '"',
  "#",
  "---\n",
  "%YAML 1.2\n",
  "\t",
  "\n",
  "\n  ",
  "  <<: *a\n",
  "budget: 60000000\n",
  "budget: 9007199254740991\n",
  "seeds: [1, 2, 3]\n",
  "spread: [1%, 2%, 50%]",
  "over: all",
  "shares: { en: 33.3%, fi: 66.7% }",
  "temperature: 1e-300",
  "train: { epochs: 10000000 }\n",
  "evaluate: { maxNewTokens: 1000000000 }\n",
  "data: { train: [{ file: a.jsonl, language: lang, weight: 1e9, cap: 1 }] }\n",
  "learningRate: [1e-4, 1e-3]",
  "en-x-abc",
  "zh_Hans",
  "{language}",
];

export const training = [
  { id: "r1", prompt: "What is 2 + 2?", response: "4", language: "en" },
  { instruction: "Say it.", input: "x", output: "y", system: "s", history: [["a", "b"]], lang: "fi" },
  {
    id: 2,
    messages: [
      { role: "user", content: "a" },
      { role: "assistant", content: [{ type: "text", text: "b" }] },
    ],
  },
  {
    conversations: [
      { from: "human", value: "a" },
      { from: "gpt", value: "b" },
    ],
    lang: "en",
  },
  { message_id: "m", parent_id: null, role: "prompter", text: "a", rank: 0, lang: "en", replies: [] },
];

export const evaluation = [
  {
    id: "e1",
    prompt: "List two.",
    reference: "a, b",
    lang: "en",
    checks: [{ kind: "list", items: ["a", "b"] }],
  },
  {
    id: "e2",
    prompt: "x",
    lang: "fi",
    instruction_id_list: ["length_constraints:number_words"],
    kwargs: [{ num_words: 5, relation: "at least" }],
  },
  {
    id: "e3",
    prompt: "x",
    lang: "sw",
    tags: ["t"],
    group: "g",
    checks: [{ kind: "answer", accepts: ["4"] }],
  },
];

export const outputs = [
  oneEach([{ instruction: "a", output: "b", generator: "g", dataset: "en" }]),
  oneEach([
    { doc_id: 0, doc: { id: "1", prompt: "a", language: "en" }, resps: [["b"]], filtered_resps: ["b"] },
  ]),
  oneEach([
    { language: "en", id: "1", prompt: "a", response: "b", responseLanguage: "en", languageCorrect: true },
  ]),
];

export const annotation = {
  instruction: "a",
  output_1: "b",
  output_2: "c",
  generator_1: "x",
  generator_2: "y",
  annotator: "z",
  preference: 1.5,
  first: "run",
  id: "1",
  language: "en",
};

export const queue = {
  version: 1,
  paused: false,
  host: "h",
  entries: [
    { id: "1", file: "file:///a", mixture: "m", seed: 7, resume: null, pid: null, stop: false, seal: null },
  ],
};

export const verdictRow = {
  id: "1",
  language: "en",
  prompt: "p",
  run: "a",
  baseline: "b",
  outcome: "win",
  orders: [{ first: "run", verdict: "A", answer: "VERDICT" }],
};

export const event = {
  step: 1,
  steps: 2,
  epoch: 0.5,
  loss: 1,
  learningRate: 1e-3,
  gradientNorm: 1,
  tokens: 1,
  responseTokens: 1,
  tokensPerSecond: 1,
  time: "2026-01-01T00:00:00Z",
};

export const sample = {
  id: "1",
  language: "en",
  prompt: "p",
  response: "r ä",
  outcome: "followed",
  responseLanguage: "en",
  tags: [],
};

export const completion = {
  model: "judge",
  choices: [{ message: { role: "assistant", content: `Because.\n${verdictLine("abc123", "A")}` } }],
  usage: { prompt_tokens: 10, completion_tokens: 5 },
};

export const failures = [
  { error: { message: "no", code: "insufficient_quota", type: "x" } },
  { detail: "max_tokens is not supported" },
  { message: "busy" },
];

export const statuses = [200, 200, 200, 200, 301, 400, 401, 404, 408, 429, 500, 503, 799];

export const card = `---
license: mit
configs:
- config_name: default
  data_files:
  - split: train
    path: "data/*.jsonl"
- config_name: fi
  data_dir: fi
  default: true
---
# A dataset
`;

export const cardParts = [
  "[",
  "{",
  "- ",
  "? ",
  "*",
  "&a ",
  "*a",
  "**/",
  "../",
  "{a,b}",
  "{1..9}",
  "?",
  "\\",
  "configs:\n",
  "data_files: ",
  "---\n",
  "\n  ",
];

const relation = "at least";

export const instructions = [
  ["length_constraints:number_sentences", { num_sentences: 3, relation }],
  ["length_constraints:number_words", { num_words: 3, relation }],
  ["length_constraints:number_paragraphs", { num_paragraphs: 2 }],
  ["length_constraints:nth_paragraph_first_word", { num_paragraphs: 1, nth_paragraph: 1, first_word: "a" }],
  ["detectable_content:number_placeholders", { num_placeholders: 1 }],
  ["detectable_content:postscript", { postscript_marker: "P.P.S" }],
  ["detectable_format:number_bullet_lists", { num_bullets: 2 }],
  ["detectable_format:number_highlighted_sections", { num_highlights: 2 }],
  ["detectable_format:multiple_sections", { section_spliter: "osa", num_sections: 2 }],
  ["detectable_format:json_format", {}],
  ["detectable_format:title", {}],
  ["combination:two_responses", {}],
  ["startend:quotation", {}],
  ["startend:end_checker", { end_phrase: "end" }],
  ["change_case:capital_word_frequency", { capital_frequency: 2, capital_relation: relation }],
  ["keywords:existence", { keywords: ["a", "中"] }],
  ["keywords:letter_frequency", { letter: "a", let_frequency: 2, let_relation: relation }],
].map(([id, kwargs]) => ({ id, kwargs }) as Instruction);

export const checks: readonly Check[] = [
  { kind: "answer", accepts: ["a"] },
  { kind: "includes", all: ["a", "中"] },
  { kind: "excludes", none: ["q"] },
  { kind: "list", items: ["a", "a", "b"] },
];

export const responseParts = [
  "a",
  " ",
  "\n",
  "\n- ",
  ", a",
  "*",
  "**a** ",
  "<",
  "<<",
  "[",
  "[a]",
  "«",
  '"',
  "`",
  "```\n",
  "http://",
  '{"a":',
  "1.",
  "1",
  "٣",
  "中",
  "नि",
  "\u0301",
  "ä",
  ". ",
  "A. ",
  "***",
  "osa 1",
  "P. ",
  "<think>",
  "</think>",
  "\\boxed{",
  "VERDICT abc123: A\n",
  "abc123 ",
  "\u2028",
  "\ufeff",
  "😀",
  "ß",
  "İ",
];
