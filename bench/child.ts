// Starts a program of the benchmark and returns the JSON in the last line of its output.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface ChildOptions {
  /** Called for each line of standard output. */
  readonly onLine?: (line: string, child: ChildProcess) => void;
}

export interface ChildEnd {
  readonly code: number | null;
  readonly lastLine: string;
  /** End of standard error, where a program says why it failed. */
  readonly errors: string;
}

const keptErrors = 2000;

/** Passes standard error through, because programs write their progress there. */
export function runChild(
  command: string,
  args: readonly string[],
  { onLine }: ChildOptions = {},
): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
      // Local files only, without asking a server about each of them; no progress bars or warnings.
      env: { ...process.env, HF_HUB_OFFLINE: "1", TQDM_DISABLE: "1", PYTHONWARNINGS: "ignore" },
    });
    let lastLine = "";
    let errors = "";
    const lines = createInterface({ input: child.stdout });
    lines.on("line", line => {
      if (line.trim() !== "") lastLine = line;
      onLine?.(line, child);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      process.stderr.write(text);
      errors = (errors + text).slice(-keptErrors);
    });
    child.once("error", reject);
    child.once("close", code => resolve({ code, lastLine, errors }));
  });
}

/** Returns the result that a program printed as JSON in its last line. @throws Error with its last words */
export async function resultOf(command: string, args: readonly string[]): Promise<unknown> {
  const { code, lastLine, errors } = await runChild(command, args);
  if (code !== 0) throw new Error(lastWords(errors) || `it ended with exit code ${code}`);
  return JSON.parse(lastLine);
}

/** Finds the line that names the error: Python's traceback ends with it, Node's with its version. */
function lastWords(errors: string): string {
  const lines = errors.split(/\r?\n/).map(line => line.trim());
  return lines.findLast(line => /error|killed/i.test(line)) ?? lines.findLast(line => line !== "") ?? "";
}
