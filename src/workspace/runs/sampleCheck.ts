// Checks in the background that a run's responses are the ones it wrote.
import type * as vscode from "vscode";
import { runFiles } from "../../core/records/records.ts";
import { isOwnFile } from "../../core/records/seal.ts";
import { Sha256 } from "../../node/sha256.ts";
import { withByteFile } from "../../platform/byteFile.ts";
import { statFile } from "../../platform/files.ts";
import type { StoredRun } from "./storedRun.ts";

/** Bytes read at a time, between which the extension host handles other events. */
const pieceBytes = 1 << 18;

export class SampleCheck {
  /** Result by file, with the state of the file that was checked. */
  readonly #known = new Map<string, { readonly stamp: string; readonly fault: string | null }>();

  /** Describes the fault; null if the responses are intact or the run recorded no hash. */
  async faultOf({ record }: StoredRun, samples: vscode.Uri): Promise<string | null> {
    const expected = record.files?.[runFiles.samples];
    if (expected === undefined) return null;
    const stat = await statFile(samples);
    if (stat === null) return `${runFiles.samples} is missing`;
    const key = samples.toString();
    const stamp = `${stat.mtime} ${stat.size} ${expected}`;
    const known = this.#known.get(key);
    if (known?.stamp === stamp) return known.fault;
    const same = isOwnFile(record, runFiles.samples, await hashOf(samples));
    const fault = same ? null : `${runFiles.samples} was changed since the run wrote it`;
    this.#known.set(key, { stamp, fault });
    return fault;
  }
}

async function hashOf(uri: vscode.Uri): Promise<string> {
  const hash = new Sha256();
  await withByteFile(uri, async file => {
    for (let offset = 0; ; offset += pieceBytes) {
      const piece = await file.read(offset, pieceBytes);
      hash.add(piece);
      if (piece.length < pieceBytes) return;
    }
  });
  return hash.hex();
}
