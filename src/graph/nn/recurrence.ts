// Layers that keep a state of constant size instead of keys and values: their kinds and weights.

/** What a layer has instead of attention. */
export type Recurrence = ShortConvolution | GatedDeltaNet;

/** LFM2: out(C ⊙ convolution(B ⊙ x)), with B, C and x projected from the layer's input. */
export interface ShortConvolution {
  readonly kind: "shortConvolution";
  /** Number of inputs that an output depends on. */
  readonly taps: number;
  /** The convolution has a bias. */
  readonly bias: boolean;
}

export const shortConvolutionNames = {
  input: "conv.in_proj",
  convolution: "conv.conv",
  output: "conv.out_proj",
} as const;

/** Qwen3.5: see gatedDeltaNet.ts. */
export interface GatedDeltaNet {
  readonly kind: "gatedDeltaNet";
  readonly taps: number;
  readonly keyHeads: number;
  /** A multiple of `keyHeads`. */
  readonly valueHeads: number;
  readonly keySize: number;
  readonly valueSize: number;
}

export const deltaNetNames = {
  qkv: "linear_attn.in_proj_qkv",
  z: "linear_attn.in_proj_z",
  b: "linear_attn.in_proj_b",
  a: "linear_attn.in_proj_a",
  convolution: "linear_attn.conv1d",
  decay: "linear_attn.A_log",
  bias: "linear_attn.dt_bias",
  norm: "linear_attn.norm",
  output: "linear_attn.out_proj",
} as const;

/** Number of channels of a convolution. */
function channelsOf(hiddenSize: number, recurrence: Recurrence): number {
  if (recurrence.kind === "shortConvolution") return hiddenSize;
  const { keyHeads, valueHeads, keySize, valueSize } = recurrence;
  return 2 * keyHeads * keySize + valueHeads * valueSize;
}

/** Linear layers of a recurrence, by their names within the layer. */
export function recurrentLinears(
  hiddenSize: number,
  recurrence: Recurrence,
): { readonly name: string; readonly out: number; readonly in: number }[] {
  if (recurrence.kind === "shortConvolution")
    return [
      { name: shortConvolutionNames.input, out: 3 * hiddenSize, in: hiddenSize },
      { name: shortConvolutionNames.output, out: hiddenSize, in: hiddenSize },
    ];
  const { valueHeads, valueSize } = recurrence;
  return [
    { name: deltaNetNames.qkv, out: channelsOf(hiddenSize, recurrence), in: hiddenSize },
    { name: deltaNetNames.z, out: valueHeads * valueSize, in: hiddenSize },
    { name: deltaNetNames.b, out: valueHeads, in: hiddenSize },
    { name: deltaNetNames.a, out: valueHeads, in: hiddenSize },
    { name: deltaNetNames.output, out: hiddenSize, in: valueHeads * valueSize },
  ];
}

interface NamedShape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Further weights of a recurrence, likewise. */
export function recurrentWeights(hiddenSize: number, recurrence: Recurrence): NamedShape[] {
  const taps = [channelsOf(hiddenSize, recurrence), 1, recurrence.taps];
  if (recurrence.kind === "shortConvolution") {
    const name = shortConvolutionNames.convolution;
    return [
      { name: `${name}.weight`, shape: taps },
      ...(recurrence.bias ? [{ name: `${name}.bias`, shape: [hiddenSize] }] : []),
    ];
  }
  const { valueHeads, valueSize } = recurrence;
  return [
    { name: `${deltaNetNames.convolution}.weight`, shape: taps },
    { name: deltaNetNames.decay, shape: [valueHeads] },
    { name: deltaNetNames.bias, shape: [valueHeads] },
    { name: `${deltaNetNames.norm}.weight`, shape: [valueSize] },
  ];
}

/** Parts of the state of a recurrence for one row: the last inputs of its convolution, and its memory. */
export function recurrentState(hiddenSize: number, recurrence: Recurrence): NamedShape[] {
  const inputs = { name: "inputs", shape: [recurrence.taps - 1, channelsOf(hiddenSize, recurrence)] };
  if (recurrence.kind === "shortConvolution") return [inputs];
  const { valueHeads, keySize, valueSize } = recurrence;
  return [inputs, { name: "memory", shape: [valueHeads, keySize, valueSize] }];
}
