// Writes an issue report, which users read before they share it: versions, machine, device, and the failure.
import type { RunRecord } from "../records/runRecord.ts";
import { shareable } from "./failedRun.ts";
import { type Phrases, redactLine } from "./redact.ts";

export interface IssueFacts {
  /** Name and version, for example `["Pinch", "0.1.0"]`. */
  readonly versions: readonly (readonly [string, string])[];
  readonly machine: readonly (readonly [string, string])[];
  /** Value of the setting `pinch.device`. */
  readonly device: string;
  /** The newest failed run; null if none failed. */
  readonly failed: RunRecord | null;
  /** Reasons why run folders can't be read, as clauses of Pinch's own. */
  readonly unreadable: readonly string[];
  /** Entries of the log, oldest first. */
  readonly log: readonly string[];
}

/** Number of log lines in a report. */
export const tailLines = 120;
const maxUnreadable = 5;

/**
 * Returns the report as Markdown.
 * @param phrases texts that are kept in log lines
 */
export function issueText(facts: IssueFacts, phrases: Phrases): string {
  const clean = (text: string): string =>
    text
      .split(/\r?\n/)
      .map(line => redactLine(line, phrases))
      .join("\n");
  const lines = facts.log.flatMap(entry => clean(entry).split("\n")).slice(-tailLines);
  const { failed, unreadable } = facts;
  return [
    "# Pinch: issue report",
    "",
    "Nothing has been sent. Only Pinch's own phrases and numbers are kept from the log; ⟨…⟩ replaces everything else.",
    "Read this before you share it, and remove anything else that should stay private.",
    "",
    "## What happened",
    "",
    "What I did, what I expected, and what happened instead:",
    "",
    "## Versions",
    "",
    ...facts.versions.map(([name, value]) => `- ${name}: ${value}`),
    "",
    "## Machine and device",
    "",
    ...facts.machine.map(([name, value]) => `- ${name}: ${value}`),
    `- setting pinch.device: ${facts.device}`,
    "",
    "## Newest failed run",
    "",
    ...(failed === null ? ["There is none."] : failedLines(failed, clean)),
    ...unreadable.slice(0, maxUnreadable).map(fault => `- A run folder can't be read, ${clean(fault)}`),
    "",
    `## Last ${lines.length} lines of the log`,
    "",
    ...fenced("text", lines),
    "",
  ].join("\n");
}

function failedLines({ error, ...record }: RunRecord, clean: (text: string) => string): string[] {
  const said = error === null ? [] : [clean(error.message), clean(error.remedy), ""];
  return [
    ...said,
    ...fenced("json", JSON.stringify(shareable({ error, ...record }), null, 2).split("\n")),
    "",
  ];
}

/**
 * Wraps lines in a code fence. Nothing in them can end it: no phrase of Pinch's begins with a fence, and
 * everything else is redacted.
 */
function fenced(language: string, lines: readonly string[]): string[] {
  return [`\`\`\`${language}`, ...lines, "```"];
}
