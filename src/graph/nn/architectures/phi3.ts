// Phi-3 and Phi-4-mini: Llama with one weight for queries, keys and values and one for gate and up, of whose heads
// a part rotates.
import type { RotaryScaling } from "../rotary.ts";
import { type Architecture, activation, everyLayer, sizes } from "./architecture.ts";
import type { ConfigFields } from "./configFields.ts";
import { llamaDecoder, separateLinears } from "./llama.ts";
import { rotaryFields, type ScalingLengths } from "./rotaryFields.ts";

export const phi3: Architecture = {
  name: "Phi3ForCausalLM",
  modelType: "phi3",
  decoder: config => {
    for (const key of ["full_attn_mod", "interpolate_factor"]) config.only(key, 1); // in files of Phi-4-mini
    const size = sizes(config, { tiedEmbeddings: false });
    const rotary = rotaryFields(config, {
      part: { headSize: size.headSize, share: 1 },
      scalings: { default: null, longrope, su: longrope },
      originalLength: 4096,
    });
    const window = config.get("sliding_window") === undefined ? null : config.size("sliding_window");
    return {
      ...llamaDecoder(size, config.positive("rms_norm_eps", 1e-5), rotary),
      attention: everyLayer(size.layers, { window, rotary }),
      linears: {
        ...separateLinears,
        attention: ["self_attn.qkv_proj"],
        feedForward: ["mlp.gate_up_proj"],
      },
      activation: activation(config, "hidden_act", "silu"),
    };
  },
};

/** LongRoPE for texts within the original length. Longer ones, which have other divisors, are refused. */
function longrope(fields: ConfigFields, { original, longest, rotated }: ScalingLengths): RotaryScaling {
  const ratio = longest / original;
  // Versions of transformers disagree about any other factor.
  fields.only("factor", ratio);
  const factors = fields.numbers("short_factor", rotated / 2);
  fields.numbers("long_factor", rotated / 2);
  const usual = ratio <= 1 ? 1 : Math.sqrt(1 + Math.log(ratio) / Math.log(original));
  return {
    type: "longrope",
    factors,
    attentionFactor: fields.positive("attention_factor", usual),
    originalMaxPositions: original,
  };
}
