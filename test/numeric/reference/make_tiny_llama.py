"""Writes the tiny random Llama models, their tokenizer and the token ids of the examples.

    python make_tiny_llama.py [--out FOLDER]

Run this one first: make_reference.py and make_training.py read what it writes.
"""

import json
import random
from pathlib import Path

import torch
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers
from transformers import LlamaConfig, LlamaForCausalLM

from common import fixture_folder, set_up, versions, write_json, write_tensors

HIDDEN = 32
LAYERS = 3
VOCABULARY = 96
SPECIAL = ("<|pad|>", "<|user|>", "<|assistant|>", "<|end|>", "<|unk|>")
END = SPECIAL.index("<|end|>")
ROW_TOKENS = 24

# One to ten in nine languages and one word more: 91 words that are all different.
WORDS = (
    "one two three four five six seven eight nine ten "
    "一 二 三 四 五 六 七 八 九 十 "
    "yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän kymmenen "
    "uno due tre quattro cinque sei sette otto nove dieci "
    "jeden dva tři čtyři pět šest sedm osm devět deset "
    "moja mbili tatu nne tano sita saba nane tisa kumi "
    "üks kaks kolm neli viis kuus seitse kaheksa üheksa kümme "
    "один два три четыре пять шесть семь восемь девять десять "
    "אחת שתיים שלוש ארבע חמש שש שבע שמונה תשע עשר "
    "pinch"
).split()

# Words of prompt and response of each example; a row of four lines is a pack of exactly 24 tokens,
# because each example has three special tokens more. Rows differ in how many tokens bear loss.
LENGTHS = (
    ((3, 1), (4, 2), (4, 1)),
    ((1, 2), (3, 7), (1, 1)),
    ((2, 5), (5, 6)),
    ((6, 3), (2, 2), (1, 1)),
)

# Of different lengths, for batches; chosen so that greedy choices are never closer than 0.001 between the best
# two tokens, where rounding of another implementation could decide (`smallestGap` in the fixtures).
PROMPTS = (
    "четыре 一",
    "九 חמש шесть üks",
    "sita",
    "tři два שש десять dieci osm devět",
    "moja kolm yksi",
)

CHAT_TEMPLATE = (
    "{% for message in messages %}"
    "{% if message['role'] == 'user' %}{{ '<|user|>' + message['content'] }}"
    "{% elif message['role'] == 'assistant' %}{{ '<|assistant|>' + message['content'] + '<|end|>' }}"
    "{% endif %}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|assistant|>' }}{% endif %}"
)


def make_tokenizer() -> Tokenizer:
    """Whole words only: WordPiece without continuation pieces (@huggingface/tokenizers has no
    WordLevel), split at white space only (its `Whitespace` takes ü or ě for punctuation)."""
    vocabulary = {token: index for index, token in enumerate((*SPECIAL, *WORDS))}
    assert len(vocabulary) == VOCABULARY, len(vocabulary)
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="<|unk|>", max_input_chars_per_word=100))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.decoder = decoders.WordPiece(prefix="##", cleanup=False)
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in SPECIAL])
    return tokenizer


def write_tokenizer(folder: Path, tokenizer: Tokenizer) -> None:
    text = json.dumps(json.loads(tokenizer.to_str()), ensure_ascii=False, separators=(",", ":"))
    (folder / "tokenizer.json").write_text(text + "\n", encoding="utf-8", newline="\n")
    configuration = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "pad_token": "<|pad|>",
        "eos_token": "<|end|>",
        "unk_token": "<|unk|>",
        "clean_up_tokenization_spaces": False,
        "model_max_length": 64,
        "chat_template": CHAT_TEMPLATE,
    }
    write_json(folder / "tokenizer_config.json", configuration)


def make_model(tied: bool, rope_theta: float, seed: int) -> LlamaForCausalLM:
    """Weights far from their usual start, so that a wrong formula can't hide behind small numbers."""
    configuration = LlamaConfig(
        vocab_size=VOCABULARY,
        hidden_size=HIDDEN,
        intermediate_size=88,
        num_hidden_layers=LAYERS,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        max_position_embeddings=64,
        rms_norm_eps=1e-5,
        rope_parameters={"rope_type": "default", "rope_theta": rope_theta},
        tie_word_embeddings=tied,
        bos_token_id=None,
        eos_token_id=END,
        pad_token_id=0,
        attn_implementation="eager",
    )
    model = LlamaForCausalLM(configuration).to(torch.float32)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, parameter in sorted(model.named_parameters()):
            noise = torch.randn(parameter.shape, generator=generator)
            parameter.copy_(1 + 0.3 * noise if parameter.ndim == 1 else 0.15 * noise)
    return model


def state(model: LlamaForCausalLM) -> dict[str, torch.Tensor]:
    """Named as in model.safetensors: a tied head is not written."""
    tied = model.config.tie_word_embeddings
    return {name: tensor for name, tensor in model.state_dict().items() if not (tied and name == "lm_head.weight")}


CONFIGURATION_KEYS = (
    "attention_bias attention_dropout bos_token_id eos_token_id head_dim hidden_act hidden_size initializer_range "
    "intermediate_size max_position_embeddings mlp_bias model_type num_attention_heads num_hidden_layers "
    "num_key_value_heads pad_token_id pretraining_tp rms_norm_eps tie_word_embeddings transformers_version "
    "use_cache vocab_size"
).split()


def configuration_of(model: LlamaForCausalLM, dtype: str, old_form: bool) -> dict:
    """config.json as transformers 5 writes it, or (`old_form`) as transformers 4 did: both are in use."""
    whole = model.config.to_dict()
    chosen = {key: whole[key] for key in CONFIGURATION_KEYS}
    chosen["architectures"] = ["LlamaForCausalLM"]
    if old_form:
        theta = whole["rope_parameters"]["rope_theta"]
        chosen |= {"rope_theta": theta, "rope_scaling": None, "torch_dtype": dtype, "transformers_version": "4.57.1"}
    else:
        chosen |= {"rope_parameters": whole["rope_parameters"], "dtype": dtype}
    return {key: chosen[key] for key in sorted(chosen)}


def write_sharded(folder: Path, tensors: dict[str, torch.Tensor]) -> None:
    """Two shards; the cut goes through the middle of layer 1, as real shards do not respect layers."""
    names = sorted(tensors)
    cut = names.index("model.layers.1.mlp.up_proj.weight")
    shards = {
        "model-00001-of-00002.safetensors": names[:cut],
        "model-00002-of-00002.safetensors": names[cut:],
    }
    for file, members in shards.items():
        write_tensors(folder / file, {name: tensors[name] for name in members})
    index = {
        "metadata": {"total_size": sum(tensor.nbytes for tensor in tensors.values())},
        "weight_map": {name: file for file, members in shards.items() for name in members},
    }
    write_json(folder / "model.safetensors.index.json", index)


def make_examples(tokenizer: Tokenizer) -> dict:
    """Random words, but through the chat template, so that text and ids can both be tested."""
    generator = random.Random(5)
    examples, rows = [], []
    for row in LENGTHS:
        rows.append([])
        for prompt_words, response_words in row:
            prompt = " ".join(generator.sample(WORDS, prompt_words))
            response = " ".join(generator.sample(WORDS, response_words))
            before = tokenizer.encode(f"<|user|>{prompt}<|assistant|>").ids
            ids = tokenizer.encode(f"<|user|>{prompt}<|assistant|>{response}<|end|>").ids
            assert ids[: len(before)] == before and ids[-1] == END and SPECIAL.index("<|unk|>") not in ids
            rows[-1].append(len(examples))
            examples.append(
                {"id": f"e{len(examples)}", "prompt": prompt, "response": response, "ids": ids, "responseStart": len(before)}
            )
        assert sum(len(examples[index]["ids"]) for index in rows[-1]) == ROW_TOKENS
    prompts = []
    for prompt in PROMPTS:
        prompts.append({"prompt": prompt, "ids": tokenizer.encode(f"<|user|>{prompt}<|assistant|>").ids})
    return {"versions": versions(), "rowTokens": ROW_TOKENS, "endId": END, "examples": examples, "rows": rows, "prompts": prompts}


def main() -> None:
    out = fixture_folder(__doc__)
    set_up()
    tokenizer = make_tokenizer()
    tied = make_model(tied=True, rope_theta=10000.0, seed=11)
    untied = make_model(tied=False, rope_theta=50000.0, seed=12)

    def write(name: str, model: LlamaForCausalLM, dtype: torch.dtype, sharded: bool = False) -> None:
        folder = out / "models" / name
        tensors = {key: tensor.to(dtype) for key, tensor in state(model).items()}
        if sharded:
            write_sharded(folder, tensors)
        else:
            write_tensors(folder / "model.safetensors", tensors)
        write_json(folder / "config.json", configuration_of(model, str(dtype).removeprefix("torch."), old_form=model is tied))
        write_tokenizer(folder, tokenizer)

    write("tied", tied, torch.float32)
    write("tied-sharded", tied, torch.float32, sharded=True)
    write("tied-bf16", tied, torch.bfloat16)
    write("tied-f16", tied, torch.float16)
    write("untied", untied, torch.float32)
    write_json(out / "examples.json", make_examples(tokenizer))
    print("wrote", ", ".join(sorted(path.name for path in (out / "models").iterdir())))


if __name__ == "__main__":
    main()
