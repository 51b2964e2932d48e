// Caches every answer of a judge, so that nothing is asked twice: in later comparisons, or after one that was
// stopped.
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../../common/json.ts";
import type { JudgeIdentity } from "../../core/records/comparison.ts";
import type { Seal } from "../../node/installation.ts";
import { JsonLinesWriter } from "../../node/jsonLines.ts";
import { ownSeal } from "../../node/madeHere.ts";
import { readRunFile } from "../../node/plainFiles.ts";
import { sha256OfText } from "../../node/sha256.ts";
import { canonicalJson } from "../files/runName.ts";

/** Folder next to the run folders, so that answers asked for one run serve all. */
const cacheFolder = "verdicts";

export interface KeptAnswer {
  readonly text: string;
  /** Model that answered, as the judge names it; null if it does not, or if the answer predates this field. */
  readonly served: string | null;
  readonly promptTokens: number | null;
  readonly completionTokens: number | null;
}

export interface FoundAnswer extends Pick<KeptAnswer, "text" | "served"> {
  /** True if this installation asked; otherwise the answer came with the folder. */
  readonly own: boolean;
}

/**
 * Cache in `<runs folder>/verdicts/<judge>-<time>-<process>.jsonl`: one line per answer, keyed by the SHA-256
 * of the judge's identity (including the version of the prompts) and the complete question. Every comparison
 * appends to its own file, so that concurrent ones don't interfere; all files of a judge are read. An answer
 * on an unreadable line is asked for again. Each line records what answered: a name such as `gpt-4o` may
 * refer to another model tomorrow, and answers of both must not be mixed in one score.
 */
export class VerdictCache {
  readonly #judge: string;
  readonly #path: string;
  readonly #sealOf = ownSeal("answer");
  readonly #kept = new Map<string, FoundAnswer>();
  #newest: ReadonlySet<string | null> = new Set();
  #writer: JsonLinesWriter | null = null;

  /** @param runs Folder of run folders. */
  constructor(runs: string, identity: JudgeIdentity) {
    this.#judge = sha256OfText(canonicalJson(identity));
    const folder = join(runs, cacheFolder);
    const prefix = this.#judge.slice(0, 16);
    this.#path = join(folder, `${prefix}-${Date.now().toString(36)}-${process.pid}.jsonl`);
    if (!existsSync(folder)) return;
    for (const name of readdirSync(folder).sort())
      if (name.startsWith(`${prefix}-`) && name.endsWith(".jsonl")) this.#read(join(folder, name));
  }

  find(question: string): FoundAnswer | null {
    return this.#kept.get(this.#keyOf(question)) ?? null;
  }

  /**
   * What answered in the newest comparison that asked this judge anything: what its name currently refers to.
   */
  get newest(): ReadonlySet<string | null> {
    return this.#newest;
  }

  /** Stores an answer, which is on its way to the disk on return. */
  keep(question: string, answer: KeptAnswer): void {
    const key = this.#keyOf(question);
    this.#writer ??= new JsonLinesWriter(this.#path);
    const maker = this.#sealOf(sealedOf({ key, ...answer }));
    this.#writer.append({ key, ...answer, time: new Date().toISOString(), maker });
  }

  close(): void {
    this.#writer?.close();
    this.#writer = null;
  }

  #keyOf(question: string): string {
    return sha256OfText(`${this.#judge}\n${question}`);
  }

  #read(path: string): void {
    const served = new Set<string | null>();
    for (const line of readRunFile(path, "lines").split("\n")) {
      const entry = entryOf(line, this.#sealOf);
      if (entry === null) continue;
      served.add(entry.served);
      this.#kept.set(entry.key, entry);
    }
    if (served.size > 0) this.#newest = served; // files are read in chronological order
  }
}

interface Entry extends FoundAnswer {
  readonly key: string;
}

function sealedOf({ key, text, served }: Omit<Entry, "own">): string {
  return JSON.stringify([key, text, served]);
}

function entryOf(line: string, sealOf: Seal): Entry | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null; // incomplete line of a killed process
  }
  if (!isObject(value) || typeof value.key !== "string" || typeof value.text !== "string") return null;
  const { key, text, maker } = value;
  const served = typeof value.served === "string" ? value.served : null;
  return { key, text, served, own: maker === sealOf(sealedOf({ key, text, served })) };
}
