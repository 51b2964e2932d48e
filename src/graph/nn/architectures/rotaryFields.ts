// Reads rotary parameters from config.json, in the format of transformers 5 (`rope_parameters`) and in the
// older one.
import { HumanError } from "../../../common/errors.ts";
import type { RotaryParameters, RotaryScaling } from "../rotary.ts";
import type { ConfigFields } from "./configFields.ts";

export interface RotaryDefaults {
  /** Base of files that name none; null where versions of transformers disagree about it. */
  readonly theta?: number | null;
  /** True when pairs are (2i, 2i + 1) instead of (i, i + headSize/2). */
  readonly interleaved?: boolean;
}

const originalPositions = "original_max_position_embeddings";

/** Reads the rotary parameters of a model with a single set of them. */
export function rotaryFields(
  config: ConfigFields,
  { theta = 10_000, interleaved = false }: RotaryDefaults = {},
): RotaryParameters {
  config.get("rope_parameters"); // transformers ignores it if a file has the older field as well
  const older = config.nested("rope_scaling");
  const fields = older === null || older.isEmpty ? config.nested("rope_parameters") : older;
  const base = rotaryBase(config, fields, "rope_theta", theta);
  // and the original length outside the scaling fields to the one among them
  const outside = config.get(originalPositions) !== undefined;
  return rotaryOf(config, fields, base, { interleaved, lengths: outside ? config : fields });
}

/** Field and default of a base that the scaling fields don't name; null where versions of transformers disagree. */
interface Base {
  readonly key: string;
  readonly theta: number | null;
}

/** Reads the rotary parameters of a model whose layers with a window have others than those without. */
export function rotaryByKind(
  config: ConfigFields,
  bases: { readonly full: Base; readonly sliding: Base },
): { readonly full: RotaryParameters; readonly sliding: RotaryParameters } {
  const parameters = config.nested("rope_parameters");
  const scaling = config.nested("rope_scaling"); // of layers without a window
  if (parameters !== null && scaling !== null)
    throw config.unsupported("rope_scaling", ["rope_parameters without rope_scaling"]);
  const read = (fields: ConfigFields | null, { key, theta }: Base): RotaryParameters => {
    fields?.only("truncate", true); // transformers does not read it here
    const base = rotaryBase(config, fields, key, theta);
    return rotaryOf(config, fields, base, { interleaved: false, lengths: fields });
  };
  return {
    full: read(parameters?.nested("full_attention") ?? scaling, bases.full),
    sliding: read(parameters?.nested("sliding_attention") ?? null, bases.sliding),
  };
}

/** Reads the base of the rotation: from the scaling fields, or else from the model's field `key`. */
function rotaryBase(
  config: ConfigFields,
  fields: ConfigFields | null,
  key: string,
  fallback: number | null,
): number {
  const outside = config.get(key);
  if (fields !== null && fields.get("rope_theta") !== undefined) return fields.positive("rope_theta");
  if (outside === undefined && fallback === null)
    throw new HumanError(
      `${config.path} names no ${key}, and versions of transformers disagree about its default.`,
      {
        remedy: `Set ${key} to the value that the model was trained with.`,
      },
    );
  return config.positive(key, fallback ?? undefined);
}

/**
 * Reads rotary parameters.
 * @param fields Scaling fields; null means no scaling.
 * @param lengths Fields with the length of pretraining.
 */
function rotaryOf(
  config: ConfigFields,
  fields: ConfigFields | null,
  theta: number,
  { interleaved, lengths }: { readonly interleaved: boolean; readonly lengths: ConfigFields | null },
): RotaryParameters {
  config.only("partial_rotary_factor", 1);
  if (fields === null) return { theta, interleaved, scaling: null };
  fields.only("partial_rotary_factor", 1);
  return { theta, interleaved, scaling: scalingOf(config, fields, lengths ?? fields) };
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

function scalingOf(config: ConfigFields, fields: ConfigFields, lengths: ConfigFields): RotaryScaling | null {
  const older = fields.get("type") !== undefined;
  const key = fields.get("rope_type") === undefined && older ? "type" : "rope_type";
  const scaling = fields.choice(key, scalings, "default");
  const pretrained = config.size("max_position_embeddings", undefined, Number.MAX_SAFE_INTEGER);
  fields.get(originalPositions);
  const maxPositions = lengths.size(originalPositions, pretrained, Number.MAX_SAFE_INTEGER);
  return scaling === null ? null : scaling(fields, maxPositions);
}
