// A temporary folder where graphs lie beside the weights they point to.
import { copyFileSync, linkSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { StoredWeight } from "../../graph/nn/weights.ts";
import type { ModelFolder } from "../model/modelFolder.ts";

const graphTypes = { F32: "float32", F16: "float16", BF16: "bfloat16" } as const;

/** The runtime refuses external data outside the graph's folder, also behind symbolic links: weights are hard-linked. */
export class GraphFolder {
  readonly path: string;
  readonly stored: ReadonlyMap<string, StoredWeight>;

  constructor(model: ModelFolder) {
    this.path = mkdtempSync(join(tmpdir(), "pinch-"));
    const locations = new Map<string, string>();
    for (const [i, file] of model.weightFiles.entries()) {
      const location = `weights-${i}.safetensors`;
      linkOrCopy(file, join(this.path, location));
      locations.set(file, location);
    }
    const stored = new Map<string, StoredWeight>();
    for (const [name, tensor] of model.tensors) {
      const location = locations.get(tensor.file.path);
      const dtype = graphTypes[tensor.dtype as keyof typeof graphTypes];
      if (location === undefined || dtype === undefined) throw new Error(`${name} lies in no weight file`);
      stored.set(name, { dtype, location, offset: tensor.offset, length: tensor.length });
    }
    this.stored = stored;
  }

  /** Writes a graph and returns its path. */
  write(name: string, model: Uint8Array): string {
    const path = join(this.path, `${name}.onnx`);
    writeFileSync(path, model);
    return path;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3, retryDelay: 100 });
  }
}

/** Another file system, or one without links, costs a copy. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}
