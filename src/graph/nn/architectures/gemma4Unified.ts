// Text models of Gemma 4 that take images and sound without encoders (12B): no per-layer inputs.
import type { Architecture } from "./architecture.ts";
import { gemma4Decoder } from "./gemma4.ts";

export const gemma4Unified: Architecture = {
  name: "Gemma4UnifiedForCausalLM",
  modelType: "gemma4_unified_text",
  neutral: ["hidden_act"], // hidden_activation is read instead
  decoder: config => gemma4Decoder(config, 1024),
};
