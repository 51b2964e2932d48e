"""20 training steps of tiny models with NEFTune: transformers' own hook, with the random numbers of Pinch.

    python make_neftune.py [--out FOLDER]

The steps are those of make_training.py. Instead of torch's generator, Mulberry32 as in src/common/random.ts gives the
numbers of `uniform_`, seeded by seed, step and micro-batch, so that both add the same noise.
"""

from contextlib import contextmanager
from pathlib import Path

import torch
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM
from transformers.integrations.neftune import activate_neftune

import make_training
from common import fixture_folder, read_json, set_up, versions, write_json
from make_reference import with_adapter

ALPHA, SEED = 5.0, 7
# Granite multiplies embeddings outside the layer that the hook is on, Gemma 3 within it.
MODELS = {"tied": "models/tied", "granite": "architectures/granite", "gemma3": "architectures/gemma3"}
METHODS = {"tied": ("lora", "full"), "granite": ("full",), "gemma3": ("full",)}
WORD = 0xFFFFFFFF


def hash32(text: str) -> int:
    value = 0x811C9DC5
    for unit in text:
        value = ((value ^ ord(unit)) * 0x01000193) & WORD
    return value


class Mulberry:
    def __init__(self, *parts: object) -> None:
        self.state = hash32("\0".join(str(part) for part in parts))

    def __call__(self) -> float:
        self.state = (self.state + 0x6D2B79F5) & WORD
        t = ((self.state ^ (self.state >> 15)) * (self.state | 1)) & WORD
        t ^= (t + (((t ^ (t >> 7)) * (t | 61)) & WORD)) & WORD
        return ((t ^ (t >> 14)) & WORD) / 4294967296


@contextmanager
def numbers_of(random: Mulberry):
    own = torch.Tensor.uniform_

    def uniform(tensor: torch.Tensor, least: float, most: float) -> torch.Tensor:
        values = torch.tensor([random() for _ in range(tensor.numel())], dtype=torch.float64).reshape(tensor.shape)
        return tensor.copy_(float(least) + (float(most) - float(least)) * values)

    torch.Tensor.uniform_ = uniform
    try:
        yield
    finally:
        torch.Tensor.uniform_ = own


def start(out: Path, folder: str, method: str) -> torch.nn.Module:
    model = AutoModelForCausalLM.from_pretrained(out / folder, dtype=torch.float32, attn_implementation="eager").train()
    initial = load_file(out / "adapters/initial/adapter_model.safetensors")
    return model if method == "full" else with_adapter(model, initial)


def train(model: torch.nn.Module, fixture: dict, method: str) -> list[dict]:
    """As make_training.train, with the numbers of each micro-batch."""
    own, parts, calls = make_training.forward_backward, len(make_training.MICRO_BATCHES[0]), 0

    def forward_backward(*arguments):
        nonlocal calls
        step, part = divmod(calls, parts)
        calls += 1
        with numbers_of(Mulberry("neftune", SEED, step + 1, part)):
            return own(*arguments)

    activate_neftune(model, ALPHA)
    make_training.forward_backward = forward_backward
    try:
        return make_training.train(model, fixture, method)
    finally:
        make_training.forward_backward = own


def main() -> None:
    out = fixture_folder(__doc__)
    set_up()
    fixture = read_json(out / "examples.json")
    trainings = []
    for name, folder in MODELS.items():
        for method in METHODS[name]:
            events = train(start(out, folder, method), fixture, method)
            trainings.append({"model": folder, "method": method, "settings": make_training.describe(method), "events": events})
            print(f"{name} {method}: loss {events[0]['loss']:.4f} … {events[-1]['loss']:.4f}")
    contents = {"versions": versions(), "alpha": ALPHA, "seed": SEED, "trainings": trainings}
    write_json(out / "neftune.json", contents)


if __name__ == "__main__":
    main()
