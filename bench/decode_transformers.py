"""Peer of bench/decode.ts: decodes greedily with transformers' generate in padded batches; prints a line of JSON.

    python bench/decode_transformers.py --model BASE_FOLDER --prompts FILE [--batch 16] [--threads 2] [--dtype float32]

FILE is JSON: {"prompts": [[token ids], ...], "maxNewTokens": n, "stopIds": [...]}, as written by bench/decode.ts, so
that tokenizers and templates do not matter. Prompts are batched by length, the best case for padding, and padded on
the left; attention is PyTorch's scaled_dot_product_attention. The first batch is run once before timing, cut to a
few tokens. Tokens are counted up to and including the first stop token of each response.
Needs torch, transformers.
"""

import argparse
import json
import resource
import sys
import time
from pathlib import Path

import torch
import transformers
from transformers import AutoModelForCausalLM, GenerationConfig

WARM_UP_TOKENS = 4


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="Hugging Face folder")
    parser.add_argument("--prompts", type=Path, required=True)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    return parser.parse_args()


def peak_memory() -> int:
    """Peak memory in bytes; macOS reports bytes, Linux KiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def padded(prompts: list[list[int]], pad: int) -> dict[str, torch.Tensor]:
    width = max(map(len, prompts))
    return {
        "input_ids": torch.tensor([[pad] * (width - len(ids)) + ids for ids in prompts]),
        "attention_mask": torch.tensor([[0] * (width - len(ids)) + [1] * len(ids) for ids in prompts]),
    }


def cut(ids: list[int], stops: list[int]) -> tuple[list[int], bool]:
    """Returns the response up to its stop token, and whether there was one."""
    end = next((index for index, token in enumerate(ids) if token in stops), None)
    return (ids, False) if end is None else (ids[:end], True)


def main() -> None:
    arguments = parse_arguments()
    torch.set_num_threads(arguments.threads)
    given = json.loads(arguments.prompts.read_text(encoding="utf-8"))
    prompts, stops, limit = given["prompts"], given["stopIds"], given["maxNewTokens"]
    dtype = getattr(torch, arguments.dtype)
    model = AutoModelForCausalLM.from_pretrained(arguments.model, dtype=dtype, attn_implementation="sdpa").eval()
    pad = stops[0]

    def generate(ids: list[list[int]], tokens: int) -> list[list[int]]:
        inputs = padded(ids, pad)
        settings = GenerationConfig(do_sample=False, max_new_tokens=tokens, eos_token_id=stops, pad_token_id=pad)
        with torch.inference_mode():
            output = model.generate(**inputs, generation_config=settings)
        return output[:, inputs["input_ids"].shape[1] :].tolist()

    order = sorted(range(len(prompts)), key=lambda index: len(prompts[index]))
    batches = [order[start : start + arguments.batch] for start in range(0, len(order), arguments.batch)]
    generate([prompts[index] for index in batches[0]], WARM_UP_TOKENS)
    responses: list[tuple[list[int], bool]] = [([], False)] * len(prompts)
    started = time.perf_counter()
    for batch in batches:
        for index, ids in zip(batch, generate([prompts[index] for index in batch], limit), strict=True):
            responses[index] = cut(ids, stops)
    seconds = time.perf_counter() - started
    print(
        json.dumps(
            {
                "name": f"transformers {transformers.__version__}, torch {torch.__version__}, batches of {arguments.batch}",
                "seconds": seconds,
                "tokens": sum(len(ids) + stopped for ids, stopped in responses),
                "peakMemoryBytes": peak_memory(),
                "responses": [ids for ids, _ in responses],
            }
        )
    )


if __name__ == "__main__":
    main()
