"""Tiny random multimodal models with the logits of their text model, in the layouts of transformers 4 and 5.

    python make_towers.py [--out FOLDER] [NAME ...]

Reads examples.json, which make_tiny_llama.py writes.
"""

import json
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model, get_peft_model_state_dict
from transformers import AutoConfig, AutoModelForImageTextToText

from common import fixtures_and_names, read_json, set_up, versions, write_json, write_tensors
from make_architectures import LOGITS_OF
from make_reference import TARGETS, logits_of
from make_tiny_llama import END, VOCABULARY, make_tokenizer, write_tokenizer

TEXT = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
    "pad_token_id": 0,
}
SIGLIP = {
    "model_type": "siglip_vision_model",
    "hidden_size": 16,
    "intermediate_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "image_size": 28,
    "patch_size": 14,
}
GEMMA4 = TEXT | {
    "head_dim": 8,
    "global_head_dim": 12,
    "layer_types": ["sliding_attention", "full_attention"] * 2,
    "num_hidden_layers": 4,
    "num_kv_shared_layers": 2,
    "sliding_window": 4,
    "rope_parameters": {
        "full_attention": {"rope_type": "proportional", "rope_theta": 1000.0, "partial_rotary_factor": 0.5},
        "sliding_attention": {"rope_type": "default", "rope_theta": 100.0},
    },
}
# Tokens that don't occur in the text, whose embeddings they would replace.
GEMMA4_OUTER = {
    "boi_token_id": 87,
    "eoi_token_id": 88,
    "boa_token_id": 89,
    "eoa_token_index": 90,
    "image_token_id": 92,
    "video_token_id": 94,
    "audio_token_id": 95,
    "audio_config": None,
}
QWEN_VISION = {"depth": 1, "hidden_size": 16, "intermediate_size": 16, "num_heads": 2, "out_hidden_size": 32}

# `older` and `newer`: config.json as transformers 4 and 5 write it, for the same weights.
TOWERS = {
    "gemma3": {
        "architectures": ["Gemma3ForConditionalGeneration"],
        # num_attention_heads, num_key_value_heads and query_pre_attn_scalar are left to their defaults, as in Gemma 3 4B.
        "text": {key: value for key, value in TEXT.items() if key not in ("num_attention_heads", "num_key_value_heads")}
        | {"model_type": "gemma3_text", "head_dim": 8, "sliding_window": 4},
        "older": {"sliding_window_pattern": 2, "rope_scaling": {"rope_type": "linear", "factor": 8.0}},
        "newer": {
            "layer_types": ["sliding_attention", "full_attention"],
            "rope_parameters": {
                "full_attention": {"rope_type": "linear", "factor": 8.0, "rope_theta": 1000000.0},
                "sliding_attention": {"rope_type": "default", "rope_theta": 10000.0},
            },
        },
        "outer": {
            "boi_token_index": 90,
            "eoi_token_index": 91,
            "image_token_index": 92,
            "mm_tokens_per_image": 4,
            "vision_config": SIGLIP,
        },
    },
    "mistral3": {
        "architectures": ["Mistral3ForConditionalGeneration"],
        "text": TEXT | {"model_type": "mistral", "head_dim": 12, "hidden_act": "silu", "sliding_window": None},
        "older": {"rope_theta": 1000.0},
        "newer": {"rope_parameters": {"rope_type": "default", "rope_theta": 1000.0}},
        "outer": {
            "image_token_index": 92,
            "multimodal_projector_bias": False,
            "projector_hidden_act": "gelu",
            "spatial_merge_size": 2,
            "tie_word_embeddings": False,
            "vision_feature_layer": -1,
            "vision_config": SIGLIP | {"model_type": "pixtral", "head_dim": 8},
        },
    },
    "ministral3": {
        "architectures": ["Mistral3ForConditionalGeneration"],
        "model_type": "mistral3",
        "text": TEXT | {"model_type": "ministral3", "head_dim": 12},
        "newer": {
            "rope_parameters": {
                "rope_type": "yarn",
                "rope_theta": 100.0,
                "factor": 4.0,
                "original_max_position_embeddings": 4,
                "max_position_embeddings": 64,
                "llama_4_scaling_beta": 0.5,
                "mscale": 1.0,
                "mscale_all_dim": 1.0,
            }
        },
        "outer": {
            "image_token_index": 92,
            "tie_word_embeddings": True,
            "vision_config": SIGLIP | {"model_type": "pixtral", "head_dim": 8},
        },
    },
    "aya_vision": {
        "architectures": ["AyaVisionForConditionalGeneration"],
        "text": TEXT | {"model_type": "cohere2", "logit_scale": 0.75, "sliding_window": 4},
        "older": {"rope_theta": 1000.0, "sliding_window_pattern": 2},
        "newer": {
            "layer_types": ["sliding_attention", "full_attention"],
            "rope_parameters": {"rope_type": "default", "rope_theta": 1000.0},
        },
        "outer": {
            "adapter_layer_norm_eps": 1e-6,
            "downsample_factor": 2,
            "image_token_index": 92,
            "vision_feature_layer": -1,
            "vision_feature_select_strategy": "full",
            "vision_config": SIGLIP,
        },
    },
    "qwen2_5_vl": {
        "architectures": ["Qwen2_5_VLForConditionalGeneration"],
        "text": TEXT | {"model_type": "qwen2_5_vl_text"},
        "flat": True,
        "older": {"rope_theta": 1000.0, "rope_scaling": {"type": "mrope", "mrope_section": [2, 1, 1]}},
        "newer": {"rope_parameters": {"rope_type": "default", "rope_theta": 1000.0, "mrope_section": [2, 1, 1]}},
        "outer": {
            "image_token_id": 92,
            "video_token_id": 93,
            "vision_start_token_id": 90,
            "vision_end_token_id": 91,
            "tie_word_embeddings": True,
            "vision_config": QWEN_VISION | {"model_type": "qwen2_5_vl", "fullatt_block_indexes": [0]},
        },
    },
    "qwen3_vl": {
        "architectures": ["Qwen3VLForConditionalGeneration"],
        "text": TEXT | {"model_type": "qwen3_vl_text", "head_dim": 8},
        "renamed": False,  # the first version of transformers with Qwen3-VL had today's names
        "older": {
            "rope_theta": 1000.0,
            "rope_scaling": {"rope_type": "default", "mrope_interleaved": True, "mrope_section": [2, 1, 1]},
        },
        "newer": {
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 1000.0,
                "mrope_interleaved": True,
                "mrope_section": [2, 1, 1],
            }
        },
        "outer": {
            "image_token_id": 92,
            "video_token_id": 93,
            "vision_start_token_id": 90,
            "vision_end_token_id": 91,
            "tie_word_embeddings": False,
            "vision_config": QWEN_VISION
            | {"model_type": "qwen3_vl", "num_position_embeddings": 16, "deepstack_visual_indexes": [0]},
        },
    },
    "gemma4": {
        "architectures": ["Gemma4ForConditionalGeneration"],
        "text": GEMMA4
        | {"model_type": "gemma4_text", "hidden_size_per_layer_input": 8, "vocab_size_per_layer_input": VOCABULARY},
        "newer": {},
        "outer": GEMMA4_OUTER
        | {
            "vision_config": {
                "model_type": "gemma4_vision",
                "hidden_size": 16,
                "intermediate_size": 16,
                "num_hidden_layers": 1,
                "num_attention_heads": 2,
                "num_key_value_heads": 2,
                "head_dim": 8,
                "position_embedding_size": 16,
            }
        },
        "targets": [*TARGETS, "per_layer_input_gate", "per_layer_projection", "per_layer_model_projection"],
    },
    "gemma4_unified": {
        "architectures": ["Gemma4UnifiedForConditionalGeneration"],
        "text": GEMMA4 | {"model_type": "gemma4_unified_text", "attention_k_eq_v": True, "num_global_key_value_heads": 1},
        "newer": {},
        "outer": GEMMA4_OUTER
        | {"vision_config": {"model_type": "gemma4_unified_vision", "mm_embed_dim": 32, "mm_posemb_size": 16, "patch_size": 2, "pooling_kernel_size": 1, "output_proj_dims": 32}},
    },
    "qwen3_5": {
        "architectures": ["Qwen3_5ForConditionalGeneration"],
        "text": TEXT
        | {
            "model_type": "qwen3_5_text",
            "attn_output_gate": True,
            "full_attention_interval": 2,
            "head_dim": 8,
            "linear_key_head_dim": 8,
            "linear_num_key_heads": 2,
            "linear_num_value_heads": 4,
            "linear_value_head_dim": 12,
            "mamba_ssm_dtype": "float32",
            "mtp_num_hidden_layers": 1,
            "mtp_use_dedicated_embeddings": False,
            "output_gate_type": "swish",
            "partial_rotary_factor": 0.5,
            "tie_word_embeddings": True,
        },
        "newer": {
            "rope_parameters": {
                "mrope_interleaved": True,
                "mrope_section": [1, 1, 0],
                "partial_rotary_factor": 0.5,
                "rope_theta": 1000.0,
                "rope_type": "default",
            }
        },
        "outer": {
            "image_token_id": 92,
            "language_model_only": False,
            "video_token_id": 93,
            "vision_start_token_id": 90,
            "vision_end_token_id": 91,
            "tie_word_embeddings": True,
            "vision_config": QWEN_VISION | {"model_type": "qwen3_5", "num_position_embeddings": 16},
        },
        # As released files have it: layers that predict further tokens.
        "beside": {"mtp.fc.weight": [32, 64]},
        "targets": [*TARGETS, "in_proj_qkv", "in_proj_z", "in_proj_b", "in_proj_a", "out_proj"],
    },
}


def config_of(name: str, form: str) -> dict:
    tower = TOWERS[name]
    text = tower["text"] | tower[form]
    top = {
        "architectures": tower["architectures"],
        "model_type": tower.get("model_type", name),
        "eos_token_id": END,
        "torch_dtype": "bfloat16",
    } | tower["outer"]
    if form == "older" and tower.get("flat"):
        return top | {key: value for key, value in text.items() if key != "model_type"}
    return top | {"text_config": text}


def older_name(name: str, flat: bool) -> str:
    """Name of a tensor in files of transformers 4.51 and earlier."""
    if flat:
        return name.replace("model.language_model.", "model.").replace("model.visual.", "visual.")
    if name.startswith("lm_head."):
        return f"language_model.{name}"
    return name.replace("model.language_model.", "language_model.model.").removeprefix("model.")


def weights_of(config: dict, seed: int) -> dict[str, torch.Tensor]:
    configuration = AutoConfig.for_model(config["model_type"], **{k: v for k, v in config.items() if k != "model_type"})
    model = AutoModelForImageTextToText.from_config(configuration, dtype=torch.float32)
    generator = torch.Generator().manual_seed(seed)
    weights = {}
    for name, parameter in sorted(model.named_parameters()):
        noise = torch.randn(parameter.shape, generator=generator)
        norm = noise.ndim == 1 and name.endswith("weight")
        around_one = norm and config["model_type"] != "gemma3"
        weights[name] = (1 + 0.3 * noise if around_one else (0.3 if noise.ndim == 1 else 0.15) * noise).to(torch.bfloat16)
    for name, value in model.state_dict().items():
        if name.endswith(".layer_scalar"):
            weights[name] = (1 + 0.3 * torch.randn(value.shape, generator=generator)).to(torch.bfloat16)
    return weights


def read(folder: Path, example: dict) -> torch.Tensor:
    model, info = AutoModelForImageTextToText.from_pretrained(
        folder, dtype=torch.float32, attn_implementation="eager", output_loading_info=True
    )
    assert not info["missing_keys"] and not info["mismatched_keys"] and not info["unexpected_keys"], info
    with torch.no_grad():
        return logits_of(model.eval(), example)


def adapter_names(folder: Path, layers: list[str]) -> list[str]:
    """Names that PEFT gives to an adapter of the text model."""
    targets = rf".*\.language_model\.(?:.*\.)?(?:{'|'.join(layers)})"
    model = get_peft_model(AutoModelForImageTextToText.from_pretrained(folder), LoraConfig(r=4, target_modules=targets))
    return sorted(get_peft_model_state_dict(model))


def make(out: Path, name: str, seed: int, example: dict) -> None:
    weights = weights_of(config_of(name, "newer"), seed)
    expected, names = None, None
    for form in ("newer", "older"):
        if form not in TOWERS[name]:
            continue
        folder = out / "towers" / f"{name}-{form}"
        flat = TOWERS[name].get("flat", False)
        renamed = form == "older" and TOWERS[name].get("renamed", True)
        stored = {older_name(key, flat) if renamed else key: value for key, value in weights.items()}
        stored |= {key: torch.zeros(shape, dtype=torch.bfloat16) for key, shape in TOWERS[name].get("beside", {}).items()}
        write_tensors(folder / "model.safetensors", stored)
        write_json(folder / "config.json", dict(sorted(json.loads(json.dumps(config_of(name, form))).items())))
        write_tokenizer(folder, make_tokenizer())
        logits = read(folder, example)
        if expected is None:
            expected, names = logits, adapter_names(folder, TOWERS[name].get("targets", TARGETS))
        assert (logits - expected).abs().max() < 1e-5, (name, form)
    write_tensors(out / "towers" / f"{name}.safetensors", {"logits": expected})
    write_json(out / "towers" / f"{name}.json", {"versions": versions(), "example": LOGITS_OF[-1], "adapter": names})
    print(f"{name}: largest logit {expected.abs().max():.3f}", flush=True)


def main() -> None:
    out, names = fixtures_and_names(__doc__, TOWERS)
    set_up()
    example = read_json(out / "examples.json")["examples"][LOGITS_OF[-1]]
    for index, name in enumerate(TOWERS):
        if name in names:
            make(out, name, 301 + index, example)


if __name__ == "__main__":
    main()
