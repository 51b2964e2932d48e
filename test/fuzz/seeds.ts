// Whole files and fragments that the fuzzer starts from, beside the tiny model's own.

/** What the architectures' configurations have beside the tiny one's fields. */
export const configSeeds: readonly Readonly<Record<string, unknown>>[] = [
  {},
  { architectures: ["MistralForCausalLM"], model_type: "mistral", sliding_window: 32 },
  { architectures: ["Qwen2ForCausalLM"], model_type: "qwen2", use_sliding_window: false },
  { architectures: ["Qwen3ForCausalLM"], model_type: "qwen3", head_dim: 4 },
  {
    architectures: ["Gemma3ForCausalLM"],
    model_type: "gemma3_text",
    hidden_activation: "gelu_pytorch_tanh",
    query_pre_attn_scalar: 4,
    sliding_window: 16,
    layer_types: ["sliding_attention", "full_attention"],
    rope_parameters: {
      full_attention: { rope_theta: 1e6, rope_type: "default" },
      sliding_attention: { rope_theta: 1e4, rope_type: "default" },
    },
  },
  { architectures: ["Cohere2ForCausalLM"], model_type: "cohere2", logit_scale: 0.25, layer_norm_eps: 1e-5 },
  {
    architectures: ["Phi3ForCausalLM"],
    model_type: "phi3",
    original_max_position_embeddings: 64,
    partial_rotary_factor: 0.5,
    rope_scaling: { type: "longrope", short_factor: [1, 2], long_factor: [1, 4] },
  },
  {
    architectures: ["GraniteMoeHybridForCausalLM"],
    model_type: "granitemoehybrid",
    layer_types: ["attention", "attention"],
    num_local_experts: 0,
    shared_intermediate_size: 48,
  },
  {
    architectures: ["HunYuanDenseV1ForCausalLM"],
    model_type: "hunyuan_v1_dense",
    rope_scaling: { type: "dynamic", alpha: 100 },
  },
  { architectures: ["BloomForCausalLM"], model_type: "bloom", n_embed: 32, n_head: 4, n_layer: 2 },
  {
    rope_scaling: {
      rope_type: "llama3",
      factor: 8,
      low_freq_factor: 1,
      high_freq_factor: 4,
      original_max_position_embeddings: 64,
    },
  },
];

const specials = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];
const addedTokens = specials.map((content, id) => ({ id, content, special: true, normalized: false }));
const letters = [..."abcdefghijklmnopqrstuvwxyz \u2581.!?0123456789"];
const vocabulary = [...specials, "<unk>", ...letters, "th", "the", "\u2581the", "in"];
const ids = Object.fromEntries(vocabulary.map((token, id) => [token, id]));

const replaceSpaces = { type: "Replace", pattern: { String: " " }, content: "\u2581" };
const pieceDecoder = {
  type: "Sequence",
  decoders: [
    { type: "Replace", pattern: { String: "\u2581" }, content: " " },
    { type: "ByteFallback" },
    { type: "Fuse" },
    { type: "Strip", content: " ", start: 1, stop: 0 },
  ],
};
const words = {
  type: "Sequence",
  pretokenizers: [
    {
      type: "Split",
      pattern: { Regex: "[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+" },
      behavior: "Isolated",
      invert: false,
    },
    { type: "Digits", individual_digits: true },
    { type: "Punctuation" },
  ],
};

const common = { version: "1.0", added_tokens: addedTokens, post_processor: null };

/** One of each kind of tokenizer, with the parts that such files usually have. */
export const tokenizerSeeds: readonly Readonly<Record<string, unknown>>[] = [
  {
    ...common,
    normalizer: { type: "Sequence", normalizers: [{ type: "Prepend", prepend: "\u2581" }, replaceSpaces] },
    pre_tokenizer: null,
    decoder: pieceDecoder,
    model: {
      type: "BPE",
      unk_token: "<unk>",
      fuse_unk: true,
      byte_fallback: true,
      vocab: ids,
      merges: ["t h", "th e", "\u2581 the", "i n"],
    },
  },
  {
    ...common,
    normalizer: { type: "Sequence", normalizers: [{ type: "NFKC" }, { type: "Lowercase" }] },
    pre_tokenizer: {
      type: "Metaspace",
      replacement: "\u2581",
      add_prefix_space: true,
      prepend_scheme: "first",
    },
    decoder: { type: "Metaspace", replacement: "\u2581", add_prefix_space: true },
    model: { type: "Unigram", unk_id: 3, vocab: vocabulary.map((token, id) => [token, -id / 10]) },
  },
  {
    ...common,
    normalizer: { type: "BertNormalizer", lowercase: true, strip_accents: true, clean_text: true },
    pre_tokenizer: words,
    decoder: { type: "WordPiece", prefix: "##", cleanup: true },
    model: {
      type: "WordPiece",
      unk_token: "<unk>",
      continuing_subword_prefix: "##",
      max_input_chars_per_word: 100,
      vocab: { ...ids, "##e": 60, "##s": 61 },
    },
  },
];

/** Parts that are rarely seen, and parts that should be refused. */
export const tokenizerParts: readonly (
  | string
  | number
  | { [key: string]: never | string | number | boolean }
)[] = [
  { type: "FixedLength", length: 0 },
  { type: "FixedLength", length: 3 },
  { type: "ByteLevel", use_regex: true },
  { type: "WhitespaceSplit" },
  { type: "Whitespace" },
  { type: "BertPreTokenizer" },
  { type: "NFD" },
  { type: "StripAccents" },
  { type: "Precompiled", precompiled_charsmap: "AAAA" },
  { type: "CTC", pad_token: "a", word_delimiter_token: "|" },
  { type: "BPEDecoder", suffix: "</w>" },
  { type: "RobertaProcessing", trim_offsets: true },
  { Regex: "(a+)+$" },
  { Regex: "(\\p{L}*)*!" },
  { Regex: "[" },
  { Regex: "" },
  { Regex: "a{1,99999}" },
  { Regex: "(?=a)|\\b|^" },
  { String: "" },
  "Isolated",
  "MergedWithPrevious",
  "Removed",
  "Contiguous",
  "__proto__",
  -1,
  1e9,
];

export const templateSeeds: readonly string[] = [
  "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{% set system = messages[0]['content'] | trim %}{% set messages = messages[1:] %}{% else %}{% set system = '' %}{% endif %}{% for message in messages %}{{ '<|start|>' + message['role'] + '\\n' + message['content'] | trim + '<|end|>' }}{% if loop.last and add_generation_prompt %}{{ '<|start|>assistant' }}{% endif %}{% endfor %}",
  "{%- macro turn(role, text) -%}<{{ role }}>{{ text | upper }}</{{ role }}>{%- endmacro -%}{%- set ns = namespace(n=0, out='') -%}{%- for m in messages -%}{%- if m.role not in ['user', 'assistant'] -%}{{ raise_exception('unknown role ' ~ m.role) }}{%- endif -%}{%- set ns.n = ns.n + 1 -%}{%- set ns.out = ns.out ~ turn(m.role, m.content) -%}{%- endfor -%}{{ ns.out }}{{ ns.n }}{{ eos_token }}",
  "{{ messages | tojson(indent=2) }}{% for k, v in messages[0].items() %}{{ k }}={{ v | replace('a', 'b') }}{% endfor %}{{ messages | map(attribute='role') | join(', ') }}{{ strftime_now('%d %B %Y') }}{% for i in range(1, 10, 2) %}{% if i is odd %}{% continue %}{% endif %}{{ i }}{% endfor %}{{ 'x' if add_generation_prompt else 'y' }}{{ messages[::-1][0].content.split(' ')[-1] }}",
];

export const templateFragments: readonly string[] = [
  "{% for i in range(10 ** 9) %}",
  "{% for i in range(99999) %}",
  "{% for a in messages %}",
  "{% endfor %}",
  "{% endif %}",
  "{% if x %}",
  "{% else %}",
  "{% set x = x ~ x %}",
  "{% set ns.out = ns.out ~ ns.out %}",
  "{% set ns = namespace(l=[]) %}",
  "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
  "{% call m() %}x{% endcall %}",
  "{% filter upper %}",
  "{% break %}",
  "{% continue %}",
  "{% raw %}",
  "{#",
  "#}",
  "{{",
  "}}",
  "{%-",
  "-%}",
  " | tojson(indent=100000000)",
  " | indent(999999999)",
  " | list | length",
  " | sort | reverse",
  " | selectattr('role', 'equalto', 'user')",
  " | batch(0)",
  " ** 99",
  "(((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((",
  "[[[[[[[[[[[[[[[[[[[[[[",
  "not ",
  " is defined",
  " in messages",
  "loop.index0 % 0",
  " // 0",
  "-1:1:-1",
  "::0",
  "'",
  "\\",
  "raise_exception(",
  "range(5, -5, -1)",
  "undefined_name.x.y",
  "1e308 * 10",
  "\u0000",
];
