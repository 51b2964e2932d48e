"""Writes ../fixtures/gguf-blocks.json, gguf-quantised.json and models/tied-f16.gguf with gguf-py, ggml's own Python package."""

import argparse
import base64
import json
from pathlib import Path

import gguf
import numpy
from gguf.quants import dequantize, quantize
from safetensors.numpy import load_file

BLOCKS = 3
#: Where a block keeps its float16 scales: random bits there would often be infinite or no number.
SCALES = {
    "Q8_0": [0], "Q4_0": [0], "Q4_1": [0, 2], "Q5_0": [0], "Q5_1": [0, 2],
    "Q2_K": [80, 82], "Q3_K": [108], "Q4_K": [0, 2], "Q5_K": [0, 2], "Q6_K": [208],
}  # fmt: skip


def base64_of(array: numpy.ndarray) -> str:
    return base64.b64encode(array.tobytes()).decode("ascii")


def random_blocks(name: str, random: numpy.random.Generator) -> numpy.ndarray:
    kind = gguf.GGMLQuantizationType[name]
    _, size = gguf.GGML_QUANT_SIZES[kind]
    blocks = random.integers(0, 256, (BLOCKS, size), dtype=numpy.uint8)
    for block, place in [(b, p) for b in range(BLOCKS) for p in SCALES[name]]:
        # Signs, many magnitudes, and in the last block a subnormal float16.
        exponent = -20.0 if block == BLOCKS - 1 else random.uniform(-9, 1)
        scale = numpy.float16(random.choice([-1, 1]) * random.uniform(1, 2) * 2.0**exponent)
        blocks[block, place : place + 2] = numpy.frombuffer(scale.tobytes(), dtype=numpy.uint8)
    return blocks


def write_blocks(path: Path) -> None:
    random = numpy.random.default_rng(7)
    types = {}
    for name in SCALES:
        blocks = random_blocks(name, random)
        values = dequantize(blocks, gguf.GGMLQuantizationType[name])
        types[name] = {"blocks": base64_of(blocks), "values": base64_of(values.astype("<f4"))}
    path.write_text(json.dumps({"numpy": numpy.__version__, "types": types}, indent=1) + "\n")


def write_quantised(path: Path) -> None:
    """Blocks of zeros, of ordinary and huge values, of ones so small that their scale underflows, and of halves."""
    random = numpy.random.default_rng(8)
    ordinary = random.standard_normal(3 * 32) * 0.02
    halves = numpy.append(numpy.arange(31) - 15.5, 127)
    values = numpy.concatenate(
        [numpy.zeros(32), ordinary, ordinary[:32] * 1e6, ordinary[:32] * 1e-6, halves, -halves]
    ).astype("<f4")
    blocks = quantize(values, gguf.GGMLQuantizationType.Q8_0)
    types = {"Q8_0": {"values": base64_of(values), "blocks": base64_of(blocks)}}
    path.write_text(json.dumps({"numpy": numpy.__version__, "types": types}, indent=1) + "\n")


def permuted(weights: numpy.ndarray, heads: int) -> numpy.ndarray:
    """As llama.cpp's convert_hf_to_gguf.py stores queries and keys of the llama architecture."""
    rows, *rest = weights.shape
    return weights.reshape(heads, 2, rows // heads // 2, *rest).swapaxes(1, 2).reshape(weights.shape)


def write_model(path: Path, source: Path) -> None:
    config = json.loads((source / "config.json").read_text())
    heads, kv_heads = config["num_attention_heads"], config["num_key_value_heads"]
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.LLAMA, config["num_hidden_layers"])
    writer = gguf.GGUFWriter(path, "llama")
    writer.add_name("Tiny llama of the tests")
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_head_count(heads)
    writer.add_head_count_kv(kv_heads)
    writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    writer.add_rope_freq_base(config["rope_theta"])
    writer.add_rope_dimension_count(config["hidden_size"] // heads)
    writer.add_vocab_size(config["vocab_size"])
    tokenizer = json.loads((source / "tokenizer.json").read_text())
    vocabulary = sorted(tokenizer["model"]["vocab"].items(), key=lambda item: item[1])
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list([token for token, _ in vocabulary])
    writer.add_token_types([3 if token.startswith("<|") else 1 for token, _ in vocabulary])
    writer.add_token_merges([])
    writer.add_eos_token_id(config["eos_token_id"])
    for name, weights in load_file(source / "model.safetensors").items():
        if "q_proj" in name or "k_proj" in name:
            weights = permuted(weights, heads if "q_proj" in name else kv_heads)
        stored = names.get_name(name, try_suffixes=(".weight",))
        # One-dimensional tensors are float32 in every file that llama.cpp makes.
        writer.add_tensor(stored, weights.astype(numpy.float32) if weights.ndim == 1 else weights)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).resolve().parent.parent / "fixtures")
    out = parser.parse_args().out
    write_blocks(out / "gguf-blocks.json")
    write_quantised(out / "gguf-quantised.json")
    write_model(out / "models" / "tied-f16.gguf", out / "models" / "tied-f16")
