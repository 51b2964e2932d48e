"""LoRA with embedding and output projection trained as a whole (`modules_to_save`), by PEFT: gradients, 20 training
steps, the adapter folder that PEFT saves, and its logits and greedy tokens once loaded again.

    python make_embeddings.py [--out FOLDER]

The steps are those of make_training.py. Where the base has one weight for both, `ensure_weight_tying` keeps it one.
"""

from pathlib import Path

import torch
from peft import PeftModel, get_peft_model
from transformers import AutoModelForCausalLM

from common import fixture_folder, read_json, set_up, versions, write_json, write_tensors
from make_reference import (
    REFERENCE_EXAMPLES,
    adapter_of,
    forward_backward,
    gradients,
    greedy,
    logits_of,
    lora_configuration,
    response_tokens,
    with_adapter,
    write_adapter,
)
from make_training import describe, train

# Base, its embedding and its output projection; Gemma scales the embedding within its layer.
MODELS = {
    "tied": ("models/tied", "embed_tokens", "lm_head"),
    "untied": ("models/untied", "embed_tokens", "lm_head"),
    "gemma3": ("architectures/gemma3", "embed_tokens", "lm_head"),
    # transformers 4 calls it embed_out, as the file of the model does.
    "gpt_neox": ("architectures/gpt_neox", "embed_in", "lm_head"),
}


def load(out: Path, folder: str) -> torch.nn.Module:
    return AutoModelForCausalLM.from_pretrained(out / folder, dtype=torch.float32, attn_implementation="eager").train()


def named(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Gradients under the names of adapter_model.safetensors."""
    return {name.replace(".modules_to_save.default.", ".").replace(".default.", "."): value for name, value in gradients(model).items()}


def make(out: Path, name: str, fixture: dict) -> None:
    folder, embedding, head = MODELS[name]
    base = load(out, folder)
    tied = base.config.tie_word_embeddings
    settings = {"target_modules": "all-linear", "modules_to_save": [embedding, head], "ensure_weight_tying": tied}
    torch.manual_seed(41)
    start = {key: value.clone() for key, value in adapter_of(get_peft_model(base, lora_configuration(**settings))).items()}
    lora = {key: value for key, value in start.items() if ".lora_" in key}
    # B random too, so that no gradient vanishes
    both = {key: 0.15 * torch.randn(value.shape, generator=torch.Generator().manual_seed(43)) for key, value in lora.items()}

    model = with_adapter(load(out, folder), start | both, **settings)
    examples = fixture["examples"][:REFERENCE_EXAMPLES]
    loss, _, _ = forward_backward(model, examples, response_tokens(examples))
    tensors = {f"gradient/{key}": value for key, value in named(model).items()}
    tensors |= {f"both/{key}": value for key, value in both.items()}

    model = with_adapter(load(out, folder), start, **settings)
    events = train(model, fixture, "lora")
    tensors |= {f"initial/{key}": value for key, value in lora.items()}
    tuned = out / "adapters" / f"embeddings-{name}"
    write_adapter(tuned, model, adapter_of(model))
    loaded = PeftModel.from_pretrained(load(out, folder), tuned).eval()
    with torch.no_grad():
        tensors["logits"] = logits_of(loaded, fixture["examples"][0])
        assert torch.equal(tensors["logits"], logits_of(model.eval(), fixture["examples"][0]))
    write_tensors(out / f"embeddings-{name}.safetensors", tensors)
    write_json(
        out / f"embeddings-{name}.json",
        {
            "versions": versions(),
            "model": folder,
            "loss": loss,
            "settings": describe("lora"),
            "events": events,
            "greedy": greedy(loaded, fixture["prompts"], 24),
        },
    )
    print(f"{name}: loss {events[0]['loss']:.4f} … {events[-1]['loss']:.4f}, tied {tied}", flush=True)


def main() -> None:
    out = fixture_folder(__doc__)
    set_up()
    fixture = read_json(out / "examples.json")
    for name in MODELS:
        make(out, name, fixture)


if __name__ == "__main__":
    main()
