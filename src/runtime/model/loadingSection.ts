// Section of a model card that says how to load the model.
import type { ExportFormat, GgufDtype } from "../../protocol/runtime.ts";

export interface LoadingFacts {
  readonly format: ExportFormat;
  readonly dtype: GgufDtype;
  /** Familiar name of the base: a Hub id, or the name of its folder or file. */
  readonly baseName: string;
  /** Hub id by which others can load the base; null if it does not come from the Hugging Face Hub. */
  readonly hubId: string | null;
  /** Repository on the Hub that the export is pushed to; absent if it is only a folder. */
  readonly repository?: string;
  readonly template: "own" | "plain";
  /** The file of an export for llama.cpp. */
  readonly gguf?: {
    readonly file: string;
    /** Attention window that llama.cpp does not compute; null if the model has none. */
    readonly unwindowed: number | null;
  };
}

export function isAdapter(format: ExportFormat): boolean {
  return format === "adapter" || format === "gguf-adapter";
}

function llamaSection(file: string, { format, baseName, repository }: LoadingFacts): string {
  const download = repository === undefined ? [] : [`hf download ${repository} --local-dir .`];
  const [lines, how] =
    format === "gguf"
      ? [
          [`llama-server -m ${file}`, "ollama create my-model -f Modelfile && ollama run my-model"],
          "With llama.cpp, which takes tokenizer and chat template from the file, or with Ollama.",
        ]
      : [
          [`llama-server -m base.gguf --lora ${file}`],
          `With llama.cpp, on a GGUF file of ${baseName}, whose tokenizer and chat template are used.`,
        ];
  return ["## Loading it", how, ["```sh", ...download, ...lines, "```"].join("\n")].join("\n\n");
}

export function loadingSection(facts: LoadingFacts): string {
  const { format, dtype, hubId, template, gguf, repository } = facts;
  if (gguf !== undefined) return llamaSection(gguf.file, facts);
  const folder = `folder = ${JSON.stringify(repository ?? "path/of/this/folder")}`;
  const load =
    format === "adapter"
      ? [
          "from peft import PeftModel",
          "from transformers import AutoModelForCausalLM, AutoTokenizer",
          "",
          `base = ${JSON.stringify(hubId ?? "path/of/the/base/model")}`,
          folder,
          "tokenizer = AutoTokenizer.from_pretrained(folder)",
          "model = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base), folder)",
        ]
      : [
          "from transformers import AutoModelForCausalLM, AutoTokenizer",
          "",
          folder,
          "tokenizer = AutoTokenizer.from_pretrained(folder)",
          `model = AutoModelForCausalLM.from_pretrained(folder, dtype=${JSON.stringify(dtype)})`,
        ];
  const ask = [
    'messages = [{"role": "user", "content": "Name three rivers."}]',
    'inputs = tokenizer.apply_chat_template(messages, add_generation_prompt=True, return_tensors="pt", return_dict=True)',
    "output = model.generate(**inputs, max_new_tokens=128, do_sample=False)",
    'print(tokenizer.decode(output[0, inputs["input_ids"].shape[1]:], skip_special_tokens=True))',
  ];
  const note =
    template === "plain"
      ? " The base model has no chat template: the plain one that Pinch trained with is included as `chat_template.jinja`."
      : "";
  return [
    "## Loading it",
    `With transformers${format === "adapter" ? " and PEFT" : ""}.${note}`,
    ["```python", ...load, ...ask, "```"].join("\n"),
  ].join("\n\n");
}
