// Consent before prompts and responses leave this machine: requested once per server, stored outside the
// workspace.
import type * as vscode from "vscode";
import { isLoopback } from "../../common/loopback.ts";
import { confirm } from "../../platform/messages.ts";
import type { JudgeSettings } from "../../protocol/comparison.ts";
import { originOf } from "./judgeKey.ts";

const memoryKey = "pinch.judgeServers";

/** Distinct servers that the judges send to. */
export function serversOf(judges: readonly JudgeSettings[]): string[] {
  return [...new Set(judges.flatMap(judge => (judge.kind === "openai" ? (originOf(judge.url) ?? []) : [])))];
}

/** Source of the server setting, for the dialog. */
export function namedBy(byWorkspace: boolean): string {
  return byWorkspace ? "set by this workspace" : "set by you";
}

/**
 * Returns false if the user declines. Servers on this machine need no consent.
 * @param byWorkspace Whether settings of the workspace name the judges.
 */
export async function mayBeSent(
  judges: readonly JudgeSettings[],
  byWorkspace: boolean,
  memory: Pick<vscode.Memento, "get" | "update">,
): Promise<boolean> {
  for (const server of serversOf(judges).filter(origin => !isLoopback(origin))) {
    const known = memory.get<readonly string[]>(memoryKey, []);
    if (known.includes(server)) continue;
    const detail = [
      `Prompts and responses of the compared runs go to this server, ${namedBy(byWorkspace)} (pinch.judge, pinch.judgeUrl).`,
      ...(server.startsWith("http:")
        ? ["The connection is not encrypted: others on the network can read them."]
        : []),
      "You are asked only once for each server.",
    ].join("\n");
    if (!(await confirm(`Send prompts and responses to ${server}?`, { detail, yes: "Send" }))) return false;
    await memory.update(memoryKey, [...known, server]);
  }
  return true;
}
