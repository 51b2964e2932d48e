// Ministral: Mistral in which the file says which layers have a window.
import type { Architecture } from "./architecture.ts";
import { mistral } from "./mistral.ts";

export const ministral: Architecture = {
  name: "MinistralForCausalLM",
  modelType: "ministral",
  decoder: mistral.decoder,
};
