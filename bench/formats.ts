// Measures time and memory to index the same rows as JSON Lines, compressed and as Parquet: 12 languages of
// ROWS each, and one file of GIGABYTES whose rows name their languages.
// usage: npm run bench:formats -- [ROWS [GIGABYTES]]
import { spawnSync } from "node:child_process";
import { createWriteStream, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { parquetWriteBuffer } from "hyparquet-writer";
import { seededRandom } from "../src/common/random.ts";
import { resultOf } from "./child.ts";
import { start } from "./entry.ts";
import { machineLine } from "./machine.ts";
import { rounded } from "./numbers.ts";

const languages = ["ar", "cs", "en", "es", "et", "fi", "he", "hi", "it", "ru", "sw", "zh"];
const root = join(import.meta.dirname, "..");
/** Bundled like the extension's own programs: Zstandard is only decompressed in a thread when bundled. */
const bundled = join(root, "dist", "bench");

interface Row {
  readonly id: string;
  readonly prompt: string;
  readonly response: string;
}

/** Word frequencies resemble those of text: few common words, many rare ones. */
function rowsOf(language: string, count: number): Row[] {
  const random = seededRandom("formats", language);
  const words = (length: number): string =>
    Array.from({ length }, () => `w${Math.floor(4000 * random() ** 3).toString(36)}`).join(" ");
  return Array.from({ length: count }, (_, i) => ({
    id: `r${i}`,
    prompt: words(8 + Math.floor(20 * random())),
    response: words(20 + Math.floor(60 * random())),
  }));
}

interface Measured {
  readonly seconds: number;
  readonly rows: number;
  /** Peak resident memory of the process. */
  readonly megabytes: number;
}

/** Runs a separate process twice: the first run reads the files from disk into the cache. */
async function measure(
  what: string,
  folder: string,
  train: string,
  how: "index" | "load" = "index",
): Promise<Measured> {
  let best: Measured | null = null;
  for (let time = 0; time < 2; time++) {
    const result = (await resultOf(process.execPath, [
      join(bundled, "formatsChild.js"),
      folder,
      train,
      how,
    ])) as Measured;
    if (best === null || result.seconds < best.seconds) best = result;
  }
  if (best === null) throw new Error("nothing was measured");
  process.stdout.write(
    `${what.padEnd(34)} ${rounded(best.seconds, 2)} s, ${best.rows.toLocaleString("en")} rows, at most ${Math.round(best.megabytes)} MB\n`,
  );
  return best;
}

function zstd(path: string): boolean {
  return spawnSync("zstd", ["-q", "-f", path]).status === 0;
}

async function writeLarge(path: string, bytes: number): Promise<void> {
  const lines = languages.flatMap(language =>
    rowsOf(language, 2_000).map(({ id: _, ...row }) => ({ ...row, lang: language })),
  );
  const out = createWriteStream(path);
  let written = 0;
  for (let i = 0; written < bytes; i++) {
    const piece = lines.map((row, at) => `${JSON.stringify({ id: `${i}-${at}`, ...row })}\n`).join("");
    written += Buffer.byteLength(piece);
    if (!out.write(piece)) await new Promise<void>(resolve => out.once("drain", () => resolve()));
  }
  await new Promise<void>(resolve => out.end(() => resolve()));
}

async function main(): Promise<void> {
  const [rows = "50000", gigabytes = "2"] = process.argv.slice(2);
  await build({
    entryPoints: [
      { in: join(import.meta.dirname, "formatsChild.ts"), out: "formatsChild" },
      { in: join(root, "src", "runtime", "dataFiles", "unzstdWorker.ts"), out: "unzstdWorker" },
    ],
    outdir: bundled,
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    external: ["onnxruntime-node"],
    logLevel: "error",
  });
  const folder = mkdtempSync(join(tmpdir(), "pinch-formats-"));
  process.stdout.write(`${machineLine({})}\n`);
  try {
    let packed = true;
    let bytes = 0;
    for (const language of languages) {
      const all = rowsOf(language, Number(rows));
      const path = join(folder, `${language}.jsonl`);
      const text = all.map(row => JSON.stringify(row)).join("\n");
      writeFileSync(path, text);
      writeFileSync(`${path}.gz`, gzipSync(text));
      packed &&= zstd(path);
      bytes += statSync(path).size;
      const columnData = (["id", "prompt", "response"] as const).map(name => ({
        name,
        data: all.map(row => row[name]),
        type: "STRING" as const,
      }));
      writeFileSync(join(folder, `${language}.parquet`), Buffer.from(parquetWriteBuffer({ columnData })));
    }
    process.stdout.write(`${Math.round(bytes / 2 ** 20)} MB of JSON Lines in 12 files\n`);
    const plain = await measure("JSON Lines", folder, '"{language}.jsonl"');
    for (const ending of ["jsonl.gz", ...(packed ? ["jsonl.zst"] : []), "parquet"]) {
      const found = await measure(ending, folder, `"{language}.${ending}"`);
      process.stdout.write(`  ${rounded(found.seconds / plain.seconds, 2)} times plain files\n`);
    }
    if (Number(gigabytes) === 0) return;
    await writeLarge(join(folder, "all.jsonl"), Number(gigabytes) * 1e9);
    await measure(`one file of ${gigabytes} GB`, folder, "{ file: all.jsonl, language: lang }");
    const few = "{ file: all.jsonl, language: lang, cap: 10000 }";
    await measure("the same with a cap", folder, few);
    await measure("its rows for a run, with a cap", folder, few, "load");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

start(main);
