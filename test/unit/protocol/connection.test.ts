// The connection: typed calls, errors with their remedy, cancellation, and a process that goes away.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import { HumanError } from "../../../src/common/errors.ts";
import {
  connectToRuntime,
  type RuntimeClient,
  type RuntimeHandlers,
  type RuntimeServer,
  serveRuntime,
} from "../../../src/protocol/connection.ts";

const unused = (): Promise<never> => Promise.reject(new Error("not part of this test"));

function connected(handlers: Partial<RuntimeHandlers>): {
  client: RuntimeClient;
  server: RuntimeServer;
  /** The runtime's side of the pipe ends, as when its process is killed. */
  hangUp: () => void;
} {
  const there = new PassThrough();
  const back = new PassThrough();
  const server = serveRuntime(
    { reader: new StreamMessageReader(there), writer: new StreamMessageWriter(back) },
    {
      "pinch/validate": unused,
      "pinch/plan": unused,
      "pinch/run": unused,
      "pinch/evaluate": unused,
      "pinch/compare": unused,
      "pinch/export": unused,
      "pinch/import": unused,
      "pinch/devices": unused,
      "pinch/preview": unused,
      "pinch/drawExamples": unused,
      "pinch/findData": unused,
      "pinch/analyse": unused,
      "pinch/tryPrompt": unused,
      "pinch/installCuda": unused,
      "pinch/indexData": unused,
      "pinch/datasetColumns": unused,
      "pinch/importDataset": unused,
      "pinch/models": unused,
      "pinch/downloadModel": unused,
      "pinch/hubDataset": unused,
      "pinch/downloadDataset": unused,
      ...handlers,
    },
  );
  const client = connectToRuntime({
    reader: new StreamMessageReader(back),
    writer: new StreamMessageWriter(there),
  });
  return { client, server, hangUp: () => back.destroy() };
}

const request = { file: "a.mixture.yaml", starter: "starter" };

async function rejection(promise: Promise<unknown>): Promise<HumanError> {
  const error = await promise.then(
    () => assert.fail("was fulfilled"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof HumanError, String(error));
  return error;
}

test("a call reaches its handler and its result comes back", async () => {
  const { client } = connected({
    "pinch/validate": ({ file, text }) =>
      Promise.resolve({
        diagnostics: [
          {
            severity: "warning",
            code: "x",
            message: `${file} ${text}`,
            remedy: "",
            range: { start: { line: 0, column: 0 }, end: { line: 0, column: 1 } },
          },
        ],
      }),
  });
  const { diagnostics } = await client.call("pinch/validate", { ...request, text: "ü" });
  assert.equal(diagnostics[0]?.message, "a.mixture.yaml ü");
});

test("a HumanError arrives with its remedy and kind", async () => {
  const { client } = connected({
    "pinch/devices": () =>
      Promise.reject(
        new HumanError("It broke.", { kind: "run", remedy: "Mend it.", cause: new Error("why") }),
      ),
  });
  const error = await rejection(client.call("pinch/devices", {}));
  assert.deepEqual([error.message, error.remedy, error.kind], ["It broke.", "Mend it.", "run"]);
});

test("any other error is internal, and its stack comes along as the cause", async () => {
  const { client } = connected({ "pinch/devices": () => Promise.reject(new TypeError("oops")) });
  const error = await rejection(client.call("pinch/devices", {}));
  assert.equal(error.kind, "internal");
  assert.equal(error.message, "oops");
  assert.match(String(error.cause), /connection\.test/);
});

test("what the system refuses is told as that, and its stack comes along", async () => {
  const { client } = connected({
    "pinch/devices": async () => {
      await readFile("/no such folder/file");
      return { devices: [] };
    },
  });
  const error = await rejection(client.call("pinch/devices", {}));
  assert.equal(error.kind, "input");
  assert.match(error.message, /file can't be opened: there is no such file or folder\.$/);
  assert.doesNotMatch(error.remedy, /fault of Pinch/);
  assert.match(String(error.cause), /ENOENT/);
});

test("aborting the caller's signal aborts the handler's, also when it was aborted before", async () => {
  const { client } = connected({
    "pinch/devices": (_params, signal) =>
      new Promise((_resolve, reject) => {
        const stop = (): void => reject(new HumanError("Stopped.", { kind: "cancelled", remedy: "" }));
        if (signal.aborted) stop();
        signal.addEventListener("abort", stop);
      }),
  });
  const controller = new AbortController();
  const call = client.call("pinch/devices", {}, controller.signal);
  setTimeout(() => controller.abort(), 10);
  assert.equal((await rejection(call)).kind, "cancelled");
  assert.equal((await rejection(client.call("pinch/devices", {}, controller.signal))).kind, "cancelled");
});

test("notifications arrive in order and can be unsubscribed", async () => {
  const { client, server } = connected({ "pinch/devices": () => Promise.resolve({ devices: [] }) });
  const seen: string[] = [];
  const subscription = client.on("pinch/log", ({ level, message }) => seen.push(`${level} ${message}`));
  server.notify("pinch/log", { level: "info", message: "one" });
  server.notify("pinch/log", { level: "warn", message: "two" });
  await client.call("pinch/devices", {});
  subscription.dispose();
  server.notify("pinch/log", { level: "info", message: "three" });
  await client.call("pinch/devices", {});
  assert.deepEqual(seen, ["info one", "warn two"]);
});

test("a runtime that goes away rejects what is pending and what comes after", async () => {
  const { client, hangUp } = connected({ "pinch/devices": () => new Promise(() => undefined) });
  const pending = client.call("pinch/devices", {});
  setTimeout(hangUp, 10);
  const error = await rejection(pending);
  assert.equal(error.kind, "run");
  assert.match(error.message, /ended before/);
  assert.match((await rejection(client.call("pinch/devices", {}))).message, /ended before/);
});

const question = { model: "some/model", prompt: "Which is better?" };

test("the runtime asks its host, and the host's answer and its refusal come back", async () => {
  const { client, server } = connected({});
  const asked = new AbortController().signal;
  const handler = client.onAsk(({ model, prompt }) =>
    prompt === "refuse"
      ? Promise.reject(new HumanError("No consent.", { kind: "input", remedy: "Allow it." }))
      : Promise.resolve({ text: `${model}: ${prompt}`, promptTokens: 4, completionTokens: null }),
  );
  assert.deepEqual(await server.ask(question, asked), {
    text: "some/model: Which is better?",
    promptTokens: 4,
    completionTokens: null,
  });
  const error = await rejection(server.ask({ ...question, prompt: "refuse" }, asked));
  assert.deepEqual([error.kind, error.message, error.remedy], ["input", "No consent.", "Allow it."]);
  handler.dispose();
  assert.match((await rejection(server.ask(question, asked))).message, /only inside VS Code/);
});

test("a host that has no models to ask refuses with a way on", async () => {
  const { server } = connected({});
  const error = await rejection(server.ask(question, new AbortController().signal));
  assert.equal(error.kind, "input");
  assert.match(error.remedy, /another judge/);
});

test("cancelling a question aborts the host's signal", async () => {
  const { client, server } = connected({});
  client.onAsk(
    (_question, signal) =>
      new Promise((_resolve, reject) =>
        signal.addEventListener("abort", () =>
          reject(new HumanError("Stopped.", { kind: "cancelled", remedy: "" })),
        ),
      ),
  );
  const controller = new AbortController();
  const answer = server.ask(question, controller.signal);
  setTimeout(() => controller.abort(), 10);
  assert.equal((await rejection(answer)).kind, "cancelled");
});
