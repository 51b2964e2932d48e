// Pinch: Report Issue in VS Code: a document that a person reads first, of this window's log and the runs that failed.
import assert from "node:assert/strict";
import { homedir } from "node:os";
import { describe, it } from "node:test";
import { phrases as ownPhrases } from "../../../scripts/lib/phrases.mjs";
import { diedError } from "../../../src/core/records/endedRun.ts";
import type * as reporting from "../../../src/features/diagnosis/reportIssue.ts";
import type * as logging from "../../../src/platform/log.ts";
import { importWithVscode, StandInFileSystemError } from "../../support/vscodeStandIn.ts";
import { temporaryFolder } from "../model/tinyModel.ts";
import { madeUp } from "../records/madeUpRecords.ts";

const files: Record<string, string> = {};
const shown: string[] = [];
const notices: string[] = [];
const copied: string[] = [];
const written: string[] = [];
class Channel {
  #own = "channel";
  error(message: string | Error): void {
    written.push(`${this.#own} error ${String(message)}`);
  }
  warn(message: string): void {
    written.push(`${this.#own} warn ${message}`);
  }
  info(message: string): void {
    written.push(`${this.#own} info ${message}`);
  }
  debug(message: string): void {
    written.push(`${this.#own} debug ${message}`);
  }
}
Object.assign(globalThis, {
  standInWindow: {
    createOutputChannel: () => Object.freeze(new Channel()),
    showTextDocument: (document: { getText(): string }) => void shown.push(document.getText()),
    showInformationMessage: async (text: string, ...actions: string[]) => {
      notices.push(text);
      return actions[0];
    },
  },
  standInWorkspace: {
    isTrusted: true,
    workspaceFolders: [
      {
        name: "Väitöskirja",
        uri: { fsPath: "/data/Väitöskirja 2", toString: () => "file:///data/V%C3%A4it%C3%B6skirja%202" },
      },
    ],
    fs: {
      stat: async ({ fsPath }: { fsPath: string }) => {
        const text = files[fsPath];
        if (text === undefined) throw new StandInFileSystemError("FileNotFound");
        return { type: 1, size: text.length, mtime: 1 };
      },
      readFile: async ({ fsPath }: { fsPath: string }) => Buffer.from(files[fsPath] ?? ""),
    },
    openTextDocument: async ({ content }: { content: string }) => ({ getText: () => content }),
  },
  standInEnv: {
    appName: "Visual Studio Code",
    uiKind: 1,
    remoteName: "ssh-remote+secret.host",
    clipboard: { writeText: (text: string) => void copied.push(text) },
  },
});
const load = async <Module>(path: string) => (await importWithVscode(path, temporaryFolder())) as Module;

describe("the log", async () => {
  const { createLog } = await load<typeof logging>("src/platform/log.ts");

  it("goes to its channel and is kept, but for what is said while debugging", () => {
    const { log, tail } = createLog();
    log.info("one");
    log.error(new Error("two"));
    log.debug("three");
    assert.deepEqual(written, ["channel info one", "channel error Error: two", "channel debug three"]);
    assert.equal(tail().length, 2);
    assert.match(tail()[0] ?? "", /^\d{4}-\S+Z info one$/);
    assert.match(tail()[1] ?? "", /error Error: two\n\s+at /);
  });

  it("keeps its end only", () => {
    const { log, tail } = createLog();
    for (let i = 0; i < 1000; i++) log.info(String(i));
    assert.equal(tail().length, 400);
    assert.match(tail().at(-1) ?? "", / 999$/);
  });
});

describe("the command", async () => {
  const { reportIssue } = await load<typeof reporting>("src/features/diagnosis/reportIssue.ts");
  const { record } = madeUp("kolmio", {
    file: "/data/Väitöskirja 2/kolmio.mixture.yaml",
    model: "lab/secret-model",
  });
  const error = diedError(true);
  const phrases = JSON.stringify(await ownPhrases());
  Object.assign(files, { "/pinch/dist/phrases.json": phrases });
  const workspace = {
    extension: { fsPath: "/pinch" } as never,
    logTail: () => [
      `2026-01-01T00:00:00.000Z warn /data/Väitöskirja 2/x y/z can't be read.`,
      `2026-01-01T00:00:01.000Z error lab/secret-model and ${homedir()}/q: kolmio-s7-0a1b`,
    ],
    runs: {
      all: async () => [
        { folder: "english-s7-00000000", record: madeUp("english").record },
        { folder: "kolmio-s7-0a1b", record: { ...record, status: "failed" as const, error } },
      ],
      broken: () => [{ folder: "oma-s7-1", fault: "it is not JSON" }],
    } as never,
  };

  it("shows versions, device, the failed run and the log's end, and names nothing of the person's", async () => {
    await reportIssue(workspace);
    const [text = ""] = shown;
    for (const expected of [
      /^- Pinch: \d/m,
      /^- onnxruntime-node: \d/m,
      /1\.100\.0 \(on the desktop, remote: ssh-remote\)/,
    ])
      assert.match(text, expected);
    assert.match(text, /setting pinch\.device: auto/);
    assert.match(
      text,
      /^The process of this run ended before the run did: it was killed, or memory ran out\.$/m,
    );
    assert.match(text, /"status": "failed"/);
    assert.match(text, /it is not JSON/);
    assert.match(text, /warn ⟨…⟩ can't be read/);
    for (const secret of ["kolmio", "Väitöskirja", "skirja", "secret", "oma-s7", homedir()])
      assert.ok(!text.includes(secret), `${secret} stands in it`);
  });

  it("says that nothing was sent, and copies what the document holds", () => {
    assert.match(notices[0] ?? "", /Nothing has been sent/);
    assert.deepEqual(copied, shown);
  });

  it("takes all of the log out where the build's list is missing", async () => {
    await reportIssue({ ...workspace, extension: { fsPath: "/elsewhere" } as never });
    assert.match(shown.at(-1) ?? "", /Z warn ⟨…⟩\n/);
  });

  it("also reports where runs can't be read", async () => {
    await reportIssue({
      ...workspace,
      runs: { all: () => Promise.reject(new Error("no folder")), broken: () => [] } as never,
    });
    assert.match(shown.at(-1) ?? "", /There is none\./);
  });
});
