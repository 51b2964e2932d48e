// Checks that `train.lora.targets` name layers of the model.
import type { Diagnostic } from "../../common/diagnostic.ts";
import { closest } from "../../common/didYouMean.ts";
import { listed, shortened } from "../../common/words.ts";
import type { ParsedMixtureFile } from "../../core/mixtureFile/parse.ts";
import { isTarget } from "../../graph/nn/adapterLayers.ts";
import { linearLayers } from "../../graph/nn/decoderWeights.ts";
import type { ModelFolder } from "../model/modelFolder.ts";

/** Faults of the targets that name no linear layer, each with the names that exist. */
export function targetFaults(
  parsed: Pick<ParsedMixtureFile, "draft" | "locate">,
  { name, config }: Pick<ModelFolder, "name" | "config">,
): Diagnostic[] {
  const { method, lora } = parsed.draft.train;
  if (method === "full" || lora.targets === "all-linear") return [];
  const layers = linearLayers(config.decoder).map(layer => layer.name);
  const ends = [...new Set(layers.map(layer => layer.replace(/^.*layers\.\d+\./, "")))];
  return lora.targets.flatMap((target, index): Diagnostic[] => {
    if (layers.some(layer => isTarget(target, layer))) return [];
    const near = closest(
      target,
      ends.flatMap(end => [end, end.slice(end.lastIndexOf(".") + 1)]),
    );
    return [
      {
        severity: "error",
        code: "unknown-value",
        message: `${name} has no linear layer named ${shortened(target)}.`,
        remedy: `${near === null ? "" : `Did you mean "${near}"? `}Each of its ${config.decoder.layers} layers has ${listed(ends)}; a longer name, such as ${layers[0]}, chooses one.`,
        range: parsed.locate(["train", "lora", "targets", index]),
        ...(near === null ? {} : { meant: near }),
      },
    ];
  });
}
