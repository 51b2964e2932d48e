// Helpers for tests that run inside the extension host.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";
import type { RunRecord } from "../../src/core/records/runRecord.ts";
import { extensionId } from "../../src/manifest.ts";

const pollMs = 50;
/** Environment variable from the set-up, a bundle of its own, to the test that reports it. */
export const activationTime = "PINCH_ACTIVATION_MS";

/** Asks again and again until the answer is not null; the error names what was waited for. */
export async function eventually<T>(
  what: string,
  ask: () => T | null | undefined | Promise<T | null | undefined>,
  timeoutMs = 30_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined) return answer;
    assert.ok(Date.now() < deadline, `Waited ${timeoutMs / 1000} s in vain for ${what}.`);
    await new Promise(resolve => setTimeout(resolve, pollMs));
  }
}

export function extension(): vscode.Extension<unknown> {
  const found = vscode.extensions.getExtension(extensionId);
  assert.ok(found, `${extensionId} is not installed in this host`);
  return found;
}

export function workspaceRoot(): vscode.Uri {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder, "the test host has no workspace folder");
  return folder.uri;
}

export function inWorkspace(...parts: readonly string[]): vscode.Uri {
  return vscode.Uri.joinPath(workspaceRoot(), ...parts);
}

/** Every run folder of the workspace with its record, newest last. */
export function runs(): { folder: string; record: RunRecord }[] {
  const root = inWorkspace(".pinch", "runs").fsPath;
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .map(name => join(root, name))
    .filter(folder => existsSync(join(folder, "run.json")))
    .map(folder => ({
      folder,
      record: JSON.parse(readFileSync(join(folder, "run.json"), "utf8")) as RunRecord,
    }))
    .sort((a, b) => a.record.started.localeCompare(b.record.started));
}

export interface Shown {
  readonly kind: "error" | "warning" | "information";
  readonly text: string;
  readonly buttons: readonly string[];
}

type Show = (text: string, ...rest: readonly unknown[]) => Thenable<unknown>;

/**
 * Keeps what the extension would show in notifications; in a test host nobody could press a button.
 * Test code lies in the extension's folder and so shares its `vscode` object.
 */
export function recordMessages(): { readonly shown: Shown[]; restore(): void } {
  const shown: Shown[] = [];
  const names = {
    error: "showErrorMessage",
    warning: "showWarningMessage",
    information: "showInformationMessage",
  } as const;
  const window = vscode.window as unknown as Record<string, Show>;
  const originals = Object.values(names).map(name => [name, window[name]] as const);
  for (const [kind, name] of Object.entries(names) as [Shown["kind"], string][]) {
    window[name] = (text, ...rest) => {
      shown.push({ kind, text, buttons: rest.filter(item => typeof item === "string") });
      return Promise.resolve(undefined);
    };
  }
  return {
    shown,
    restore() {
      for (const [name, original] of originals) if (original) window[name] = original;
    },
  };
}
