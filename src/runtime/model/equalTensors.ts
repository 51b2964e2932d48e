// Compares the stored values of two tensors without holding either in memory.
import { closeSync } from "node:fs";
import { openForReading, readFully, type SafetensorsFile } from "./safetensors.ts";

/** Number of bytes compared at a time. */
const pieceBytes = 1 << 20;

/** Reports whether two tensors have the same dtype, shape and bytes. */
export function equalTensors(
  file: SafetensorsFile,
  name: string,
  otherFile: SafetensorsFile,
  otherName: string,
): boolean {
  const [one, other] = [file.entries.get(name), otherFile.entries.get(otherName)];
  if (one === undefined || other === undefined) throw new Error(`no tensor ${name} or ${otherName}`);
  if (one.dtype !== other.dtype || one.shape.join() !== other.shape.join()) return false;
  const descriptors = [openForReading(file.path), openForReading(otherFile.path)] as const;
  try {
    for (let done = 0; done < one.length; done += pieceBytes) {
      const [a, b] = [one, other].map(() => new Uint8Array(Math.min(pieceBytes, one.length - done)));
      if (a === undefined || b === undefined) return false;
      readFully(descriptors[0], a, one.offset + done);
      readFully(descriptors[1], b, other.offset + done);
      if (Buffer.compare(a, b) !== 0) return false;
    }
    return true;
  } finally {
    for (const descriptor of descriptors) closeSync(descriptor);
  }
}
