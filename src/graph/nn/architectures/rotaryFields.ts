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
  /** Size of the heads, and the share of it that rotates if the file names none; absent if all of it rotates. */
  readonly part?: { readonly headSize: number; readonly share: number };
  readonly scalings?: Scalings;
  /** Names of the base and of the rotating share outside the scaling fields. */
  readonly keys?: { readonly base: string; readonly share: string };
  /** Keys of the scaling fields without effect. */
  readonly neutral?: readonly string[];
  /** Length of pretraining of files that name none, where those don't mean `max_position_embeddings`. */
  readonly originalLength?: number;
}

/** Lengths that a scaling may depend on. */
export interface ScalingLengths {
  /** Length of texts in pretraining. */
  readonly original: number;
  readonly longest: number;
  /** Number of elements of a head that rotate; 0 if that is not known. */
  readonly rotated: number;
}

/** Readers of scalings by their type; null for none. */
type Scalings = Readonly<
  Record<string, ((fields: ConfigFields, lengths: ScalingLengths) => RotaryScaling) | null>
>;

const usualKeys = { base: "rope_theta", share: "partial_rotary_factor" };
const originalPositions = "original_max_position_embeddings";

/** Reads the rotary parameters of a model with a single set of them. */
export function rotaryFields(config: ConfigFields, defaults: RotaryDefaults = {}): RotaryParameters {
  const { theta = 10_000, originalLength, keys = usualKeys } = defaults;
  config.get("rope_parameters"); // transformers ignores it if a file has the older field as well
  const older = config.nested("rope_scaling");
  const fields = older === null || older.isEmpty ? config.nested("rope_parameters") : older;
  const base = rotaryBase(config, fields, keys.base, theta);
  // and the original length outside the scaling fields to the one among them
  const outside = config.get(originalPositions) !== undefined || originalLength !== undefined;
  return rotaryOf(config, fields, base, outside ? config : fields, defaults);
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
    return rotaryOf(config, fields, base, fields);
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
  lengths: ConfigFields | null,
  defaults: RotaryDefaults = {},
): RotaryParameters {
  const { interleaved = false, part, keys = usualKeys, neutral = [] } = defaults;
  for (const key of neutral) fields?.get(key);
  const size = rotatedSize(config, fields, part, keys.share);
  const partial = size === undefined || size === part?.headSize ? {} : { size };
  const scaling = fields === null ? null : scalingOf(config, fields, lengths ?? fields, size ?? 0, defaults);
  return { theta, ...partial, interleaved, scaling };
}

/** Number of elements of each head that rotate; undefined if the architecture has no choice. */
function rotatedSize(
  config: ConfigFields,
  fields: ConfigFields | null,
  part: RotaryDefaults["part"],
  key: string,
): number | undefined {
  if (part === undefined) {
    config.only(key, 1);
    fields?.only(usualKeys.share, 1);
    return undefined;
  }
  // Null is all of a head in transformers 5, and an error in transformers 4.
  if (config.isNull(key) && part.share < 1) throw config.unsupported(key, ["a number, or no such field"]);
  const outside = config.positive(key, part.share);
  const size = Math.trunc(part.headSize * (fields?.positive(usualKeys.share, outside) ?? outside));
  if (size >= 2 && size % 2 === 0 && size <= part.headSize) return size;
  throw config.unsupported(key, [`a share of ${part.headSize} that is an even number`]);
}

export const usualScalings: Scalings = {
  default: null,
  linear: fields => ({ type: "linear", factor: fields.positive("factor") }),
  llama3: (fields, { original }) => ({
    type: "llama3",
    factor: fields.positive("factor"),
    lowFrequencyFactor: fields.positive("low_freq_factor"),
    highFrequencyFactor: fields.positive("high_freq_factor"),
    originalMaxPositions: original,
  }),
  yarn: (fields, { original }) => {
    const factor = fields.positive("factor");
    return {
      type: "yarn",
      factor,
      attentionFactor: fields.positive("attention_factor", yarnAttentionFactor(fields, factor)),
      betaFast: fields.positive("beta_fast", 32),
      betaSlow: fields.positive("beta_slow", 1),
      originalMaxPositions: original,
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

function scalingOf(
  config: ConfigFields,
  fields: ConfigFields,
  lengths: ConfigFields,
  rotated: number,
  { scalings = usualScalings, originalLength }: RotaryDefaults,
): RotaryScaling | null {
  const older = fields.get("type") !== undefined;
  const key = fields.get("rope_type") === undefined && older ? "type" : "rope_type";
  const scaling = fields.choice(key, scalings, "default");
  const longest = config.size("max_position_embeddings", undefined, Number.MAX_SAFE_INTEGER);
  fields.get(originalPositions);
  const original = lengths.size(originalPositions, originalLength ?? longest, Number.MAX_SAFE_INTEGER);
  return scaling === null ? null : scaling(fields, { original, longest, rotated });
}
