// Table of the supported architectures. Adding one takes a file and a line here.
import { apertus } from "./apertus.ts";
import { arcee } from "./arcee.ts";
import type { Architecture } from "./architecture.ts";
import { bloom } from "./bloom.ts";
import { cohere } from "./cohere.ts";
import { cohere2 } from "./cohere2.ts";
import { exaone4 } from "./exaone4.ts";
import { gemma2 } from "./gemma2.ts";
import { gemma3 } from "./gemma3.ts";
import { gemma4 } from "./gemma4.ts";
import { gemma4Unified } from "./gemma4Unified.ts";
import { glm } from "./glm.ts";
import { glm4 } from "./glm4.ts";
import { gptNeoX } from "./gptNeoX.ts";
import { granite } from "./granite.ts";
import { graniteHybrid } from "./graniteHybrid.ts";
import { helium } from "./helium.ts";
import { hunyuanDense } from "./hunyuanDense.ts";
import { lfm2 } from "./lfm2.ts";
import { llama } from "./llama.ts";
import { ministral } from "./ministral.ts";
import { ministral3 } from "./ministral3.ts";
import { mistral } from "./mistral.ts";
import { olmo2 } from "./olmo2.ts";
import { olmo3 } from "./olmo3.ts";
import { phi3 } from "./phi3.ts";
import { qwen2 } from "./qwen2.ts";
import { qwen3 } from "./qwen3.ts";
import { qwen35 } from "./qwen35.ts";
import { smollm3 } from "./smollm3.ts";
import { xglm } from "./xglm.ts";

export const architectures: readonly Architecture[] = [
  llama,
  mistral,
  ministral,
  ministral3,
  qwen2,
  qwen3,
  qwen35,
  gemma2,
  gemma3,
  gemma4,
  gemma4Unified,
  cohere,
  cohere2,
  smollm3,
  granite,
  olmo2,
  olmo3,
  exaone4,
  helium,
  apertus,
  arcee,
  phi3,
  graniteHybrid,
  glm,
  glm4,
  hunyuanDense,
  gptNeoX,
  xglm,
  bloom,
  lfm2,
];
