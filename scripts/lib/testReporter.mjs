// @ts-check
// node:test reporter: one line per top-level test, failures in full, and the counts in a file for the caller.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { dirname, relative, resolve } from "node:path";
import { inspect } from "node:util";
import { root } from "./paths.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/** The runner's own totals, which exclude suites and include files that could not be loaded. */
const totals = /^(pass|fail|cancelled|skipped|todo) (\d+)$/;

/** @param {AsyncIterable<{ type: string, data: any }>} source */
// biome-ignore lint/style/noDefaultExport: the form that node --test reads
export default async function* report(source) {
  /** @type {Record<string, number>} */
  const counted = {};
  /** @type {string[]} */
  const failures = [];
  for await (const { type, data } of source) {
    if (type === "test:pass" && data.nesting === 0) {
      yield `${line(data)}\n`;
    } else if (type === "test:fail") {
      // The suite failed because of a test that has been shown already.
      if (data.details?.error?.failureType === "subtestsFailed") {
        if (data.nesting === 0) yield `${line(data)}\n`;
        continue;
      }
      const text = failure(data);
      failures.push(text);
      yield `${line(data)}\n${text}\n`;
    } else if (type === "test:stderr" || type === "test:stdout") {
      yield data.message;
    } else if (type === "test:diagnostic" && data.nesting === 0) {
      const match = totals.exec(data.message);
      if (match?.[1]) counted[match[1]] = Number(match[2]);
    }
  }
  const of = (/** @type {string} */ name) => counted[name] ?? 0;
  const counts = {
    passed: of("pass"),
    failed: of("fail") + of("cancelled"),
    skipped: of("skipped") + of("todo"),
    failures,
  };
  const file = process.env.PINCH_TEST_COUNTS;
  if (file) writeFileSync(file, JSON.stringify(counts));
}

/** @param {any} data */
function line(data) {
  const skipped = data.skip !== undefined || data.todo !== undefined;
  const sign = data.details?.error === undefined ? (skipped ? "-" : "ok") : "FAIL";
  const reason = typeof data.skip === "string" && data.skip !== "" ? ` (skipped: ${data.skip})` : "";
  return `  ${sign.padEnd(4)} ${data.name}${reason || (skipped ? " (skipped)" : "")}`;
}

/** @param {any} data */
function failure(data) {
  const error = data.details?.error;
  const cause = error?.cause ?? error;
  const text = cause instanceof Error ? (cause.stack ?? cause.message) : inspect(cause);
  return `${data.file ? place(data) : ""}\n${text}`.replace(/^/gm, "       ");
}

/** Place in the sources: a bundle's map tells it. @param {{ file: string, line?: number, column?: number }} data */
function place({ file, line = 1, column = 1 }) {
  const map = `${file}.map`;
  if (existsSync(map)) {
    /** @type {Partial<import("node:module").SourceMapping>} */
    const found = new SourceMap(JSON.parse(readFileSync(map, "utf8"))).findEntry(line - 1, column - 1);
    const { originalSource, originalLine = 0 } = found;
    if (originalSource !== undefined)
      return `${relative(root, resolve(dirname(map), originalSource))}:${originalLine + 1}`;
  }
  return `${relative(root, file)}:${line}`;
}
