// Starts a program of the benchmark and gives back the JSON in the last line it writes.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface ChildOptions {
  /** Called for each line of standard output. */
  readonly onLine?: (line: string, child: ChildProcess) => void;
}

export interface ChildEnd {
  readonly code: number | null;
  readonly lastLine: string;
  /** The last characters of standard error: where a program says why it failed. */
  readonly errors: string;
}

const keptErrors = 2000;

/** Standard error is shown as it comes: programs write their progress there. */
export function runChild(
  command: string,
  args: readonly string[],
  { onLine }: ChildOptions = {},
): Promise<ChildEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
      // Local files only, so no look at a server before each of them; and no bars or warnings between the steps.
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

/** The result that a program printed as JSON in its last line. @throws Error with its last words. */
export async function resultOf(command: string, args: readonly string[]): Promise<unknown> {
  const { code, lastLine, errors } = await runChild(command, args);
  if (code !== 0) throw new Error(lastWords(errors) || `it ended with exit code ${code}`);
  return JSON.parse(lastLine);
}

/** The line that names the error: the last of a Python traceback; Node's own ends with a stack and its version. */
function lastWords(errors: string): string {
  const lines = errors.split(/\r?\n/).map(line => line.trim());
  return lines.findLast(line => /error|killed/i.test(line)) ?? lines.findLast(line => line !== "") ?? "";
}
