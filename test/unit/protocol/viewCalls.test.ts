// Requests across the border of a webview: every one settles, whatever the other end does.
import assert from "node:assert/strict";
import { afterEach, describe, it, mock } from "node:test";
import { messageOf } from "../../../src/common/errors.ts";
import { type Handlers, type NoCalls, ViewCalls } from "../../../src/protocol/viewCalls.ts";

interface HostCalls {
  double(value: number): number;
  wait(): string;
}

interface PageCalls {
  title(): string;
}

function pair(handlers: Partial<Handlers<HostCalls>>) {
  const toHost: unknown[] = [];
  const page: ViewCalls<HostCalls, PageCalls> = new ViewCalls<HostCalls, PageCalls>(
    message => {
      toHost.push(message);
      host.receive(structuredClone(message));
    },
    { title: () => "Results" },
    messageOf,
  );
  const host: ViewCalls<PageCalls, HostCalls> = new ViewCalls<PageCalls, HostCalls>(
    message => page.receive(structuredClone(message)),
    handlers as Handlers<HostCalls>,
    messageOf,
  );
  return { page, host, toHost };
}

describe("requests across the border of a webview", () => {
  afterEach(() => mock.timers.reset());

  it("resolve with the reply to their own payload, in whatever order replies come", async () => {
    const open: (() => void)[] = [];
    const { page } = pair({
      double: value => new Promise(resolve => open.push(() => resolve(2 * value))),
    });
    const replies = Promise.all([page.request("double", 1), page.request("double", 2)]);
    for (const reply of open.reverse()) reply();
    assert.deepEqual(await replies, [2, 4]);
  });

  it("go in the other direction too", async () => {
    assert.equal(await pair({}).host.request("title", undefined), "Results");
  });

  it("reject with the words of an error that the handler throws", async () => {
    const { page } = pair({
      double: () => {
        throw new Error("The run folder is gone.");
      },
    });
    await assert.rejects(page.request("double", 1), { message: "The run folder is gone." });
  });

  it("reject where the other end does not know the request, by whatever name", async () => {
    const { page } = pair({});
    await assert.rejects(page.request("double", 1), /Unknown request "double"/);
    const other = page as unknown as ViewCalls<{ toString(): string }, NoCalls>;
    await assert.rejects(other.request("toString", undefined), /Unknown request "toString"/);
  });

  it("reject when no reply comes in time, and drop a later one", async () => {
    mock.timers.enable({ apis: ["setTimeout"] });
    let late: ((text: string) => void) | undefined;
    const { page } = pair({
      wait: () =>
        new Promise(resolve => {
          late = resolve;
        }),
    });
    const request = assert.rejects(page.request("wait", undefined, 5_000), /No reply within 5 seconds/);
    mock.timers.tick(5_000);
    await request;
    late?.("too late");
    assert.equal(page.receive({ reply: 1, value: "again" }), true);
  });

  it("reject when the other end is gone, and are not sent afterwards", async () => {
    const { page, toHost } = pair({ wait: () => new Promise(() => undefined) });
    const request = assert.rejects(page.request("wait", undefined), /closed before the reply came/);
    page.dispose();
    await request;
    await assert.rejects(page.request("wait", undefined), /closed/);
    assert.equal(toHost.length, 1);
  });

  it("leave all other messages to the page", () => {
    const { page } = pair({});
    assert.equal(page.receive({ type: "state", state: {} }), false);
    assert.equal(page.receive(null), false);
  });
});
