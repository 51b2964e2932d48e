// Linear layers that have adapters, chosen by the ends of their names.
import type { DecoderConfig } from "./decoderConfig.ts";
import { linearLayers } from "./decoderWeights.ts";

/** Names of linear layers, or patterns for them; see `isTarget`. */
export type AdapterTargets = "all-linear" | readonly string[];

/**
 * Reports whether a target names a layer: by its full name, or by the end of it after a dot, as in PEFT. `*`
 * stands for any text.
 */
export function isTarget(target: string, layer: string): boolean {
  const parts = target.split("*");
  const starts = [0, ...[...layer.matchAll(/\./g)].map(({ index }) => index + 1)];
  return starts.some(start => matches(parts, layer.slice(start)));
}

/** @param parts The texts between the stars. */
function matches(parts: readonly string[], text: string): boolean {
  const [first = "", ...others] = parts;
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length >= at + last.length && text.endsWith(last);
}

export function adaptedLayers(
  config: DecoderConfig,
  targets: AdapterTargets = "all-linear",
): ReturnType<typeof linearLayers> {
  const layers = linearLayers(config);
  if (targets === "all-linear") return layers;
  return layers.filter(({ name }) => targets.some(target => isTarget(target, name)));
}

/** Last part of a layer's name, such as `q_proj`. */
function kindOf({ name }: { readonly name: string }): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** The shortest names by which PEFT finds the adapted layers and no others. */
export function targetModules(config: DecoderConfig, targets: AdapterTargets): string[] {
  const adapted = adaptedLayers(config, targets);
  const names = new Set(adapted.map(({ name }) => name));
  const others = new Set(
    linearLayers(config)
      .filter(({ name }) => !names.has(name))
      .map(kindOf),
  );
  const kinds = [...new Set(adapted.map(kindOf))];
  return kinds.some(kind => others.has(kind)) ? [...names] : kinds;
}
