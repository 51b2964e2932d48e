// The report of an issue as a person sees it before anybody else does: what computed, on what, and what went wrong.
import type { RunRecord } from "../records/records.ts";
import { shareable } from "./failedRun.ts";
import { type Phrases, redactLine } from "./redact.ts";

export interface IssueFacts {
  /** Name and version, for example `["Pinch", "0.1.0"]`. */
  readonly versions: readonly (readonly [string, string])[];
  readonly machine: readonly (readonly [string, string])[];
  /** The setting. */
  readonly device: string;
  /** Newest run that failed; null: none did. */
  readonly failed: RunRecord | null;
  /** Of run folders that can't be read, why: half a sentence of Pinch's. */
  readonly unreadable: readonly string[];
  /** Entries of the log, oldest first. */
  readonly log: readonly string[];
}

/** Lines of the log. */
export const tailLines = 120;
const mostUnreadable = 5;

/** @param phrases What of the log is kept. */
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
    "Nothing has been sent. Of the log only Pinch's own words and numbers are left; ⟨…⟩ stands for all else. Read this",
    "before you pass it on, and take out what else is not to be seen.",
    "",
    "## What happened",
    "",
    "What I did, what I expected, and what came instead:",
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
    "## The newest run that failed",
    "",
    ...(failed === null ? ["There is none."] : failedLines(failed, clean)),
    ...unreadable.slice(0, mostUnreadable).map(fault => `- A run folder can't be read, ${clean(fault)}`),
    "",
    `## The log, its last ${lines.length} lines`,
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

/** Nothing in it ends the fence: no phrase of Pinch's begins with one, and all else is taken out. */
function fenced(language: string, lines: readonly string[]): string[] {
  return [`\`\`\`${language}`, ...lines, "```"];
}
