"""Computes the perplexity of given tokens with transformers in float32; prints one line of JSON.

    python bench/perplexity_transformers.py --model FILE.gguf|FOLDER --ids FILE

Needs torch, transformers, gguf.
"""

import argparse
import json
import math
from pathlib import Path

import torch
import transformers
from transformers import AutoModelForCausalLM


def load(model: Path) -> torch.nn.Module:
    if model.is_dir():
        return AutoModelForCausalLM.from_pretrained(model, dtype=torch.float32)
    return AutoModelForCausalLM.from_pretrained(str(model.parent), gguf_file=model.name, dtype=torch.float32)


@torch.no_grad()
def negative_log_likelihood(model: torch.nn.Module, ids: list[int]) -> float:
    """Returns the mean over every token except the first, in nats."""
    tokens = torch.tensor([ids])
    logits = model(input_ids=tokens).logits[0, :-1]
    return torch.nn.functional.cross_entropy(logits.double(), tokens[0, 1:]).item()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--ids", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    transformers.logging.disable_progress_bar()
    model = load(arguments.model).eval()
    texts = json.loads(arguments.ids.read_text())
    means = [negative_log_likelihood(model, ids) for ids in texts]
    tokens = [len(ids) - 1 for ids in texts]
    total = sum(mean * count for mean, count in zip(means, tokens))
    print(json.dumps({"perplexity": math.exp(total / sum(tokens)), "tokens": sum(tokens), "texts": means}))


if __name__ == "__main__":
    main()
