// Notifications when runs end: failures immediately, a summary when the queue is empty.
import * as vscode from "vscode";
import { messageOf } from "../../common/errors.ts";
import type { QueueEntry } from "../../core/live/queue.ts";
import { untunedName } from "../../core/mixture/mixtureFile.ts";
import { commands } from "../../manifest.ts";
import type { Log } from "../../platform/log.ts";
import { type Action, showFailure, showNotice } from "../../platform/messages.ts";
import type { EntryEnd, NewEntry } from "../../workspace/runs/queueParts.ts";
import type { RunQueue } from "../../workspace/runs/runQueue.ts";
import type { RunStore } from "../../workspace/runs/runStore.ts";
import type { StoredRun } from "../../workspace/runs/storedRun.ts";
import { resumedEntry } from "./runCommands.ts";

export function notifyWhenRunsEnd(queue: RunQueue, store: RunStore, log: Log): vscode.Disposable {
  let ends: EntryEnd[] = [];
  const again = (entry: NewEntry) => queue.add([entry]).catch((error: unknown) => showFailure(log, error));
  const tellFailure = async ({ entry, result }: EntryEnd) => {
    if (result.kind !== "failed") return;
    const { file, mixture, seed } = entry;
    const stopped = await stoppedRun(store, entry);
    showFailure(log, result.error, [
      ...(stopped ? [{ title: "Resume Run", run: () => again(resumedEntry(stopped)) }] : []),
      { title: "Run Again", run: () => again({ file, mixture, seed }) },
    ]);
  };
  return vscode.Disposable.from(
    queue.onDidEndRun(end => {
      ends.push(end);
      tellFailure(end).catch((error: unknown) => log.error(messageOf(error)));
    }),
    queue.onDidFail(error => showFailure(log, error)),
    queue.onDidChange(() => {
      if (ends.length === 0 || queue.running || queue.waiting.some(({ own }) => own)) return;
      const ended = ends;
      ends = [];
      tellSummary(ended);
    }),
  );
}

function tellSummary(ends: readonly EntryEnd[]): void {
  const of = (kind: EntryEnd["result"]["kind"]) => ends.filter(({ result }) => result.kind === kind).length;
  const [done, failed, stopped] = [of("done"), of("failed"), of("cancelled")];
  const [first] = ends;
  const results: Action[] =
    done > 0 && first !== undefined
      ? [
          {
            title: "Show Results",
            run: () =>
              vscode.commands.executeCommand(commands.showResults, vscode.Uri.parse(first.entry.file)),
          },
        ]
      : [];
  // A single failure has been reported already.
  if (failed === ends.length && ends.length === 1) return;
  if (failed + stopped === 0) showNotice(`${namesOf(ends)} finished.`, results);
  else if (stopped === ends.length) showNotice("The run was stopped.", results);
  else {
    const parts = [
      `${done} of ${ends.length} runs finished`,
      ...(failed > 0 ? [`${failed} failed`] : []),
      ...(stopped > 0 ? [`${stopped} stopped`] : []),
    ];
    showNotice(`${parts.join(", ")}.`, results);
  }
}

function namesOf(ends: readonly EntryEnd[]): string {
  const names = [...new Set(ends.map(({ entry }) => entry.mixture))].filter(name => name !== untunedName);
  if (names.length <= 3) return names.join(", ") || "The untuned model";
  return `${names.length} mixtures`;
}

/** The failed run of this entry, if it can be resumed. */
async function stoppedRun(store: RunStore, entry: QueueEntry): Promise<StoredRun | undefined> {
  const path = vscode.Uri.parse(entry.file).fsPath;
  return (await store.all()).find(
    ({ record, resumable }) =>
      resumable &&
      record.mixture === entry.mixture &&
      record.seed === entry.seed &&
      record.configuration.file === path,
  );
}
