"""20 training steps of the tied tiny model with each setting of LoRA: losses, gradient norms, tuned adapters, and
the configuration that PEFT writes.

    python make_adapter_settings.py [--out FOLDER]

The steps are those of make_training.py, from the same start: `adapters/initial`, of which each setting takes the
layers that it adapts.
"""

import tempfile
from contextlib import nullcontext
from pathlib import Path

import torch
from peft.optimizers import create_loraplus_optimizer
from safetensors.torch import load_file

from common import fixture_folder, read_json, set_up, versions, write_json, write_tensors
from dropout_masks import masks_of
from make_reference import adapter_of, greedy, load_model, sort_lists, with_adapter
from make_training import BETAS, EPSILON, describe, train

VARIANT = "tied"

# By name, in PEFT's words.
SETTINGS = {
    "two kinds of layers": {"target_modules": ["q_proj", "v_proj"]},
    "one layer": {"target_modules": ["model.layers.1.mlp.gate_proj", "model.layers.1.mlp.up_proj"]},
    "rslora": {"use_rslora": True},
    "LoRA+ with weight decay": {},
    "dropout": {"lora_dropout": 0.1},
    "DoRA": {"use_dora": True},
    "DoRA with LoRA+, rslora and dropout": {"use_dora": True, "use_rslora": True, "lora_dropout": 0.1},
}
DROPOUT_SEED = 7
# The setting that is the optimizer's, not the adapter's: weight decay by the name of the settings that have it.
PLUS, PLUS_RATIO = {"LoRA+ with weight decay": 0.1, "DoRA with LoRA+, rslora and dropout": 0.0}, 4.0


def loraplus(model: torch.nn.Module, weight_decay: float) -> torch.optim.Optimizer:
    return create_loraplus_optimizer(
        model,
        torch.optim.AdamW,
        lr=1.0,
        loraplus_lr_ratio=PLUS_RATIO,
        loraplus_weight_decay=weight_decay,
        betas=BETAS,
        eps=EPSILON,
        foreach=False,
    )


def configuration_of(model: torch.nn.Module) -> dict:
    """adapter_config.json as PEFT saves it."""
    configuration = model.peft_config["default"]
    configuration.base_model_name_or_path = ""
    configuration.inference_mode = True
    with tempfile.TemporaryDirectory() as folder:
        configuration.save_pretrained(folder)
        return sort_lists(read_json(Path(folder) / "adapter_config.json"))


def main() -> None:
    out = fixture_folder(__doc__)
    set_up()
    fixture = read_json(out / "examples.json")
    initial = load_file(out / "adapters/initial/adapter_model.safetensors")
    settings, tensors = {}, {}
    for name, setting in SETTINGS.items():
        names = set(adapter_of(with_adapter(load_model(out, VARIANT), {}, **setting)))
        start = {key: tensor for key, tensor in initial.items() if key in names}
        model = with_adapter(load_model(out, VARIANT), start, **setting)
        optimizer = loraplus(model, PLUS[name]) if name in PLUS else None
        with masks_of(model, setting["lora_dropout"], DROPOUT_SEED) if "lora_dropout" in setting else nullcontext():
            events = train(model, fixture, "lora", optimizer)
        tensors |= {f"{name}/{key}": tensor for key, tensor in adapter_of(model).items()}
        own = describe("lora") | ({"weightDecay": PLUS[name]} if name in PLUS else {})
        settings[name] = {"settings": own, "configuration": configuration_of(model), "events": events}
        if "use_dora" in setting:
            settings[name]["greedy"] = greedy(model.eval(), fixture["prompts"], 24)
        print(f"{name}: loss {events[0]['loss']:.4f} … {events[-1]['loss']:.4f}")
    write_tensors(out / "adapter-settings.safetensors", tensors)
    write_json(out / "adapter-settings.json", {"versions": versions(), "model": f"models/{VARIANT}", "dropoutSeed": DROPOUT_SEED, "settings": settings})


if __name__ == "__main__":
    main()
