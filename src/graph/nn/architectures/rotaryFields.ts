// Reads rotary parameters from config.json, in the format of transformers 5 (`rope_parameters`) and in the
// older one.
import type { RotaryParameters, RotaryScaling } from "../rotary.ts";
import type { ConfigFields } from "./configFields.ts";

/** Base of config files that name none. */
const defaultTheta = 10_000;

/**
 * Reads the rotary parameters of a model with a single set of them. `interleaved` depends on the
 * architecture.
 */
export function rotaryFields(config: ConfigFields, interleaved = false): RotaryParameters {
  // transformers prefers the older field if a file has both
  const fields = config.nested("rope_scaling") ?? config.nested("rope_parameters");
  const theta = config.positive("rope_theta", defaultTheta);
  return rotaryOf(config, fields, theta, interleaved);
}

/**
 * Reads rotary parameters.
 * @param fields Scaling fields; null means no scaling.
 */
export function rotaryOf(
  config: ConfigFields,
  fields: ConfigFields | null,
  theta: number,
  interleaved: boolean,
): RotaryParameters {
  config.only("partial_rotary_factor", 1);
  if (fields === null) return { theta, interleaved, scaling: null };
  fields.only("partial_rotary_factor", 1);
  return { theta: fields.positive("rope_theta", theta), interleaved, scaling: scalingOf(config, fields) };
}

const scalings: Readonly<
  Record<string, ((fields: ConfigFields, maxPositions: number) => RotaryScaling) | null>
> = {
  default: null,
  linear: fields => ({ type: "linear", factor: fields.positive("factor") }),
  llama3: (fields, maxPositions) => ({
    type: "llama3",
    factor: fields.positive("factor"),
    lowFrequencyFactor: fields.positive("low_freq_factor"),
    highFrequencyFactor: fields.positive("high_freq_factor"),
    originalMaxPositions: maxPositions,
  }),
  yarn: (fields, maxPositions) => {
    const factor = fields.positive("factor");
    return {
      type: "yarn",
      factor,
      attentionFactor: fields.positive("attention_factor", yarnAttentionFactor(fields, factor)),
      betaFast: fields.positive("beta_fast", 32),
      betaSlow: fields.positive("beta_slow", 1),
      originalMaxPositions: maxPositions,
      truncate: fields.flag("truncate", true),
    };
  },
};

/**
 * Returns 0.1·mscale·ln(factor) + 1, divided by the same expression with `mscale_all_dim` if both are given.
 */
function yarnAttentionFactor(fields: ConfigFields, factor: number): number {
  const magnitude = (scale: number): number => (factor <= 1 ? 1 : 0.1 * scale * Math.log(factor) + 1);
  if (fields.get("mscale") === undefined || fields.get("mscale_all_dim") === undefined) return magnitude(1);
  return magnitude(fields.positive("mscale")) / magnitude(fields.positive("mscale_all_dim"));
}

function scalingOf(config: ConfigFields, fields: ConfigFields): RotaryScaling | null {
  const key =
    fields.get("rope_type") === undefined && fields.get("type") !== undefined ? "type" : "rope_type";
  const scaling = fields.choice(key, scalings, "default");
  const pretrained = config.size("max_position_embeddings", undefined, Number.MAX_SAFE_INTEGER);
  const maxPositions = fields.size("original_max_position_embeddings", pretrained, Number.MAX_SAFE_INTEGER);
  return scaling === null ? null : scaling(fields, maxPositions);
}
