"""Logits, losses, gradients and greedy tokens of the tiny models, by PyTorch, transformers and PEFT.

    python make_reference.py [--out FOLDER]

Every example is computed alone, unpacked: a packed implementation that agrees with these numbers does
not let packed examples see each other and restarts positions. `assert_packing_is_equivalent` says that
the same holds inside PyTorch, with an explicit mask.
"""

from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model, get_peft_model_state_dict, set_peft_model_state_dict
from transformers import LlamaForCausalLM

from common import VARIANTS, fixture_folder, read_json, set_up, versions, write_json, write_tensors

TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
RANK = 4
ALPHA = 8
# The first two rows; training goes on with the other two.
REFERENCE_EXAMPLES = 6


def load_model(out: Path, variant: str) -> LlamaForCausalLM:
    """float32, with eager attention: the formula as written, no fused kernel."""
    folder = out / "models" / variant
    return LlamaForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").train()


def lora_configuration(**settings) -> LoraConfig:
    defaults = {"r": RANK, "lora_alpha": ALPHA, "target_modules": list(TARGETS), "lora_dropout": 0.0, "bias": "none"}
    return LoraConfig(task_type="CAUSAL_LM", **(defaults | settings))


def with_adapter(model: LlamaForCausalLM, tensors: dict[str, torch.Tensor], **settings) -> PeftModel:
    wrapped = get_peft_model(model, lora_configuration(**settings))
    refused = set_peft_model_state_dict(wrapped, tensors).unexpected_keys
    assert not refused, refused
    return wrapped


def adapter_of(model: PeftModel) -> dict[str, torch.Tensor]:
    """Named as in adapter_model.safetensors."""
    return dict(get_peft_model_state_dict(model))


def write_adapter(folder: Path, model: PeftModel, tensors: dict[str, torch.Tensor]) -> None:
    """A folder that PEFT reads, without the path of the machine that wrote it."""
    configuration = model.peft_config["default"]
    configuration.base_model_name_or_path = ""
    configuration.inference_mode = True
    configuration.save_pretrained(folder)
    path = folder / "adapter_config.json"
    write_json(path, sort_lists(read_json(path)))
    write_tensors(folder / "adapter_model.safetensors", {name: tensor.to(torch.float32) for name, tensor in tensors.items()})


def sort_lists(configuration: dict) -> dict:
    """PEFT holds the target modules in a set, so that their order changes from process to process."""
    return {key: sorted(value) if isinstance(value, list) else value for key, value in configuration.items()}


def summed_loss(logits: torch.Tensor, example: dict) -> torch.Tensor:
    """Sum over response tokens: token i, from `responseStart` on, is predicted by the logits at i - 1."""
    start = example["responseStart"]
    targets = torch.tensor(example["ids"][start:])
    return torch.nn.functional.cross_entropy(logits[start - 1 : -1], targets, reduction="sum")


def response_tokens(examples: list[dict]) -> int:
    return sum(len(example["ids"]) - example["responseStart"] for example in examples)


def logits_of(model: torch.nn.Module, example: dict) -> torch.Tensor:
    return model(input_ids=torch.tensor([example["ids"]]), use_cache=False).logits[0]


def forward_backward(model: torch.nn.Module, examples: list[dict], count: int) -> tuple[float, list[float], list[torch.Tensor]]:
    """Adds gradients of (sum of losses / count); returns that loss, the mean of each example, the logits."""
    total, means, logits = 0.0, [], []
    for example in examples:
        logits.append(logits_of(model, example))
        loss = summed_loss(logits[-1], example)
        (loss / count).backward()
        total += loss.item() / count
        means.append(loss.item() / response_tokens([example]))
    return total, means, logits


def gradients(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    return {name: parameter.grad for name, parameter in model.named_parameters() if parameter.requires_grad}


def norm_of(tensors) -> float:
    return float(torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(tensor.double()) for tensor in tensors])))


def random_adapter(out: Path) -> dict[str, torch.Tensor]:
    """A and B both random and not zero, so that neither gradient vanishes. Fits both variants."""
    names = adapter_of(get_peft_model(load_model(out, "tied"), lora_configuration()))
    generator = torch.Generator().manual_seed(21)
    return {name: 0.15 * torch.randn(names[name].shape, generator=generator) for name in sorted(names)}


def assert_packing_is_equivalent(model: LlamaForCausalLM, examples: list[dict], rows: list[list[int]]) -> float:
    """Largest difference between logits of rows with a block mask and of each example alone."""
    largest = 0.0
    for row in rows:
        members = [examples[index] for index in row]
        ids = torch.tensor([sum((member["ids"] for member in members), [])])
        positions = torch.cat([torch.arange(len(member["ids"])) for member in members])[None]
        segments = torch.cat([torch.full((len(member["ids"]),), index) for index, member in enumerate(members)])
        length = ids.shape[1]
        visible = (segments[:, None] == segments[None]) & torch.ones(length, length).tril().bool()
        mask = torch.where(visible, 0.0, torch.finfo(torch.float32).min)[None, None]
        with torch.no_grad():
            packed = model(input_ids=ids, position_ids=positions, attention_mask=mask, use_cache=False).logits[0]
            alone = torch.cat([logits_of(model, member) for member in members])
        largest = max(largest, (packed - alone).abs().max().item())
    assert largest < 1e-4, largest
    return largest


def greedy(model: torch.nn.Module, prompts: list[dict], count: int) -> list[dict]:
    """`count` tokens each, with no stop token and no cache, and how far ahead the chosen token was at its closest."""
    answers = []
    with torch.no_grad():
        for prompt in prompts:
            ids, gaps = list(prompt["ids"]), []
            for _ in range(count):
                best = logits_of(model, {"ids": ids})[-1].topk(2)
                ids.append(int(best.indices[0]))
                gaps.append(float(best.values[0] - best.values[1]))
            answers.append({"prompt": prompt["ids"], "tokens": ids[len(prompt["ids"]) :], "smallestGap": min(gaps)})
    return answers


def make_variant(out: Path, variant: str, fixture: dict, adapter: dict[str, torch.Tensor]) -> None:
    examples = fixture["examples"][:REFERENCE_EXAMPLES]
    rows = fixture["rows"][:2]
    count = response_tokens(examples)
    tensors: dict[str, torch.Tensor] = {}

    model = load_model(out, variant)
    packing_difference = assert_packing_is_equivalent(model, examples, rows)
    hidden = model(input_ids=torch.tensor([examples[0]["ids"]]), use_cache=False, output_hidden_states=True).hidden_states
    for index, state in enumerate(hidden):
        tensors[f"hidden.0.{index}"] = state[0]
    loss, means, logits = forward_backward(model, examples, count)
    tensors |= {f"logits.{index}": value for index, value in enumerate(logits)}
    full = gradients(model)
    tensors |= {f"gradient.{name}": value for name, value in full.items()}
    base_greedy = greedy(model, fixture["prompts"], 24)

    wrapped = with_adapter(load_model(out, variant), adapter)
    lora_loss, lora_means, lora_logits = forward_backward(wrapped, examples, count)
    tensors |= {f"lora.logits.{index}": value for index, value in enumerate(lora_logits)}
    lora = {name.replace(".default.", "."): value for name, value in gradients(wrapped).items()}
    assert sorted(lora) == sorted(adapter)
    tensors |= {f"lora.gradient.{name}": value for name, value in lora.items()}

    write_tensors(out / f"reference-{variant}.safetensors", tensors)
    write_json(
        out / f"reference-{variant}.json",
        {
            "versions": versions(),
            "model": f"models/{variant}",
            "rows": rows,
            "responseTokens": count,
            "packingDifference": packing_difference,
            "full": {
                "loss": loss,
                "exampleLosses": means,
                "gradientNorm": norm_of(full.values()),
                "greedy": base_greedy,
            },
            "lora": {
                "adapter": "adapters/random",
                "loss": lora_loss,
                "exampleLosses": lora_means,
                "gradientNorm": norm_of(lora.values()),
                "greedy": greedy(wrapped, fixture["prompts"], 24),
            },
        },
    )
    print(f"{variant}: loss {loss:.6f}, with adapter {lora_loss:.6f}, packed differs by {packing_difference:.1e}")


def main() -> None:
    out = fixture_folder(__doc__)
    set_up()
    adapter = random_adapter(out)
    write_adapter(out / "adapters/random", with_adapter(load_model(out, "tied"), adapter), adapter)
    for variant in VARIANTS:
        make_variant(out, variant, read_json(out / "examples.json"), adapter)


if __name__ == "__main__":
    main()
