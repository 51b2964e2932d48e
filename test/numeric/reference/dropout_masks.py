"""The masks of dropout that src/runtime/train/dropoutMasks.ts draws, for PEFT's adapters."""

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from peft.tuners.lora import LoraLayer

import make_training
from make_neftune import WORD, hash32


def words(seed: int, step: int, part: int, layer: int) -> Iterator[int]:
    place = "\0".join(str(number) for number in (seed, step, part, layer))
    a, b, c = (hash32(f"dropout {letter}\0{place}") for letter in "abc")
    counter = 1
    drawn = 0
    while True:
        word = (a + b + counter) & WORD
        counter = (counter + 1) & WORD
        a = b ^ (b >> 9)
        b = (c + (c << 3)) & WORD
        c = ((((c << 21) & WORD) | (c >> 11)) + word) & WORD
        drawn += 1
        if drawn > 12:
            yield word


def dropped_bits(rate: float, count: int, random: Iterator[int]) -> list[int]:
    """32 uniform numbers at a time, of which a word holds one binary digit each."""
    digits, bits = min(round(rate * 2**32), WORD), []
    while len(bits) < count:
        below, equal = 0, WORD
        for digit in range(31, -1, -1):
            if equal == 0:
                break
            word = next(random)
            if digits >> digit & 1:
                below |= equal & ~word & WORD
                equal &= word
            else:
                equal &= ~word & WORD
        bits += [below >> place & 1 for place in range(32)]
    return bits[:count]


def mask(seed: int, step: int, part: int, layer: int, tokens: int, width: int, rate: float) -> torch.Tensor:
    """[tokens, width]: 0 for what is dropped, 1 / (1 - rate) for the rest. The bits of a token are whole bytes."""
    columns = 8 * -(-width // 8)
    bits = torch.tensor(dropped_bits(rate, tokens * columns, words(seed, step, part, layer))).reshape(tokens, columns)
    return (1 - bits[:, :width]).to(torch.float32) / (1 - rate)


class Masked(torch.nn.Module):
    """Instead of torch.nn.Dropout: a row of the micro-batch holds its examples in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.mask, self.at = None, 0

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        rows = self.mask[self.at : self.at + x.shape[1]]
        self.at += x.shape[1]
        return x * rows


@contextmanager
def masks_of(model: torch.nn.Module, rate: float, seed: int):
    """Gives each micro-batch of make_training.train the masks of its place."""
    layers = [module for module in model.modules() if isinstance(module, LoraLayer)]
    for layer in layers:
        layer.lora_dropout["default"] = Masked()
    own, parts, calls = make_training.forward_backward, len(make_training.MICRO_BATCHES[0]), 0

    def forward_backward(model: torch.nn.Module, batch: list[dict], count: int):
        nonlocal calls
        step, part = divmod(calls, parts)
        calls += 1
        tokens = sum(len(example["ids"]) for example in batch)
        for index, layer in enumerate(layers):
            masked = layer.lora_dropout["default"]
            masked.mask, masked.at = mask(seed, step + 1, part, index, tokens, layer.in_features, rate), 0
        return own(model, batch, count)

    make_training.forward_backward = forward_backward
    try:
        yield
    finally:
        make_training.forward_backward = own
