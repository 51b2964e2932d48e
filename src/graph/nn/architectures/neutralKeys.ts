// Keys of config.json without effect on what a model computes: descriptions, defaults of other tasks and of
// generation, and settings of training from scratch. Any other key is read by an architecture or refused.

const words = (text: string): readonly string[] => text.trim().split(/\s+/);

/** Configuration classes of transformers 4 and 5 share these. */
const ofEveryClass = words(`
  architectures attn_implementation auto_map chunk_size_feed_forward dtype experts_implementation finetuning_task
  gradient_checkpointing id2label initializer_range is_decoder label2id model_type name_or_path num_labels
  output_attentions output_hidden_states output_scores output_router_logits pretraining_tp problem_type return_dict
  task_specific_params tf_legacy_loss tie_last_hidden_states tokenizer_class torch_dtype torchscript
  transformers_version use_bfloat16 use_cache`);

/** Special tokens, which tokenizer files and generation_config.json name. */
const tokens = words(`
  begin_suppress_tokens bos_token_id cls_token_id decoder_start_token_id eod_token_id eos_token_id
  forced_bos_token_id forced_eos_token_id mask_token_id pad_token_id sep_token_id suppress_tokens`);

/** Settings of generation, which older versions of transformers wrote into config.json. */
const generation = words(`
  bad_words_ids cache_implementation diversity_penalty do_sample early_stopping encoder_no_repeat_ngram_size
  exponential_decay_length_penalty length_penalty max_length max_new_tokens min_length no_repeat_ngram_size
  num_beam_groups num_beams num_return_sequences prefix remove_invalid_values repetition_penalty
  return_dict_in_generate temperature top_k top_p typical_p`);

/** Dropout and other settings of the training that made the model; here, nothing is dropped. */
const dropout = words("attention_dropout attn_pdrop embd_pdrop hidden_dropout residual_dropout resid_pdrop");

/** Notes of tools that write or convert models. */
const notes = words(`
  axolotl_config is_llama_config max_sequence_length model_max_length seq_length
  transformers.js_config unsloth_fixed unsloth_version use_flash_attention use_flash_attn`);

const neutral = new Set([...ofEveryClass, ...tokens, ...generation, ...dropout, ...notes]);

/** Reports whether a key has no effect in any architecture. Names with an underscore are private notes. */
export function isNeutral(key: string): boolean {
  return neutral.has(key) || key.startsWith("_");
}
