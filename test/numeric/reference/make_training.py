"""20 training steps, LoRA and full, of the tiny models: losses, gradient norms, tuned adapters, greedy tokens.

    python make_training.py [--out FOLDER]

Each step has two micro-batches of one row; their gradients add up to the gradient of the mean over all
response tokens of the step (not of the mean of the two means). The same steps are repeated in float64:
`float64Losses` shows how much of a difference is rounding.
"""

import functools
import math
from pathlib import Path

import torch
from peft import get_peft_model
from transformers.models.llama.modeling_llama import LlamaRMSNorm

from common import VARIANTS, fixture_folder, read_json, set_up, versions, write_json
from make_reference import (
    ALPHA,
    RANK,
    TARGETS,
    adapter_of,
    forward_backward,
    greedy,
    load_model,
    lora_configuration,
    norm_of,
    response_tokens,
    with_adapter,
    write_adapter,
)

STEPS = 20
WARMUP_STEPS = 2
PEAK = {"lora": 1e-2, "full": 3e-3}
# High enough for a forgotten decay to show in the losses.
WEIGHT_DECAY = {"lora": 0.0, "full": 0.1}
BETAS = (0.9, 0.95)
EPSILON = 1e-8
# Between the norms that occur, so that some steps are clipped and some are not.
CLIP_NORM = {"lora": 1.5, "full": 2.0}
# Odd steps take the first two rows, even steps the other two; one row is one micro-batch.
MICRO_BATCHES = ([[0], [1]], [[2], [3]])


def learning_rate(step: int, peak: float) -> float:
    """Linear warm-up that reaches the peak in step WARMUP_STEPS, then half a cosine that ends above 0."""
    if step <= WARMUP_STEPS:
        return peak * step / WARMUP_STEPS
    return peak * 0.5 * (1 + math.cos(math.pi * (step - 1 - WARMUP_STEPS) / (STEPS - WARMUP_STEPS)))


def initial_adapter(out: Path) -> dict[str, torch.Tensor]:
    """PEFT's own start: A uniform in ±1/sqrt(inputs) (Kaiming with a = sqrt(5)), B zero."""
    torch.manual_seed(31)
    return {name: tensor.clone() for name, tensor in adapter_of(get_peft_model(load_model(out, "tied"), lora_configuration())).items()}


def trained_parameters(model: torch.nn.Module) -> list[torch.nn.Parameter]:
    return [parameter for parameter in model.parameters() if parameter.requires_grad]


def adamw(model: torch.nn.Module, weight_decay: float) -> torch.optim.Optimizer:
    trained = trained_parameters(model)
    matrices = [parameter for parameter in trained if parameter.ndim >= 2]
    vectors = [parameter for parameter in trained if parameter.ndim < 2]
    groups = [{"params": matrices, "weight_decay": weight_decay}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW([group for group in groups if group["params"]], lr=1.0, betas=BETAS, eps=EPSILON, foreach=False)


def train(model: torch.nn.Module, fixture: dict, method: str, optimizer: torch.optim.Optimizer | None = None) -> list[dict]:
    """The rate of each group is the step's, times the one that the group came with."""
    trained = trained_parameters(model)
    optimizer = optimizer or adamw(model, WEIGHT_DECAY[method])
    ratios = [group["lr"] for group in optimizer.param_groups]
    events = []
    for step in range(1, STEPS + 1):
        batches = [
            [fixture["examples"][index] for row in batch for index in fixture["rows"][row]]
            for batch in MICRO_BATCHES[(step - 1) % 2]
        ]
        count = response_tokens(sum(batches, []))
        optimizer.zero_grad(set_to_none=True)
        loss = sum(forward_backward(model, batch, count)[0] for batch in batches)
        norm = torch.nn.utils.clip_grad_norm_(trained, CLIP_NORM[method], foreach=False).item()
        rate = learning_rate(step, PEAK[method])
        for group, ratio in zip(optimizer.param_groups, ratios):
            group["lr"] = rate * ratio
        optimizer.step()
        events.append({"step": step, "learningRate": rate, "responseTokens": count, "loss": loss, "gradientNorm": norm})
    return events


def start(out: Path, variant: str, method: str, adapter: dict[str, torch.Tensor]) -> torch.nn.Module:
    model = load_model(out, variant)
    return model if method == "full" else with_adapter(model, adapter)


def start_in_float64(out: Path, variant: str, method: str, adapter: dict[str, torch.Tensor]) -> torch.nn.Module:
    """The same start in float64, but for the rotary angles. transformers computes normalisation and eager
    softmax in float32 whatever the model's precision is; both are replaced here."""
    model = start(out, variant, method, adapter).to(torch.float64)
    model.config._attn_implementation = "sdpa"
    for module in model.modules():
        if isinstance(module, LlamaRMSNorm):
            module.forward = functools.partial(normalise, module)
    return model


def normalise(norm: LlamaRMSNorm, hidden: torch.Tensor) -> torch.Tensor:
    return norm.weight * hidden * torch.rsqrt(hidden.square().mean(-1, keepdim=True) + norm.variance_epsilon)


def describe(method: str) -> dict:
    return {
        "optimizer": "AdamW",
        "betas": BETAS,
        "epsilon": EPSILON,
        "weightDecay": WEIGHT_DECAY[method],
        "clipNorm": CLIP_NORM[method],
        "peakLearningRate": PEAK[method],
        "warmupSteps": WARMUP_STEPS,
        "steps": STEPS,
    }


def make_method(out: Path, variant: str, fixture: dict, method: str, adapter: dict[str, torch.Tensor]) -> dict:
    exact = train(start_in_float64(out, variant, method, adapter), fixture, method)
    model = start(out, variant, method, adapter)
    events = train(model, fixture, method)
    rounding = max(abs(one["loss"] - other["loss"]) / other["loss"] for one, other in zip(events, exact))
    losses = [event["loss"] for event in events]
    print(f"{variant} {method}: {losses[0]:.4f} … {losses[-2]:.4f} {losses[-1]:.4f}, float64 differs by {rounding:.1e}")
    result = {
        "settings": describe(method),
        "events": events,
        "float64Losses": [event["loss"] for event in exact],
        "largestRelativeRounding": rounding,
        "greedy": greedy(model, fixture["prompts"], 24),
    }
    if method == "lora":
        tuned = adapter_of(model)
        write_adapter(out / f"adapters/tuned-{variant}", model, tuned)
        return {"initialAdapter": "adapters/initial", "tunedAdapter": f"adapters/tuned-{variant}", **result}
    parameters = dict(model.named_parameters())
    return {**result, "tunedNorms": {name: norm_of([parameter.detach()]) for name, parameter in sorted(parameters.items())}}


def main() -> None:
    out = fixture_folder(__doc__)
    set_up()
    fixture = read_json(out / "examples.json")
    adapter = initial_adapter(out)
    write_adapter(out / "adapters/initial", with_adapter(load_model(out, "tied"), adapter), adapter)
    for variant in VARIANTS:
        write_json(
            out / f"training-{variant}.json",
            {
                "versions": versions(),
                "model": f"models/{variant}",
                "microBatches": MICRO_BATCHES,
                "loraSettings": {"rank": RANK, "alpha": ALPHA, "targets": TARGETS},
                "lora": make_method(out, variant, fixture, "lora", adapter),
                "full": make_method(out, variant, fixture, "full", adapter),
            },
        )


if __name__ == "__main__":
    main()
