// Hunyuan dense: Llama with norms of queries and keys in each head after their rotation.
import { type Architecture, attentionLinears, everyLayer } from "./architecture.ts";
import type { ConfigFields } from "./configFields.ts";
import { llamaShaped } from "./llama.ts";
import { type RotaryDefaults, rotaryFields, usualScalings } from "./rotaryFields.ts";

/** Fields that belong to other models of the family, and that this class does not read. */
const ofTheFamily = `
  add_classification_head anyres_pooling_size anyres_vit_max_image_size anyres_vit_two_views attention_head_dim
  cla_share_factor class_num dense_list enable_lm_head_fp32 group_limited_greedy im_end_id im_newline_id im_start_id
  image_token_id kv_lora_rank mask_init_id moe_drop_tokens moe_intermediate_size moe_layer_num_skipped
  moe_random_routing_dropped_token moe_topk n_group norm_topk_prob num_media_embeds num_shared_expert org_vocab_size
  pad_id pool_type q_lora_rank qk_nope_head_dim qk_rope_head_dim routed_scaling_factor skip_cls_token text_end_id
  text_start_id topk_group v_head_dim video_end_id video_start_id vit_add_patchemb_bias vit_input_resolution
  vit_mapping_type vit_norm_type vit_patch vit_path vit_remove_prenorm vit_token vit_type vit_used_rms_norm
  xdrope_section`;

export const hunyuanDense: Architecture = {
  name: "HunYuanDenseV1ForCausalLM",
  modelType: "hunyuan_v1_dense",
  neutral: ofTheFamily.trim().split(/\s+/),
  decoder: config => {
    config.only("norm_type", "rms");
    config.only("use_qk_norm", true);
    config.only("use_rotary_pos_emb", true);
    const decoder = llamaShaped(config, { normEpsilon: 1e-5, rotary: { scalings } });
    const rotary = rotaryFields(config, { scalings });
    const theta = rotary.theta * stretch(config, decoder.headSize);
    return {
      ...decoder,
      attention: everyLayer(decoder.layers, { window: null, rotary: { ...rotary, theta } }),
      queryKeyNorm: "rotatedHead",
      queryKeyNormNames: { q: "self_attn.query_layernorm", k: "self_attn.key_layernorm" },
      biases: config.flag("attention_bias", false) ? attentionLinears : [],
    };
  },
};

const scalings: NonNullable<RotaryDefaults["scalings"]> = { ...usualScalings, dynamic: null };

/** Factor on the base of the rotation: alpha^(d / (d − 2)) for heads of size d, whatever the length of the text. */
function stretch(config: ConfigFields, headSize: number): number {
  const older = config.nested("rope_scaling");
  const fields = older === null || older.isEmpty ? config.nested("rope_parameters") : older;
  if (fields === null || (fields.get("rope_type") ?? fields.get("type")) !== "dynamic") return 1;
  for (const key of ["factor", "beta_fast", "beta_slow", "mscale", "mscale_all_dim"]) fields.get(key); // without effect
  if (fields.get("alpha") === undefined || headSize === 2)
    throw fields.unsupported(fields.get("rope_type") === undefined ? "type" : "rope_type", [
      "dynamic with alpha",
    ]);
  return fields.positive("alpha") ** (headSize / (headSize - 2));
}
