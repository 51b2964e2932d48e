"""Loss and gradients of an adapter on rows of 8,192 tokens: one example, and two of 5,000 and 3,192.

    python make_long.py [--out FOLDER]

The tied tiny model and `adapters/random`, with room for as many positions. `ids_of` is repeated in long.test.ts.
"""

from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import LlamaForCausalLM

from common import fixture_folder, set_up, versions, write_json, write_tensors
from make_reference import forward_backward, gradients, norm_of, response_tokens, with_adapter

LENGTH = 8192
ROWS = {"one": [LENGTH], "two": [5000, LENGTH - 5000]}


def ids_of(length: int, example: int) -> list[int]:
    return [4 + (31 * i * i + 17 * i + 7 * example) % 89 for i in range(length)]


def load(out: Path) -> LlamaForCausalLM:
    folder = out / "models/tied"
    return LlamaForCausalLM.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="sdpa", max_position_embeddings=LENGTH
    ).train()


def main() -> None:
    out = fixture_folder(__doc__)
    set_up()
    adapter = load_file(out / "adapters/random/adapter_model.safetensors")
    tensors, rows = {}, {}
    for name, lengths in ROWS.items():
        examples = [{"ids": ids_of(length, i), "responseStart": length // 2} for i, length in enumerate(lengths)]
        model = with_adapter(load(out), adapter)
        count = response_tokens(examples)
        loss, _, _ = forward_backward(model, examples, count)
        found = {key.replace(".default.", "."): value for key, value in gradients(model).items()}
        tensors |= {f"{name}/{key}": value for key, value in found.items()}
        rows[name] = {"lengths": lengths, "responseTokens": count, "loss": loss, "gradientNorm": norm_of(found.values())}
        print(f"{name}: loss {loss:.6f}", flush=True)
    write_tensors(out / "long.safetensors", tensors)
    write_json(out / "long.json", {"versions": versions(), "length": LENGTH, "rows": rows})


if __name__ == "__main__":
    main()
