// Describes the benchmark machine in one line.
import { readFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";

/** Version of an installed package. */
function packageVersion(name: string): string {
  const file = join(import.meta.dirname, "..", "node_modules", name, "package.json");
  const read: unknown = JSON.parse(readFileSync(file, "utf8"));
  return typeof read === "object" && read !== null && "version" in read ? String(read.version) : "unknown";
}

/** @param peers versions of Python packages by name */
export function machineLine(peers: Readonly<Record<string, string>>): string {
  const processor = cpus()[0]?.model.trim() ?? "unknown processor";
  const memory = Math.round(totalmem() / 2 ** 30);
  const versions = [
    `Node ${process.versions.node}`,
    `onnxruntime-node ${packageVersion("onnxruntime-node")}`,
    ...Object.entries(peers).map(([name, version]) => `${name} ${version}`),
  ];
  const date = new Date().toISOString().slice(0, 10);
  return `${processor}, ${availableParallelism()} threads, ${memory} GiB of memory, ${process.platform} ${process.arch}; ${versions.join(", ")}; ${date}`;
}
