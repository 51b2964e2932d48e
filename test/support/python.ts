// A Python with other people's libraries, as a witness: PINCH_PYTHON, or python3.
import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";

const python = process.env.PINCH_PYTHON ?? "python3";

/** False if Python can import the modules, otherwise why the tests that need them are skipped. */
export function withoutPython(...modules: readonly string[]): string | false {
  const { status } = spawnSync(python, ["-c", modules.map(name => `import ${name}`).join("\n")], {
    stdio: "ignore",
  });
  return status !== 0 && `${python} has no ${modules.join(", ")}; PINCH_PYTHON may name one that has`;
}

/** Runs a script and returns what it prints, as JSON, while servers of this process go on answering. */
export async function runPython(
  script: string,
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<unknown> {
  const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...environment };
  const { stdout } = await promisify(execFile)(python, [script, ...words], { env, maxBuffer: 2 ** 26 });
  return JSON.parse(stdout);
}
