"""How transformers reads each tiny model when one key of its config.json is changed, removed or added.

    python make_config_changes.py [--out FOLDER] [NAME ...]

Reads architectures/ and examples.json. Each change is a folder of its own for AutoModelForCausalLM, with the
weights as they are; what it says is one of: refused (an error, or weights that are missing or do not fit), or some
logits of the last token of one example.
"""

import copy
import json
import math
import os
import tempfile
from dataclasses import fields
from pathlib import Path

import torch
from transformers import AutoConfig, AutoModelForCausalLM

from common import fixtures_and_names, read_json, set_up, versions, write_json
from make_architectures import LOGITS_OF, MODELS
from make_reference import logits_of

# Every twelfth of the vocabulary.
ENTRIES = list(range(0, 96, 12))
LAYERS = {"sliding": "sliding_attention", "full": "full_attention"}

# Keys that other architectures or other versions read, with values that would change something there.
ADDED = [
    ("attention_bias", True),
    ("attention_multiplier", 0.5),
    ("attn_logit_softcapping", 2.0),
    ("clip_qkv", 0.1),
    ("embedding_multiplier", 2.0),
    ("final_logit_softcapping", 2.0),
    ("head_dim", 4),
    ("hidden_act", "gelu"),
    ("hidden_act", "relu2"),
    ("hidden_activation", "gelu"),
    ("is_causal", False),
    ("logit_scale", 3.0),
    ("logits_scaling", 3.0),
    ("max_window_layers", 1),
    ("mlp_bias", True),
    ("no_rope_layers", [1, 0, 1, 0]),
    ("num_key_value_heads", None),
    ("original_max_position_embeddings", 8),
    ("partial_rotary_factor", 0.5),
    ("per_layer_config", {"1": {"rms_norm_eps": 0.5}}),
    ("per_layer_config", {"0": {"sliding_window": 2}}),
    ("query_pre_attn_scalar", 3),
    ("residual_multiplier", 0.5),
    ("rope_interleaved", True),
    ("rope_local_base_freq", 7.0),
    ("rope_parameters", {"rope_theta": 7.0}),
    ("rope_parameters", {"full_attention": {"rope_theta": 7.0}, "sliding_attention": {"rope_theta": 5.0}}),
    ("rope_parameters", {"rope_type": "default", "rope_theta": 7.0, "partial_rotary_factor": 0.5}),
    ("rope_parameters", {"rope_type": "dynamic", "factor": 2.0, "rope_theta": 50.0}),
    ("rope_parameters", {"type": "linear", "factor": 2.0}),
    ("rope_scaling", None),
    ("rope_scaling", {}),
    ("rope_scaling", {"type": "linear", "factor": 2.0}),
    ("rope_scaling", {"rope_type": "linear", "factor": 2.0, "rope_theta": 77.0}),
    ("rope_scaling", {"rope_type": "yarn", "factor": 2.0, "original_max_position_embeddings": 16}),
    ("rope_scaling", {"rope_type": "yarn", "factor": 2.0, "mscale": 0.5, "mscale_all_dim": 2.0}),
    ("rope_scaling", {"rope_type": "yarn", "factor": 2.0, "attention_factor": 1.5, "truncate": False}),
    (
        "rope_scaling",
        {
            "rope_type": "llama3",
            "factor": 2.0,
            "low_freq_factor": 1.0,
            "high_freq_factor": 4.0,
            "original_max_position_embeddings": 32,
        },
    ),
    ("rope_theta", 7.0),
    ("sliding_window", 2),
    ("sliding_window_pattern", 2),
    ("tie_word_embeddings", None),
    ("use_bidirectional_attention", True),
    ("use_qk_norm", True),
    ("use_sliding_window", True),
]


def other_values(value: object) -> list[object]:
    """Values of the same type."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [1, 2 * value, value + 1]
    if isinstance(value, float):
        return [value * 2, value / 2]
    if isinstance(value, list) and value and all(isinstance(item, str) for item in value):
        return [value[1:] + value[:1], value[::-1], value[:-1]]
    return []


def deep_changes(config: dict) -> list[tuple[str, dict]]:
    """Changes inside an object, such as rope_parameters."""
    found = []
    for key, value in config.items():
        if not isinstance(value, dict):
            continue
        for label, inner in one_key_changes(value):
            found.append((f"{key}.{label}", config | {key: inner}))
    return found


def one_key_changes(config: dict) -> list[tuple[str, dict]]:
    found = []
    for key, value in config.items():
        if key in ("architectures", "vocab_size"):
            continue
        found.append((f"{key} removed", {other: kept for other, kept in config.items() if other != key}))
        found.append((f"{key} null", config | {key: None}))
        found += [(f"{key} {other}", config | {key: other}) for other in other_values(value)]
    return found + deep_changes(config)


def changes_of(config: dict) -> list[tuple[str, dict]]:
    declared = type(AutoConfig.for_model(config["model_type"]))
    # Not by getattr, which refuses what differs between the layers of a default model.
    defaults = [(field.name, vars(declared()).get(field.name)) for field in fields(declared)]
    layers = config.get("num_hidden_layers", 2)
    added = ADDED + [(name, other) for name, value in defaults for other in other_values(value) if name not in config]
    added += [("layer_types", [LAYERS["sliding" if layer % 3 else "full"] for layer in range(layers)])]
    added += [("layer_types", [LAYERS["full"]] * layers)]
    rewritten = json.loads(declared(**json.loads(json.dumps(config))).to_json_string(use_diff=False))
    whole = [("as transformers writes it", config | rewritten)]
    for older in ("rope_theta", "rope_scaling", "partial_rotary_factor", "rotary_emb_base", "rotary_pct"):
        if older in config and older not in rewritten:
            del whole[0][1][older]
    overrides = rewritten.get("per_layer_config")
    if overrides:
        whole += [(label, config | changed) for label, changed in deep_changes({"per_layer_config": overrides})]
    return whole + one_key_changes(config) + [(f"{key} = {value}", config | {key: value}) for key, value in added]


def read(folder: Path, config: dict, example: dict) -> list[float] | None:
    """Some logits; None if transformers refuses."""
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        os.symlink(folder / "model.safetensors", place / "model.safetensors")
        write_json(place / "config.json", config)
        try:
            model, info = AutoModelForCausalLM.from_pretrained(
                place, dtype=torch.float32, attn_implementation="eager", output_loading_info=True
            )
            if info["missing_keys"] or info["mismatched_keys"]:
                return None
            with torch.no_grad():
                last = logits_of(model.eval(), example)[-1]
        except Exception:
            return None
    values = [last[entry].item() for entry in ENTRIES]
    return values if all(math.isfinite(value) for value in values) else None


def make(out: Path, name: str, example: dict) -> dict:
    folder = (out / "architectures" / name).resolve()
    config = read_json(folder / "config.json")
    plain = read(folder, config, example)
    assert plain is not None, name
    found: dict[str, dict] = {}
    for label, changed in changes_of(config):
        if label in found or changed == config:
            continue
        logits = read(folder, copy.deepcopy(changed), example)
        # Only what differs from the file is kept.
        set_keys = {key: value for key, value in changed.items() if key not in config or config[key] != value}
        removed = [key for key in config if key not in changed]
        same = logits is not None and max(abs(a - b) for a, b in zip(logits, plain)) < 1e-6 * max(map(abs, plain))
        outcome = {"logits": "same" if same else [float(f"{value:.7g}") for value in logits]} if logits else {}
        found[label] = ({"set": set_keys} if set_keys else {}) | ({"removed": removed} if removed else {}) | outcome
    print(f"{name}: {len(found)} changes, {sum('logits' not in one for one in found.values())} refused")
    return {"logits": [float(f"{value:.7g}") for value in plain], "changes": found}


def main() -> None:
    out, names = fixtures_and_names(__doc__, MODELS)
    set_up()
    example = read_json(out / "examples.json")["examples"][LOGITS_OF[-1]]
    for name in names:
        about = {"versions": versions(), "example": LOGITS_OF[-1], "entries": ENTRIES}
        write_json(out / "config-changes" / f"{name}.json", about | make(out, name, example))


if __name__ == "__main__":
    main()
