// The output channel, which also keeps the last entries of this window.
import * as vscode from "vscode";

export type Log = vscode.LogOutputChannel;

/** Number of entries kept for an issue report. */
const keptEntries = 400;
const levels = ["error", "warn", "info"] as const;

export function createLog(): { readonly log: Log; readonly tail: () => readonly string[] } {
  const channel = vscode.window.createOutputChannel("Pinch", { log: true });
  const kept: string[] = [];
  const keep = (level: string, message: string | Error): void => {
    const text = message instanceof Error ? (message.stack ?? message.message) : message;
    kept.push(`${new Date().toISOString()} ${level} ${text}`);
    if (kept.length > keptEntries) kept.shift();
  };
  const keeping = new Map<string | symbol, unknown>(
    levels.map(level => [
      level,
      (message: string | Error, ...details: unknown[]): void => {
        keep(level, message);
        // Every level accepts text; only `error` also accepts an Error.
        (channel[level] as (first: string | Error, ...rest: unknown[]) => void)(message, ...details);
      },
    ]),
  );
  // A channel's own methods need the channel itself as `this`.
  const log = new Proxy({} as Log, {
    get(_target, name) {
      if (keeping.has(name)) return keeping.get(name);
      const value: unknown = Reflect.get(channel, name, channel);
      return typeof value === "function" ? value.bind(channel) : value;
    },
  });
  return { log, tail: () => kept };
}
