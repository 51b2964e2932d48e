// Pinch: Push Run to the Hub: a list before anything is sent, consent that names repository and server, no token in texts.
import assert from "node:assert/strict";
import { beforeEach, describe, it } from "node:test";
import type * as push from "../../../src/features/runs/pushRun.ts";
import type { PushOutcome, PushRequest } from "../../../src/protocol/push.ts";
import { importWithVscode } from "../../support/vscodeStandIn.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

const token = "hf_secret";
/** All that a person was shown. */
const shown: string[] = [];
let consents = true;
let answers: (string | undefined)[] = [];
type Item = { label: string };
Object.assign(globalThis, {
  standInUri: { parse: (text: string) => ({ text }) },
  standInWindow: {
    showQuickPick: (
      items: readonly Item[],
      { title, canPickMany }: { title: string; canPickMany?: boolean },
    ) => {
      shown.push(title);
      return Promise.resolve(
        canPickMany === true ? items.filter(({ label }) => label === "Samples") : items[0],
      );
    },
    showInputBox: ({ title }: { title: string }) => {
      shown.push(title);
      return Promise.resolve(answers.shift());
    },
    showWarningMessage: (text: string, { detail }: { detail: string }) => {
      shown.push(`${text}\n${detail}`);
      return Promise.resolve(consents ? "Push" : undefined);
    },
    showInformationMessage: (text: string) => void shown.push(text),
    showErrorMessage: (text: string) => void shown.push(text),
    withProgress: (_options: unknown, work: (...parts: unknown[]) => unknown) =>
      work({ report: () => undefined }, { isCancellationRequested: false }),
  },
});

const listed: PushOutcome = {
  repository: "me/tuned",
  endpoint: "https://hub.example",
  existed: false,
  isPrivate: false,
  hasToken: true,
  namesBase: true,
  files: [
    { name: "README.md", bytes: 2500, state: "new" },
    { name: "adapter_model.safetensors", bytes: 3_400_000, state: "new" },
  ],
  otherFiles: 0,
  notes: ["samples.jsonl holds the prompts."],
  commit: null,
  sentBytes: 0,
};

describe("Push Run to the Hub", async () => {
  const { pushRun } = (await importWithVscode(
    "src/features/runs/pushRun.ts",
    temporaryFolder(),
  )) as typeof push;
  const requests: PushRequest[] = [];
  let outcome: PushOutcome = listed;
  let started = 0;
  const runtime = {
    starter: "starter",
    onProgress: () => ({ dispose: () => undefined }),
    call: (_name: string, request: PushRequest) => {
      requests.push(request);
      return Promise.resolve({ ...outcome, commit: request.send ? "abcdef0123" : null });
    },
    end: () => Promise.resolve(),
  };
  const log = { info: (text: string) => shown.push(text), error: (text: string) => shown.push(text) };
  const parts = {
    launch: () => {
      started++;
      return runtime;
    },
    log,
    secrets: { get: () => Promise.resolve(token) },
  };
  const run = {
    folder: "pinch-s7",
    uri: { fsPath: "/runs/pinch-s7" },
    record: { mixture: "pinch", configuration: {} },
  };
  const call = () => pushRun(parts as never, run as never);

  beforeEach(() => {
    shown.length = requests.length = started = 0;
    answers = ["me/tuned"];
    consents = true;
    outcome = listed;
  });

  it("lists what would be sent, asks with repository and server, and sends after consent", async () => {
    await call();
    assert.deepEqual(
      requests.map(({ send, to, samples, isPrivate }) => ({ send, to, samples, isPrivate })),
      [false, true].map(send => ({ send, to: "me/tuned", samples: true, isPrivate: false })),
    );
    assert.ok(requests.every(request => request.token === token));
    assert.ok(
      shown.includes(
        [
          "Push to me/tuned at https://hub.example?",
          "The repository is created, public.",
          "README.md: 3 kB, new",
          "adapter_model.safetensors: 3 MB, new",
          "samples.jsonl holds the prompts.",
        ].join("\n"),
      ),
      shown.join("\n"),
    );
    assert.equal(shown.at(-1), "Pushed to me/tuned at https://hub.example, commit abcdef0.");
    assert.ok(!shown.join().includes(token));
  });

  it("sends nothing without consent, without a token, or where the Hub has everything", async () => {
    consents = false;
    await call();
    consents = true;
    answers = ["me/tuned"];
    outcome = { ...listed, hasToken: false };
    await call();
    assert.match(shown.at(-1) ?? "", /needs a token that may write/);
    answers = ["me/tuned"];
    outcome = { ...listed, files: listed.files.map(file => ({ ...file, state: "same" })) };
    await call();
    assert.match(shown.at(-1) ?? "", /has all of these files already/);
    assert.deepEqual(
      requests.map(({ send }) => send),
      [false, false, false],
    );
  });

  it("asks for the base where the run does not know its Hub id", async () => {
    outcome = { ...listed, namesBase: false };
    answers = ["me/tuned", "org/base"];
    await call();
    assert.deepEqual(
      requests.map(({ base, send }) => [base, send]),
      [
        [undefined, false],
        ["org/base", false],
        ["org/base", true],
      ],
    );
    requests.length = 0;
    answers = ["me/tuned", ""];
    await call();
    assert.deepEqual(
      requests.map(({ base, send }) => [base, send]),
      [
        [undefined, false],
        [undefined, true],
      ],
    );
  });

  it("needs a trusted workspace, and starts no process without", async () => {
    Object.assign(globalThis, { standInWorkspace: { isTrusted: false } });
    const restricted = (await importWithVscode(
      "src/features/runs/pushRun.ts",
      temporaryFolder(),
    )) as typeof push;
    await assert.rejects(restricted.pushRun(parts as never, run as never), /Pushes need a trusted workspace/);
    assert.equal(started, 0);
  });
});
