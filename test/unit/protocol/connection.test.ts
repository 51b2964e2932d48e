// The connection: typed calls, errors with their remedy, cancellation, and a process that goes away.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { PassThrough } from "node:stream";
import { after, test } from "node:test";
import { StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import { HumanError } from "../../../src/common/errors.ts";
import { runtimeCalls } from "../../../src/protocol/calls.ts";
import {
  connectToRuntime,
  type RuntimeClient,
  type RuntimeHandlers,
  type RuntimeServer,
  serveRuntime,
  type Watching,
} from "../../../src/protocol/connection.ts";
import { Unresponsive } from "../../../src/protocol/patience.ts";

function connected(
  handlers: Partial<RuntimeHandlers>,
  { beat, ...watching }: Partial<Watching> & { readonly beat?: number } = {},
): {
  client: RuntimeClient;
  server: RuntimeServer;
  /** The runtime's side of the pipe ends, as when its process is killed. */
  hangUp: () => void;
} {
  const there = new PassThrough();
  const back = new PassThrough();
  const server = serveRuntime(
    { reader: new StreamMessageReader(there), writer: new StreamMessageWriter(back) },
    handlers as RuntimeHandlers,
    beat,
  );
  const client = connectToRuntime(
    { reader: new StreamMessageReader(back), writer: new StreamMessageWriter(there) },
    { onGivenUp: () => undefined, ...watching },
  );
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
        textFaults: [],
        dataFaults: [
          {
            severity: "warning",
            code: "x",
            message: `${file} ${text}`,
            remedy: "",
            range: { start: { line: 0, column: 0 }, end: { line: 0, column: 1 } },
          },
        ],
        data: {},
      }),
  });
  const { dataFaults } = await client.call("pinch/validate", { ...request, text: "ü" });
  assert.equal(dataFaults[0]?.message, "a.mixture.yaml ü");
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
  assert.doesNotMatch(error.remedy, /bug in Pinch/);
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

// In place of the process that keeps whoever asks it waiting.
const awake = setInterval(() => undefined, 1_000);
after(() => clearInterval(awake));

const never = (): Promise<never> => new Promise(() => undefined);

test("a runtime that says nothing is given up and ended, whatever it was asked", async () => {
  for (const method of ["pinch/devices", "pinch/run"] as const) {
    let ended = 0;
    const watching = { onGivenUp: () => ended++, patience: () => ({ silence: 50, whole: 60_000 }) };
    const { client } = connected({ [method]: never }, watching);
    const error = await rejection(client.call(method, request as never));
    assert.ok(error instanceof Unresponsive);
    assert.match(error.message, /did not respond for 1 s and was ended/);
    assert.match(error.remedy, /model's pattern or template/);
    assert.equal(ended, 1);
  }
});

test("one that shows that it is there may take longer, but not for ever", async () => {
  const watching = { beat: 20, patience: () => ({ silence: 500, whole: 3_000 }) };
  const slow = (): Promise<{ devices: [] }> =>
    new Promise(resolve => setTimeout(() => resolve({ devices: [] }), 1_500));
  assert.deepEqual(await connected({ "pinch/devices": slow }, watching).client.call("pinch/devices", {}), {
    devices: [],
  });
  const hanging = connected({ "pinch/devices": never }, watching);
  assert.match(
    (await rejection(hanging.client.call("pinch/devices", {}))).message,
    /did not answer within 3 s/,
  );
});

test("progress is a sign of life, whether or not anybody listens; a run gives no other", async () => {
  for (const listens of [true, false]) {
    const watching = { beat: 20, patience: () => ({ silence: 600, whole: 60_000 }) };
    const { client, server } = connected({ "pinch/run": never }, watching);
    if (listens) client.on("pinch/log", () => undefined);
    let told = 0;
    const telling = setInterval(() => {
      if (++told === 20) clearInterval(telling);
      server.notify("pinch/log", { level: "info", message: "at work" });
    }, 100);
    await rejection(client.call("pinch/run", request as never));
    assert.equal(told, 20, "it was given up while it told what it does");
  }
});

test("every call has an end", () => {
  for (const [method, { patience }] of Object.entries(runtimeCalls)) {
    const { silence, whole } = patience;
    assert.ok(silence <= 60 * 60_000 && whole >= silence && Number.isFinite(whole), method);
  }
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
  assert.match((await rejection(server.ask(question, asked))).message, /only available inside VS Code/);
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
