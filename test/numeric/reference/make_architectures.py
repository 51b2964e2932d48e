"""Tiny random models of each architecture, with their logits, gradients, training steps and greedy tokens.

    python make_architectures.py [--out FOLDER] [NAME ...]

Reads examples.json, which make_tiny_llama.py writes. Each model has every feature that its architecture can
have, and `assert_features_count` says that each of them changes the logits at the tested lengths: a window is
shorter than the examples, a rotary scaling begins within them.
"""

import itertools
import json
from pathlib import Path

import torch
from transformers import AutoConfig, AutoModelForCausalLM

from common import fixtures_and_names, read_json, set_up, versions, write_json, write_tensors
from make_reference import (
    REFERENCE_EXAMPLES,
    adapter_of,
    forward_backward,
    gradients,
    greedy,
    logits_of,
    lora_configuration,
    norm_of,
    response_tokens,
    with_adapter,
)
from make_tiny_llama import END, VOCABULARY, make_tokenizer, write_tokenizer
from make_training import MICRO_BATCHES, describe, train
from peft import get_peft_model

# On all linear layers as PEFT picks them, so that ours are held to its choice. A small rank keeps the files small.
LORA = {"r": 2, "lora_alpha": 4, "target_modules": "all-linear"}
# The longest ones, so that windows and scalings count.
LOGITS_OF = (4, 7)
# Prompts of 3, 9 and 5 tokens.
PROMPTS = (2, 3, 4)
NEW_TOKENS = 24
# Best two logits are never closer than this in a greedy choice, where another order of summation could decide.
SMALLEST_GAP = 1e-3

SHARED = {
    "vocab_size": VOCABULARY,
    "hidden_size": 32,
    "intermediate_size": 48,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "num_key_value_heads": 2,
    "max_position_embeddings": 64,
    "bos_token_id": None,
    "eos_token_id": END,
    "pad_token_id": 0,
}

# config.json of each: transformers 4 wrote `rope_theta` and `rope_scaling`, transformers 5 writes `rope_parameters`.
# `without` lists changes that each take one feature away. `seed` is where the search for one whose greedy choices are never close begins.
MODELS = {
    "llama3": {
        "dtype": "bfloat16",
        "seed": 101,
        "config": {
            "architectures": ["LlamaForCausalLM"],
            "model_type": "llama",
            "attention_bias": True,
            "mlp_bias": True,
            "rms_norm_eps": 1e-5,
            "rope_theta": 100.0,
            "rope_scaling": {
                "rope_type": "llama3",
                "factor": 8.0,
                "low_freq_factor": 1.0,
                "high_freq_factor": 4.0,
                "original_max_position_embeddings": 40,
            },
            "tie_word_embeddings": True,
        },
        "without": [{"rope_scaling": None}, {"attention_bias": False}, {"mlp_bias": False}],
    },
    "mistral": {
        "dtype": "bfloat16",
        "seed": 102,
        "config": {
            "architectures": ["MistralForCausalLM"],
            "model_type": "mistral",
            "head_dim": 12,
            "rms_norm_eps": 1e-5,
            "rope_parameters": {"rope_type": "linear", "factor": 2.0, "rope_theta": 1000.0},
            "sliding_window": 4,
            "tie_word_embeddings": False,
        },
        "without": [{"sliding_window": None}, {"rope_parameters": {"rope_type": "default", "rope_theta": 1000.0}}],
    },
    "qwen2": {
        "dtype": "float16",
        "seed": 123,
        "config": {
            "architectures": ["Qwen2ForCausalLM"],
            "model_type": "qwen2",
            "rms_norm_eps": 1e-6,
            "rope_theta": 1000.0,
            "use_sliding_window": True,
            "sliding_window": 5,
            "max_window_layers": 1,
            "tie_word_embeddings": True,
        },
        "without": [{"use_sliding_window": False}, {"max_window_layers": 2}],
    },
    "qwen3": {
        "dtype": "bfloat16",
        "seed": 114,
        "config": {
            "architectures": ["Qwen3ForCausalLM"],
            "model_type": "qwen3",
            "head_dim": 12,
            "num_key_value_heads": 1,
            "rms_norm_eps": 1e-6,
            "rope_parameters": {
                "rope_type": "yarn",
                "rope_theta": 100.0,
                "factor": 4.0,
                "beta_fast": 4.0,
                "original_max_position_embeddings": 32,
            },
            "tie_word_embeddings": False,
        },
        "without": [{"rope_parameters": {"rope_type": "default", "rope_theta": 100.0}}],
    },
    "gemma3": {
        "dtype": "bfloat16",
        "seed": 105,
        "config": {
            "architectures": ["Gemma3ForCausalLM"],
            "model_type": "gemma3_text",
            "num_hidden_layers": 4,
            "num_key_value_heads": 1,
            "head_dim": 12,
            "hidden_activation": "gelu_pytorch_tanh",
            "layer_types": ["sliding_attention", "full_attention", "sliding_attention", "full_attention"],
            "query_pre_attn_scalar": 20,
            "rms_norm_eps": 1e-6,
            "rope_parameters": {
                "full_attention": {"rope_type": "linear", "factor": 4.0, "rope_theta": 1000.0},
                "sliding_attention": {"rope_type": "default", "rope_theta": 100.0},
            },
            "sliding_window": 4,
            "tie_word_embeddings": True,
        },
        "without": [
            {"sliding_window": 64},
            {"query_pre_attn_scalar": 12},
            {
                "rope_parameters": {
                    "full_attention": {"rope_type": "default", "rope_theta": 1000.0},
                    "sliding_attention": {"rope_type": "default", "rope_theta": 100.0},
                }
            },
            {
                "rope_parameters": {
                    "full_attention": {"rope_type": "linear", "factor": 4.0, "rope_theta": 1000.0},
                    "sliding_attention": {"rope_type": "default", "rope_theta": 1000.0},
                }
            },
        ],
    },
    "cohere": {
        "dtype": "bfloat16",
        "seed": 106,
        "config": {
            "architectures": ["CohereForCausalLM"],
            "model_type": "cohere",
            "layer_norm_eps": 1e-5,
            "logit_scale": 1.5,
            "rope_parameters": {"rope_type": "default", "rope_theta": 1000.0},
            "tie_word_embeddings": True,
            "use_qk_norm": False,
        },
        "without": [{"logit_scale": 1.0}],
    },
    "cohere2": {
        "dtype": "float16",
        "seed": 107,
        "config": {
            "architectures": ["Cohere2ForCausalLM"],
            "model_type": "cohere2",
            "num_hidden_layers": 4,
            "layer_norm_eps": 1e-5,
            "logit_scale": 0.75,
            "rope_theta": 1000.0,
            "sliding_window": 4,
            "sliding_window_pattern": 2,
            "tie_word_embeddings": True,
        },
        "without": [{"sliding_window": 64}, {"sliding_window_pattern": 4}, {"logit_scale": 1.0}],
    },
    "ministral": {
        "dtype": "bfloat16",
        "seed": 201,
        "config": {
            "architectures": ["MinistralForCausalLM"],
            "model_type": "ministral",
            "head_dim": 12,
            "layer_types": ["full_attention", "sliding_attention"],
            "rms_norm_eps": 1e-5,
            "rope_parameters": {"rope_type": "default", "rope_theta": 1000.0},
            "sliding_window": 4,
            "tie_word_embeddings": False,
        },
        "without": [{"sliding_window": 64}],
    },
    "ministral3": {
        "dtype": "bfloat16",
        "seed": 202,
        "config": {
            "architectures": ["Ministral3ForCausalLM"],
            "model_type": "ministral3",
            "head_dim": 12,
            "rms_norm_eps": 1e-5,
            "rope_parameters": {
                "rope_type": "yarn",
                "rope_theta": 100.0,
                "factor": 4.0,
                "beta_fast": 4.0,
                "beta_slow": 1.0,
                "original_max_position_embeddings": 4,
                "llama_4_scaling_beta": 0.5,
                "mscale": 1.0,
                "mscale_all_dim": 1.0,
            },
            "tie_word_embeddings": True,
        },
        "without": [
            {
                "rope_parameters": {
                    "rope_type": "yarn",
                    "rope_theta": 100.0,
                    "factor": 4.0,
                    "beta_fast": 4.0,
                    "original_max_position_embeddings": 4,
                    "llama_4_scaling_beta": 0.0,
                    "mscale": 1.0,
                    "mscale_all_dim": 1.0,
                }
            }
        ],
    },
    "smollm3": {
        "dtype": "bfloat16",
        "seed": 203,
        "config": {
            "architectures": ["SmolLM3ForCausalLM"],
            "model_type": "smollm3",
            "attention_bias": True,
            "mlp_bias": True,
            "no_rope_layer_interval": 2,
            "rms_norm_eps": 1e-6,
            "rope_theta": 100.0,
            "sliding_window": 4,
            "use_sliding_window": True,
            "tie_word_embeddings": True,
        },
        "without": [{"no_rope_layer_interval": 4}, {"use_sliding_window": False}, {"mlp_bias": False}],
    },
    "granite": {
        "dtype": "bfloat16",
        "seed": 204,
        "config": {
            "architectures": ["GraniteForCausalLM"],
            "model_type": "granite",
            "attention_bias": True,
            "attention_multiplier": 0.2,
            "embedding_multiplier": 3.0,
            "logits_scaling": 0.7,
            "residual_multiplier": 0.6,
            "rms_norm_eps": 1e-5,
            "rope_theta": 100.0,
            "tie_word_embeddings": True,
        },
        "without": [
            {"attention_multiplier": 1.0},
            {"embedding_multiplier": 1.0},
            {"logits_scaling": 1.0},
            {"residual_multiplier": 1.0},
        ],
    },
    "olmo2": {
        "dtype": "bfloat16",
        "seed": 205,
        "config": {
            "architectures": ["Olmo2ForCausalLM"],
            "model_type": "olmo2",
            "rms_norm_eps": 1e-6,
            "rope_theta": 100.0,
            "tie_word_embeddings": False,
        },
        "without": [{"rope_theta": 1000.0}],
    },
    "olmo3": {
        "dtype": "bfloat16",
        "seed": 206,
        "config": {
            "architectures": ["Olmo3ForCausalLM"],
            "model_type": "olmo3",
            "layer_types": ["sliding_attention", "full_attention"],
            "rms_norm_eps": 1e-6,
            "rope_parameters": {
                "full_attention": {
                    "rope_type": "yarn",
                    "rope_theta": 100.0,
                    "factor": 4.0,
                    "beta_fast": 4.0,
                    "original_max_position_embeddings": 32,
                },
                "sliding_attention": {"rope_type": "default", "rope_theta": 100.0},
            },
            "sliding_window": 4,
            "tie_word_embeddings": False,
        },
        "without": [
            {"sliding_window": 64},
            {
                "rope_parameters": {
                    "full_attention": {"rope_type": "default", "rope_theta": 100.0},
                    "sliding_attention": {"rope_type": "default", "rope_theta": 100.0},
                }
            },
        ],
    },
    "exaone4": {
        "dtype": "bfloat16",
        "seed": 207,
        "config": {
            "architectures": ["Exaone4ForCausalLM"],
            "model_type": "exaone4",
            "rms_norm_eps": 1e-5,
            "rope_theta": 100.0,
            "sliding_window": 4,
            "sliding_window_pattern": 2,
            "tie_word_embeddings": True,
        },
        "without": [{"sliding_window": 64}, {"sliding_window_pattern": 4}],
    },
    "helium": {
        "dtype": "bfloat16",
        "seed": 208,
        "config": {
            "architectures": ["HeliumForCausalLM"],
            "model_type": "helium",
            "attention_bias": True,
            "head_dim": 8,
            "rms_norm_eps": 1e-8,
            "rope_theta": 100.0,
            "tie_word_embeddings": False,
        },
        "without": [{"rope_theta": 1000.0}, {"attention_bias": False}],
    },
    "apertus": {
        "dtype": "bfloat16",
        "seed": 209,
        "config": {
            "architectures": ["ApertusForCausalLM"],
            "model_type": "apertus",
            "hidden_act": "xielu",
            "rms_norm_eps": 1e-5,
            "rope_theta": 100.0,
            "rope_scaling": {
                "rope_type": "llama3",
                "factor": 8.0,
                "low_freq_factor": 1.0,
                "high_freq_factor": 4.0,
                "original_max_position_embeddings": 40,
            },
            "tie_word_embeddings": False,
        },
        "without": [{"rope_theta": 1000.0}],
    },
    "arcee": {
        "dtype": "bfloat16",
        "seed": 210,
        "config": {
            "architectures": ["ArceeForCausalLM"],
            "model_type": "arcee",
            "hidden_act": "relu2",
            "mlp_bias": True,
            "rms_norm_eps": 1e-5,
            "rope_theta": 100.0,
            "tie_word_embeddings": False,
        },
        "without": [{"rope_theta": 1000.0}, {"mlp_bias": False}],
    },
    "phi3": {
        "dtype": "bfloat16",
        "seed": 211,
        "config": {
            "architectures": ["Phi3ForCausalLM"],
            "model_type": "phi3",
            "num_attention_heads": 2,
            "num_key_value_heads": 1,
            "hidden_act": "gelu_pytorch_tanh",
            "original_max_position_embeddings": 32,
            "partial_rotary_factor": 0.75,
            "rms_norm_eps": 1e-5,
            "rope_theta": 100.0,
            "rope_scaling": {
                "type": "longrope",
                "short_factor": [1.0, 1.2, 1.5, 2.0, 2.5, 4.0],
                "long_factor": [1.0, 2.0, 4.0, 8.0, 16.0, 32.0],
            },
            "sliding_window": 4,
            "tie_word_embeddings": True,
        },
        "without": [
            {"hidden_act": "silu"},
            {"partial_rotary_factor": 1.0, "rope_scaling": None},
            {"rope_scaling": None},
            {"sliding_window": None},
        ],
    },
    "gemma2": {
        "dtype": "bfloat16",
        "seed": 212,
        "config": {
            "architectures": ["Gemma2ForCausalLM"],
            "model_type": "gemma2",
            "attention_bias": True,
            "attn_logit_softcapping": 0.7,
            "final_logit_softcapping": 1.5,
            "head_dim": 12,
            "hidden_activation": "gelu_pytorch_tanh",
            "num_key_value_heads": 1,
            "query_pre_attn_scalar": 3,
            "rms_norm_eps": 1e-6,
            "rope_theta": 100.0,
            "sliding_window": 4,
            "tie_word_embeddings": True,
        },
        "without": [
            {"attn_logit_softcapping": None},
            {"final_logit_softcapping": None},
            {"query_pre_attn_scalar": 12},
            {"sliding_window": 64},
            {"attention_bias": False},
        ],
    },
    "gemma4": {
        "dtype": "bfloat16",
        "seed": 213,
        "config": {
            "architectures": ["Gemma4ForCausalLM"],
            "model_type": "gemma4_text",
            "attention_bias": True,
            "attention_k_eq_v": True,
            "final_logit_softcapping": 1.5,
            "global_head_dim": 12,
            "head_dim": 8,
            "hidden_activation": "gelu_pytorch_tanh",
            "hidden_size_per_layer_input": 8,
            "intermediate_size": 16,
            "layer_types": ["sliding_attention", "full_attention", "sliding_attention", "full_attention"],
            "num_global_key_value_heads": 1,
            "num_hidden_layers": 4,
            "num_kv_shared_layers": 2,
            "rms_norm_eps": 1e-6,
            "rope_parameters": {
                "full_attention": {"rope_type": "proportional", "rope_theta": 100.0, "partial_rotary_factor": 0.5},
                "sliding_attention": {"rope_type": "default", "rope_theta": 100.0},
            },
            "sliding_window": 4,
            "tie_word_embeddings": True,
            "use_double_wide_mlp": True,
            "vocab_size_per_layer_input": VOCABULARY,
        },
        "without": [
            {"attention_bias": False},
            {"final_logit_softcapping": None},
            {"sliding_window": 64},
            {
                "rope_parameters": {
                    "full_attention": {"rope_type": "default", "rope_theta": 100.0},
                    "sliding_attention": {"rope_type": "default", "rope_theta": 100.0},
                }
            },
        ],
    },
    "gemma4_unified": {
        "dtype": "bfloat16",
        "seed": 214,
        "config": {
            "architectures": ["Gemma4UnifiedForCausalLM"],
            "model_type": "gemma4_unified_text",
            "final_logit_softcapping": 1.5,
            "global_head_dim": 12,
            "head_dim": 8,
            "hidden_activation": "gelu_pytorch_tanh",
            "layer_types": ["sliding_attention", "full_attention"],
            "rms_norm_eps": 1e-6,
            "rope_parameters": {
                "full_attention": {"rope_type": "proportional", "rope_theta": 100.0, "factor": 2.0},
                "sliding_attention": {"rope_type": "default", "rope_theta": 100.0},
            },
            "sliding_window": 4,
            "tie_word_embeddings": True,
            "use_bidirectional_attention": "vision",
        },
        "without": [{"final_logit_softcapping": None}, {"sliding_window": 64}],
    },
    "granitemoehybrid": {
        "dtype": "bfloat16",
        "seed": 220,
        "config": {
            "architectures": ["GraniteMoeHybridForCausalLM"],
            "model_type": "granitemoehybrid",
            "attention_bias": True,
            "attention_multiplier": 0.2,
            "embedding_multiplier": 3.0,
            "layer_types": ["attention", "attention"],
            "logits_scaling": 0.7,
            "mamba_expand": 2,
            "mamba_n_heads": 4,
            "num_experts_per_tok": 0,
            "num_local_experts": 0,
            "position_embedding_type": "rope",
            "residual_multiplier": 0.6,
            "rms_norm_eps": 1e-5,
            "rope_theta": 100.0,
            "shared_intermediate_size": 40,
            "tie_word_embeddings": True,
        },
        "without": [
            {"attention_multiplier": 1.0},
            {"embedding_multiplier": 1.0},
            {"logits_scaling": 1.0},
            {"position_embedding_type": "nope"},
            {"residual_multiplier": 1.0},
        ],
    },
    "glm": {
        "dtype": "bfloat16",
        "seed": 221,
        "config": {
            "architectures": ["GlmForCausalLM"],
            "model_type": "glm",
            "attention_bias": True,
            "head_dim": 12,
            "partial_rotary_factor": 0.5,
            "rms_norm_eps": 1.5625e-07,
            "rope_theta": 100.0,
            "tie_word_embeddings": False,
        },
        "without": [{"attention_bias": False}, {"partial_rotary_factor": 1.0}],
    },
    "glm4": {
        "dtype": "bfloat16",
        "seed": 222,
        "config": {
            "architectures": ["Glm4ForCausalLM"],
            "model_type": "glm4",
            "attention_bias": True,
            "head_dim": 12,
            "num_key_value_heads": 1,
            "rms_norm_eps": 1e-5,
            "rope_parameters": {
                "rope_type": "yarn",
                "rope_theta": 100.0,
                "factor": 4.0,
                "beta_fast": 4.0,
                "original_max_position_embeddings": 32,
                "partial_rotary_factor": 0.5,
            },
            "tie_word_embeddings": False,
        },
        "without": [
            {"attention_bias": False},
            {"rope_parameters": {"rope_type": "default", "rope_theta": 100.0, "partial_rotary_factor": 0.5}},
        ],
    },
    "hunyuan_v1_dense": {
        "dtype": "bfloat16",
        "seed": 223,
        "config": {
            "architectures": ["HunYuanDenseV1ForCausalLM"],
            "model_type": "hunyuan_v1_dense",
            "attention_bias": True,
            "head_dim": 12,
            "rms_norm_eps": 1e-5,
            "rope_scaling": {
                "type": "dynamic",
                "alpha": 20.0,
                "beta_fast": 32,
                "beta_slow": 1,
                "factor": 1.0,
                "mscale": 1.0,
                "mscale_all_dim": 1.0,
            },
            "rope_theta": 100.0,
            "tie_word_embeddings": True,
        },
        "without": [{"attention_bias": False}, {"rope_scaling": None}],
    },
    "gpt_neox": {
        "dtype": "float16",
        "seed": 230,
        "config": {
            "architectures": ["GPTNeoXForCausalLM"],
            "model_type": "gpt_neox",
            "attention_bias": True,
            "hidden_act": "gelu",
            "hidden_dropout": 0.0,
            "layer_norm_eps": 1e-5,
            "num_key_value_heads": None,
            "rotary_emb_base": 100,
            "rotary_pct": 0.5,
            "tie_word_embeddings": False,
            "use_parallel_residual": True,
        },
        "stored": {"lm_head.": "embed_out."},
        "without": [
            {"attention_bias": False},
            {"rotary_pct": 0.25},
            {"use_parallel_residual": False},
        ],
    },
    "xglm": {
        "dtype": "float16",
        "seed": 231,
        "config": {
            "architectures": ["XGLMForCausalLM"],
            "model_type": "xglm",
            "activation_function": "gelu_new",
            "attention_dropout": 0.0,
            "attention_heads": 4,
            "d_model": 32,
            "dropout": 0.0,
            "ffn_dim": 48,
            "num_layers": 2,
            "scale_embedding": True,
            "tie_word_embeddings": True,
        },
        "own_sizes": True,
        "without": [{"scale_embedding": False}],
    },
    "qwen3_5": {
        "dtype": "bfloat16",
        "seed": 269,
        "config": {
            "architectures": ["Qwen3_5ForCausalLM"],
            "model_type": "qwen3_5_text",
            "attention_bias": True,
            "head_dim": 16,
            "hidden_act": "silu",
            "layer_types": ["linear_attention", "full_attention", "linear_attention"],
            "linear_conv_kernel_dim": 4,
            "linear_key_head_dim": 16,
            "linear_num_key_heads": 2,
            "linear_num_value_heads": 4,
            "linear_value_head_dim": 20,
            "num_hidden_layers": 3,
            # Norms of small outputs would let rounding grow: in 20 steps float32 and float64 would differ by 4e-3.
            "rms_norm_eps": 1e-3,
            "rope_parameters": {
                "mrope_interleaved": True,
                "mrope_section": [2, 1, 1],
                "partial_rotary_factor": 0.5,
                "rope_theta": 100.0,
                "rope_type": "default",
            },
            "tie_word_embeddings": True,
        },
        "without": [
            {"attention_bias": False},
            {"rope_parameters": {"rope_type": "default", "rope_theta": 100.0, "partial_rotary_factor": 0.25}},
        ],
    },
    "lfm2": {
        "dtype": "bfloat16",
        "seed": 264,
        "config": {
            "architectures": ["Lfm2ForCausalLM"],
            "model_type": "lfm2",
            "block_auto_adjust_ff_dim": True,
            "block_ff_dim": 60,
            "block_ffn_dim_multiplier": 1.1,
            "block_multiple_of": 8,
            "conv_L_cache": 3,
            "conv_bias": True,
            "full_attn_idxs": [1],
            "norm_eps": 1e-5,
            "num_hidden_layers": 3,
            "rope_theta": 100.0,
            "tie_embedding": True,
        },
        "without": [{"conv_bias": False}, {"rope_theta": 1000.0}],
    },
    "bloom": {
        "dtype": "float16",
        "seed": 240,
        "config": {
            "architectures": ["BloomForCausalLM"],
            "model_type": "bloom",
            "hidden_size": 36,
            "layer_norm_epsilon": 1e-5,
            "n_head": 6,
            "n_layer": 2,
            "tie_word_embeddings": True,
        },
        "own_sizes": True,
        "stored": {"transformer.": ""},
        "without": [{"layer_norm_epsilon": 0.1}],
    },
}


# Of these, XGLM and BLOOM have names of their own.
SIZES = ("hidden_size", "intermediate_size", "num_attention_heads", "num_hidden_layers", "num_key_value_heads")


def config_of(name: str) -> dict:
    own = MODELS[name].get("own_sizes", False)
    return {key: value for key, value in SHARED.items() if not (own and key in SIZES)} | MODELS[name]["config"]


def stored_name(model: str, tensor: str) -> str:
    """As in the files on the Hub: transformers 5 has other names for some modules."""
    for own, stored in MODELS[model].get("stored", {}).items():
        tensor = tensor.replace(own, stored)
    return tensor


def build(config: dict) -> torch.nn.Module:
    """float32, with eager attention: the formula as written, no fused kernel."""
    fields = {key: value for key, value in config.items() if key != "model_type"}
    configuration = AutoConfig.for_model(config["model_type"], **json.loads(json.dumps(fields)))
    return AutoModelForCausalLM.from_config(configuration, attn_implementation="eager", dtype=torch.float32)


def weights_of(config: dict, dtype: torch.dtype, seed: int) -> dict[str, torch.Tensor]:
    """Far from their usual start, so that a wrong formula can't hide behind small numbers; exact in `dtype`."""
    model = build(config)
    parameters = dict(model.named_parameters())
    generator = torch.Generator().manual_seed(seed)
    # Constants that files hold, such as those of xIELU.
    weights = {name: value.to(dtype) for name, value in model.state_dict().items() if name not in parameters and value.ndim == 0}
    # Gemma's layer_scalar, which isn't trained.
    factors = {name: value for name, value in model.state_dict().items() if name not in parameters and value.ndim == 1}
    for name in sorted(factors):
        weights[name] = (1 + 0.3 * torch.randn(factors[name].shape, generator=generator)).to(dtype)
    for name in sorted(parameters):
        noise = torch.randn(parameters[name].shape, generator=generator)
        is_norm = noise.ndim == 1 and name.endswith("weight")
        adds_one = config["model_type"] in ("gemma2", "gemma3_text", "qwen3_5_text") and not name.endswith("linear_attn.norm.weight")
        around_one = is_norm and not adds_one
        # A convolution has few weights for each output.
        spread = {1: 0.3, 2: 0.15, 3: 0.6}[noise.ndim]
        value = 1 + 0.3 * noise if around_one else spread * noise
        # Memories that last for more than a few tokens.
        weights[name] = (value - 1.5 if name.endswith("A_log") else value).to(dtype)
    return weights


def load(folder: Path) -> torch.nn.Module:
    return AutoModelForCausalLM.from_pretrained(folder, dtype=torch.float32, attn_implementation="eager").train()


def assert_features_count(name: str, config: dict, weights: dict, changes: list[dict], example: dict) -> None:
    def logits(changed: dict) -> torch.Tensor:
        model = build(config | changed)
        model.load_state_dict(weights, strict=False)
        with torch.no_grad():
            return logits_of(model, example)

    whole = logits({})
    for change in changes:
        difference = ((logits(change) - whole).abs().max() / whole.abs().max()).item()
        assert difference > 1e-2, (name, change, difference)


def random_adapter(folder: Path, seed: int) -> dict[str, torch.Tensor]:
    """A and B both not zero, so that neither gradient vanishes."""
    names = adapter_of(get_peft_model(load(folder), lora_configuration(**LORA)))
    generator = torch.Generator().manual_seed(seed)
    return {name: 0.15 * torch.randn(names[name].shape, generator=generator) for name in sorted(names)}


def from_zero(adapter: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """The start of training: the same A, and B zero."""
    return {name: tensor if "lora_A" in name else torch.zeros_like(tensor) for name, tensor in adapter.items()}


class CloseChoice(Exception):
    """Two tokens are too close for a greedy choice that every implementation makes alike."""


def checked_greedy(name: str, model: torch.nn.Module, prompts: list[dict]) -> list[dict]:
    answers = greedy(model, prompts, NEW_TOKENS)
    gap = min(answer["smallestGap"] for answer in answers)
    if gap <= SMALLEST_GAP:
        raise CloseChoice(f"{name}: {gap}")
    return answers


def make(out: Path, name: str, fixture: dict) -> None:
    """With the first seed, from the given one on, whose greedy choices are never close."""
    for seed in itertools.count(MODELS[name]["seed"]):
        try:
            return make_from(out, name, fixture, seed)
        except CloseChoice as close:
            print(close, flush=True)


def make_from(out: Path, name: str, fixture: dict, seed: int) -> None:
    variant = MODELS[name]
    config = config_of(name)
    folder = out / "architectures" / name
    weights = weights_of(config, getattr(torch, variant["dtype"]), seed)
    write_tensors(folder / "model.safetensors", {stored_name(name, key): value for key, value in weights.items()})
    write_json(folder / "config.json", dict(sorted((config | {"torch_dtype": variant["dtype"]}).items())))
    write_tokenizer(folder, make_tokenizer())
    assert_features_count(name, config, weights, variant["without"], fixture["examples"][LOGITS_OF[-1]])

    examples = fixture["examples"][:REFERENCE_EXAMPLES]
    prompts = [fixture["prompts"][index] for index in PROMPTS]
    count = response_tokens(examples)
    tensors: dict[str, torch.Tensor] = {}

    model = load(folder)
    model.load_state_dict(weights, strict=False)
    for index in LOGITS_OF:
        tensors[f"logits.{index}"] = logits_of(model, fixture["examples"][index])
    base_greedy = checked_greedy(name, model, prompts)
    loss, _, _ = forward_backward(model, examples, count)
    full = gradients(model)
    # Matrices are held to their common norm; vectors, of which LoRA has none, also one by one.
    tensors |= {f"gradient.{key}": value for key, value in full.items() if value.ndim == 1}

    adapter = random_adapter(folder, seed)
    tensors |= adapter
    wrapped = with_adapter(load(folder), adapter, **LORA)
    lora_loss, _, _ = forward_backward(wrapped, examples, count)
    lora = {key.replace(".default.", "."): value for key, value in gradients(wrapped).items()}
    assert sorted(lora) == sorted(adapter)
    tensors |= {f"gradient.{key}": value for key, value in lora.items()}
    lora_greedy = checked_greedy(name, wrapped, prompts)

    lora_events = train(with_adapter(load(folder), from_zero(adapter), **LORA), fixture, "lora")
    full_events = train(load(folder), fixture, "full")
    write_tensors(out / "architectures" / f"{name}.safetensors", tensors)
    write_json(
        out / "architectures" / f"{name}.json",
        {
            "versions": versions(),
            "model": f"architectures/{name}",
            "logitsOf": LOGITS_OF,
            "rows": fixture["rows"][:2],
            "responseTokens": count,
            "microBatches": MICRO_BATCHES,
            "loraSettings": {"rank": LORA["r"], "alpha": LORA["lora_alpha"], "targets": LORA["target_modules"]},
            "full": {
                "loss": loss,
                "gradientNorm": norm_of(full.values()),
                "greedy": base_greedy,
                "settings": describe("full"),
                "events": full_events,
            },
            "lora": {
                "loss": lora_loss,
                "gradientNorm": norm_of(lora.values()),
                "greedy": lora_greedy,
                "settings": describe("lora"),
                "events": lora_events,
            },
        },
    )
    print(f"{name}: loss {loss:.6f}, with adapter {lora_loss:.6f}, trained {lora_events[-1]['loss']:.4f}, {full_events[-1]['loss']:.4f}", flush=True)


def main() -> None:
    out, names = fixtures_and_names(__doc__, MODELS)
    set_up()
    fixture = read_json(out / "examples.json")
    for name in names:
        make(out, name, fixture)


if __name__ == "__main__":
    main()
