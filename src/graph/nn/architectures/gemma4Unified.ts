// Text models of Gemma 4 that take images and sound without encoders (12B): no per-layer inputs.
import type { Architecture } from "./architecture.ts";
import { gemma4Decoder } from "./gemma4.ts";

export const gemma4Unified: Architecture = {
  name: "Gemma4UnifiedForCausalLM",
  modelType: "gemma4_unified_text",
  // hidden_activation is read instead of hidden_act; released files have sizes of what these models are without
  neutral: [
    "hidden_act",
    "hidden_size_per_layer_input",
    "moe_intermediate_size",
    "top_k_experts",
    "vocab_size_per_layer_input",
  ],
  decoder: config => gemma4Decoder(config, 1024),
};
