// Table of the supported architectures. Adding one takes a file and a line here.
import type { Architecture } from "./architecture.ts";
import { cohere } from "./cohere.ts";
import { cohere2 } from "./cohere2.ts";
import { gemma3 } from "./gemma3.ts";
import { llama } from "./llama.ts";
import { mistral } from "./mistral.ts";
import { qwen2 } from "./qwen2.ts";
import { qwen3 } from "./qwen3.ts";

export const architectures: readonly Architecture[] = [llama, mistral, qwen2, qwen3, gemma3, cohere, cohere2];
