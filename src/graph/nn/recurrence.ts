// Layers that keep a state of constant size instead of keys and values: their kinds and weights.

/** What a layer has instead of attention. */
export type Recurrence = ShortConvolution;

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

/** Linear layers of a recurrence, by their names within the layer. */
export function recurrentLinears(
  hiddenSize: number,
): { readonly name: string; readonly out: number; readonly in: number }[] {
  return [
    { name: shortConvolutionNames.input, out: 3 * hiddenSize, in: hiddenSize },
    { name: shortConvolutionNames.output, out: hiddenSize, in: hiddenSize },
  ];
}

/** Further weights of a recurrence, likewise. */
export function recurrentWeights(
  hiddenSize: number,
  { taps, bias }: Recurrence,
): { readonly name: string; readonly shape: readonly number[] }[] {
  const name = shortConvolutionNames.convolution;
  return [
    { name: `${name}.weight`, shape: [hiddenSize, 1, taps] },
    ...(bias ? [{ name: `${name}.bias`, shape: [hiddenSize] }] : []),
  ];
}
