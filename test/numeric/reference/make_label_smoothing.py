"""20 training steps of tiny models with label smoothing: gradients of transformers' own loss.

    python make_label_smoothing.py [--out FOLDER]

The steps are those of make_training.py, but what is minimised is LabelSmoother's loss, averaged over tokens or over
the means of examples. `loss` of an event is the loss without smoothing; `smoothed` is the one that is minimised.
"""

from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM
from transformers.trainer_pt_utils import LabelSmoother

import make_training
from common import fixture_folder, read_json, set_up, versions, write_json
from make_reference import logits_of, response_tokens, summed_loss, with_adapter

EPSILON = 0.1
# Gemma 2 caps its logits.
TRAININGS = [
    ("models/tied", "lora", "token"),
    ("models/tied", "lora", "example"),
    ("models/tied", "full", "token"),
    ("architectures/gemma2", "full", "token"),
]


def start(out: Path, folder: str, method: str) -> torch.nn.Module:
    model = AutoModelForCausalLM.from_pretrained(out / folder, dtype=torch.float32, attn_implementation="eager").train()
    initial = load_file(out / "adapters/initial/adapter_model.safetensors")
    return model if method == "full" else with_adapter(model, initial)


def labels(example: dict) -> torch.Tensor:
    first = example["responseStart"]
    return torch.tensor([[-100] * first + example["ids"][first:]])


def train(model: torch.nn.Module, fixture: dict, method: str, weight: str) -> list[dict]:
    """As make_training.train."""
    own, smoother = make_training.forward_backward, LabelSmoother(EPSILON)
    parts, examples, smoothed = len(make_training.MICRO_BATCHES[0]), len(fixture["examples"]), []
    of_step = [sum(len(fixture["rows"][row]) for batch in step for row in batch) for step in make_training.MICRO_BATCHES]
    assert sum(of_step) == examples

    def forward_backward(model: torch.nn.Module, batch: list[dict], count: int):
        step = len(smoothed) // parts
        plain = minimised = 0.0
        for example in batch:
            tokens = response_tokens([example])
            share = tokens / count if weight == "token" else 1 / of_step[step % len(of_step)]
            logits = logits_of(model, example)
            loss = share * smoother({"logits": logits[None]}, labels(example), shift_labels=True)
            loss.backward()
            minimised += loss.item()
            plain += share * summed_loss(logits, example).item() / tokens
        smoothed.append(minimised)
        return plain, [], []

    make_training.forward_backward = forward_backward
    try:
        events = make_training.train(model, fixture, method)
    finally:
        make_training.forward_backward = own
    sums = [sum(smoothed[i : i + parts]) for i in range(0, len(smoothed), parts)]
    return [event | {"smoothed": total} for event, total in zip(events, sums, strict=True)]


def main() -> None:
    out = fixture_folder(__doc__)
    set_up()
    fixture = read_json(out / "examples.json")
    trainings = []
    for folder, method, weight in TRAININGS:
        events = train(start(out, folder, method), fixture, method, weight)
        settings = make_training.describe(method)
        trainings.append({"model": folder, "method": method, "lossWeight": weight, "settings": settings, "events": events})
        print(f"{folder} {method} {weight}: loss {events[0]['loss']:.4f} … {events[-1]['loss']:.4f}")
    write_json(out / "label-smoothing.json", {"versions": versions(), "epsilon": EPSILON, "trainings": trainings})


if __name__ == "__main__":
    main()
