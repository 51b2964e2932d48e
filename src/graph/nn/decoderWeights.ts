// The weights that a decoder has, by their names and shapes.
import {
  type DecoderConfig,
  embeddingName,
  hasBias,
  headName,
  layerName,
  layerScalarName,
  perLayerNames,
  xIeluNames,
} from "./decoderConfig.ts";
import {
  attentionWidths,
  feedForwardWidths,
  headsOf,
  intermediateSizeOf,
  keysLayer,
  layerAttention,
} from "./layerShape.ts";
import { recurrentLinears, recurrentWeights } from "./recurrence.ts";

/** Names of the linear layers, which may have adapters, with their shapes [out, in]. */
export function linearLayers(
  config: DecoderConfig,
): { readonly name: string; readonly out: number; readonly in: number }[] {
  const { hiddenSize, linears, perLayerInputs } = config;
  const side = (names: readonly string[], widths: readonly number[]): { name: string; out: number }[] =>
    names.length === 1
      ? names.map(name => ({ name, out: widths.reduce((sum, width) => sum + width) }))
      : widths.map((out, i) => ({ name: names[i] as string, out }));
  const wide = (one: { name: string; out: number }) => ({ ...one, in: hiddenSize });
  const layers = Array.from({ length: config.layers }, (_, i) => {
    const { heads, headSize } = headsOf(config, i);
    const { instead } = layerAttention(config, i);
    const attention = [
      ...side(linears.attention, attentionWidths(config, i)).map(wide),
      { name: linears.output, out: hiddenSize, in: heads * headSize },
    ];
    const layer = [
      ...(instead === undefined ? attention : recurrentLinears(hiddenSize, instead)),
      ...side(linears.feedForward, feedForwardWidths(config, i)).map(wide),
      { name: linears.down, out: hiddenSize, in: intermediateSizeOf(config, i) },
      ...(perLayerInputs === null
        ? []
        : [
            { name: perLayerNames.gate, out: perLayerInputs.size, in: hiddenSize },
            { name: perLayerNames.down, out: hiddenSize, in: perLayerInputs.size },
          ]),
    ];
    return layer.map(({ name, ...shape }) => ({ name: `${layerName(config, i)}.${name}`, ...shape }));
  });
  const projection =
    perLayerInputs === null
      ? []
      : [wide({ name: perLayerNames.projection, out: perLayerInputs.parts * perLayerInputs.size })];
  return [...layers.flat(), ...projection];
}

export interface DecoderWeight {
  readonly name: string;
  readonly shape: readonly number[];
  /** Part of the model that is not trained with it. */
  readonly fixed?: true;
}

/** All weights of the decoder with their shapes, in a fixed order. */
export function decoderWeights(config: DecoderConfig): DecoderWeight[] {
  const { hiddenSize, vocabularySize, queryKeyNorm, perLayerInputs } = config;
  const linears = linearLayers(config);
  const queryKeyNorms = (i: number): DecoderWeight[] => {
    const { instead } = layerAttention(config, i);
    if (queryKeyNorm === null || instead !== undefined) return [];
    const { heads, kvHeads, headSize } = headsOf(config, i);
    const sides = keysLayer(config, i) === i ? ({ q: heads, k: kvHeads } as const) : ({ q: heads } as const);
    return Object.entries(sides).map(([side, count]) => ({
      name: `${layerName(config, i)}.${config.queryKeyNormNames[side as "q" | "k"]}.weight`,
      shape: [queryKeyNorm === "all" ? count * headSize : headSize],
    }));
  };
  const recurrent = (i: number): DecoderWeight[] => {
    const { instead } = layerAttention(config, i);
    const own = instead === undefined ? [] : recurrentWeights(hiddenSize, instead);
    return own.map(({ name, shape }) => ({ name: `${layerName(config, i)}.${name}`, shape }));
  };
  const normParts = config.norm === "layerBias" ? ["weight", "bias"] : ["weight"];
  const normOf = (name: string) => normParts.map(side => ({ name: `${name}.${side}`, shape: [hiddenSize] }));
  const blockNorms = [...config.blockNorms, ...(perLayerInputs === null ? [] : [perLayerNames.normBehind])];
  const layers = Array.from({ length: config.layers }, (_, i) => layerName(config, i));
  const norms = layers.flatMap((layer, i) => [
    ...blockNorms.flatMap(norm => normOf(`${layer}.${norm}`)),
    ...(config.activation === "xielu" ? xIeluNames : []).map(name => ({
      name: `${layer}.${name}`,
      shape: [1],
    })),
    ...queryKeyNorms(i),
    ...recurrent(i),
    ...(config.layerScalars
      ? [{ name: `${layer}.${layerScalarName}`, shape: [1], fixed: true } as const]
      : []),
  ]);
  const perLayer: DecoderWeight[] =
    perLayerInputs === null
      ? []
      : [
          {
            name: perLayerNames.embeddings,
            shape: [perLayerInputs.vocabularySize, perLayerInputs.parts * perLayerInputs.size],
          },
          { name: `${perLayerNames.norm}.weight`, shape: [perLayerInputs.size] },
        ];
  return [
    { name: embeddingName(config), shape: [vocabularySize, hiddenSize] },
    ...(config.names.embeddingNorm === null ? [] : normOf(config.names.embeddingNorm)),
    ...linears.map(layer => ({ name: `${layer.name}.weight`, shape: [layer.out, layer.in] })),
    ...linears
      .filter(layer => hasBias(config, layer.name))
      .map(layer => ({ name: `${layer.name}.bias`, shape: [layer.out] })),
    ...norms,
    ...perLayer,
    ...normOf(config.names.finalNorm),
    ...(config.tiedEmbeddings ? [] : [{ name: headName(config), shape: [vocabularySize, hiddenSize] }]),
  ];
}
