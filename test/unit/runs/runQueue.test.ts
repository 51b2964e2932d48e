// The queue at work: order, failures, stop and go on, closed windows, two windows, and runtimes that misbehave.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { StoredQueue } from "../../../src/core/live/queue.ts";
import { type Me, thisProcess } from "../../../src/node/folderLock.ts";
import {
  type Behaviour,
  done,
  entries,
  MadeUpWorkspace,
  until,
  untilStopped,
} from "../../support/madeUpQueue.ts";

let workspace: MadeUpWorkspace;
beforeEach(() => {
  workspace = new MadeUpWorkspace();
});
afterEach(() => workspace.dispose());

const stored = (): StoredQueue =>
  JSON.parse(readFileSync(join(workspace.folder, "storage", "queue.json"), "utf8")) as StoredQueue;

const kinds = (results: readonly { readonly kind: string }[]): string[] => results.map(({ kind }) => kind);

/** Another window's process: alive, and not this one. */
function stranger(alive: () => boolean): Me {
  return { ...thisProcess(), pid: 999_999, isAlive: () => alive() };
}

describe("the queue", () => {
  it("runs one after another in order, and goes on after a failure", async () => {
    const window = workspace.window(async (_runtime, { mixture }) => {
      if (mixture === "two") return { folder: "f", status: "failed", error: { message: "No.", remedy: "" } };
      return done;
    });
    const results = await window.queue.add(entries("one", "two", "three"));
    assert.deepEqual(kinds(results), ["done", "failed", "done"]);
    assert.deepEqual(window.ends, ["one done", "two failed: No.", "three done"]);
    assert.deepEqual(stored(), { version: 1, host: "", paused: false, entries: [] });
    await until("the lock's release", () => !window.lock.held);
  });

  it("says which of how many runs, also when more are added", async () => {
    const seen: string[] = [];
    const window = workspace.window(async () => done);
    window.queue.onDidChange(() => {
      const { active } = window.queue;
      if (active) seen.push(`${active.mixture} ${active.index}/${active.total}`);
    });
    await window.queue.add(entries("one", "two"));
    assert.ok(seen.includes("one 1/2") && seen.includes("two 2/2"), seen.join());
  });

  it("a run that is stopped leaves, the next begins; a waiting one is taken out", async () => {
    const window = workspace.window((runtime, request, signal) =>
      request.mixture === "one" ? untilStopped(runtime, request, signal) : Promise.resolve(done),
    );
    const all = window.queue.add(entries("one", "two", "three"));
    await until("the first run", () => window.requests.length === 1);
    await window.queue.stop(window.queue.waiting.slice(0, 1).map(({ id }) => id));
    await window.queue.stop();
    assert.deepEqual(kinds(await all), ["cancelled", "removed", "done"]);
    assert.deepEqual(window.closed, ["cancelled"]);
  });

  it("a runtime that ignores the request to stop is killed", async () => {
    const window = workspace.window(() => new Promise(() => undefined));
    const all = window.queue.add(entries("deaf"));
    await until("the run", () => window.requests.length === 1);
    await window.queue.stop();
    assert.deepEqual(kinds(await all), ["cancelled"]);
  });

  it("paused, it keeps what ran, and goes on with it from what it left", async () => {
    const window = workspace.window((runtime, request, signal) =>
      request.start.kind === "new" ? untilStopped(runtime, request, signal) : Promise.resolve(done),
    );
    const all = window.queue.add(entries("one"));
    await until("the run", () => window.queue.active !== null && window.requests.length === 1);
    const pid = window.queue.active?.pid ?? 0;
    await window.queue.pause();
    assert.deepEqual(kinds(await all), ["paused"]);
    assert.equal(window.queue.paused, true);
    window.left.set(pid, { status: "cancelled", resume: "file:///w/runs/one" });
    await window.queue.resume();
    await until("the end", () => window.ends.length === 1);
    assert.deepEqual(window.requests[1]?.start, { kind: "resume", folder: "file:///w/runs/one" });
  });

  it("starts tuned runs anew, and reuses a finished run of the untuned model", async () => {
    const window = workspace.window(async () => done);
    await window.queue.add(entries("base", "one"));
    assert.deepEqual(
      window.requests.map(({ mixture, start }) => [mixture, start.kind]),
      [
        ["base", "reuse"],
        ["one", "new"],
      ],
    );
  });

  it("resumes the run that an entry names", async () => {
    const window = workspace.window(async () => done);
    await window.queue.add(entries("one").map(entry => ({ ...entry, resume: "file:///w/runs/one" })));
    assert.deepEqual(window.requests[0]?.start, { kind: "resume", folder: "file:///w/runs/one" });
  });

  it("rows are moved and taken out, and an undo puts them back where they were", async () => {
    const window = workspace.window(untilStopped);
    void window.queue.add(entries("one", "two", "three", "four"));
    await until("the run", () => window.requests.length === 1);
    const names = () => window.queue.waiting.map(({ mixture }) => mixture).join(" ");
    const id = (mixture: string) => window.queue.waiting.find(entry => entry.mixture === mixture)?.id ?? "";
    await window.queue.move([id("four")], id("two"));
    assert.equal(names(), "four two three");
    await window.queue.shift([id("four"), id("two")], 1);
    assert.equal(names(), "three four two");
    const undo = await window.queue.remove([id("four")]);
    assert.equal(names(), "three two");
    await undo();
    assert.equal(names(), "three four two");
  });
});

describe("a window that is closed", () => {
  it("leaves the queue, and the next window goes on with it from the checkpoint", async () => {
    const first = workspace.window(untilStopped);
    void first.queue.add(entries("one", "two"));
    await until("the run", () => first.requests.length === 1 && first.queue.active !== null);
    const pid = first.queue.active?.pid ?? 0;
    first.dispose();
    assert.deepEqual(
      stored().entries.map(entry => [entry.mixture, entry.pid]),
      [
        ["one", pid],
        ["two", null],
      ],
    );
    const second = workspace.window(async () => done);
    second.left.set(pid, { status: "cancelled", resume: "file:///w/runs/one" });
    await second.queue.open();
    await until("both ends", () => second.ends.length === 2);
    assert.deepEqual(
      second.requests.map(({ mixture, start }) => [mixture, start]),
      [
        ["one", { kind: "resume", folder: "file:///w/runs/one" }],
        ["two", { kind: "new" }],
      ],
    );
  });

  it("of another installation does not make this one run: a copied folder waits for a person", async () => {
    const first = workspace.window(untilStopped, { installation: "there" });
    void first.queue.add(entries("one"));
    await until("the run", () => first.queue.active !== null);
    first.dispose();
    const second = workspace.window(async () => done);
    await second.queue.open();
    await new Promise(resolve => setTimeout(resolve, 30));
    assert.deepEqual([second.queue.paused, second.requests], [true, []]);
    await second.queue.resume();
    await until("the end", () => second.ends.length === 1);
  });

  it("a run that had ended before the window noticed is not done again", async () => {
    const first = workspace.window(untilStopped);
    void first.queue.add(entries("one"));
    await until("the run", () => first.queue.active !== null && first.requests.length === 1);
    const pid = first.queue.active?.pid ?? 0;
    first.dispose();
    const second = workspace.window(async () => done);
    second.left.set(pid, { status: "done", resume: null });
    await second.queue.open();
    await until("the end", () => second.ends.length === 1);
    assert.deepEqual([second.ends, second.requests], [["one done"], []]);
  });
});

describe("two windows", () => {
  it("one runs; the other sees it live, may add, stop and reorder, and never runs meanwhile", async () => {
    const first = workspace.window((runtime, request, signal) => {
      runtime.progress.fire({ phase: "train", done: 1, total: 2, secondsLeft: 5, message: "half" });
      return request.mixture === "one" ? untilStopped(runtime, request, signal) : Promise.resolve(done);
    });
    const second = workspace.window(async () => done, { me: stranger(() => true) });
    await second.queue.open();
    const all = first.queue.add(entries("one"));
    await until("the run", () => first.requests.length === 1);
    second.queue.look();
    await until("what the first does", () => second.queue.others[0]?.run?.progress?.message === "half");
    assert.equal(second.queue.others[0]?.run?.mixture, "one");
    assert.equal(second.queue.running, false);

    const added = second.queue.add(entries("two"));
    await until("the addition", () => first.queue.waiting.length === 1);
    await second.queue.stop();
    assert.deepEqual(kinds(await all), ["cancelled"]);
    await until("the second run", () => first.ends.length === 2);
    assert.deepEqual(first.ends, ["one cancelled", "two done"]);
    let settled = false;
    void added.then(() => {
      settled = true;
    });
    await until("the second window's answer", () => settled);
    assert.deepEqual(second.requests, []);
  });

  it("a window whose process died is taken over at once", async () => {
    let alive = true;
    const first = workspace.window(untilStopped, { me: stranger(() => true) });
    void first.queue.add(entries("one"));
    await until("the run", () => first.queue.active !== null && first.requests.length === 1);
    const second = workspace.window(async () => done, { me: { ...thisProcess(), isAlive: () => alive } });
    await second.queue.open();
    await new Promise(resolve => setTimeout(resolve, 60));
    assert.deepEqual(second.requests, [], "the holder lives");
    alive = false;
    await until("the take-over", () => second.ends.length === 1);
  });
});

function endingAfter(ms: number, timer: ReturnType<typeof setInterval>): Promise<never> {
  return new Promise((_, reject) =>
    setTimeout(() => {
      clearInterval(timer);
      reject(new Error("It went on for too long."));
    }, ms),
  );
}

describe("a runtime that misbehaves", () => {
  const misbehaving = (behave: Behaviour, limits = {}) => {
    const window = workspace.window(
      (runtime, request, signal) =>
        request.mixture === "bad" ? behave(runtime, request, signal) : Promise.resolve(done),
      { limits },
    );
    return window.queue.add(entries("bad", "good")).then(results => ({ results, window }));
  };

  const faults: readonly (readonly [string, RegExp, Behaviour, object?])[] = [
    [
      "dies",
      /ended during the run "bad" \(exit code 3\)/,
      async runtime => {
        setTimeout(() => runtime.die("exit code 3"), 5);
        return new Promise(() => undefined);
      },
    ],
    ["answers nonsense", /sent an invalid answer/, async () => ({ status: "splendid" })],
    ["answers nothing", /sent an invalid answer/, async () => null],
    [
      "says nonsense without end",
      /sent an invalid answer/,
      runtime => {
        const timer = setInterval(() => runtime.nonsense.fire("banana"), 1);
        return endingAfter(200, timer);
      },
    ],
    [
      "reports steps that are none",
      /sent an invalid answer/,
      runtime => {
        const timer = setInterval(() => runtime.step.fire({ step: "many" } as never), 1);
        return endingAfter(200, timer);
      },
    ],
    ["hangs", /has not responded for/, () => new Promise(() => undefined), { clock: hasteClock(120) }],
    [
      "floods",
      /messages a second/,
      runtime => {
        const timer = setInterval(() => {
          runtime.messages += 1_000_000;
        }, 1);
        return endingAfter(300, timer);
      },
      { clock: hasteClock(100) },
    ],
  ];
  for (const [what, message, behave, limits] of faults) {
    it(`and ${what} is told of, and the queue goes on`, async () => {
      const { results, window } = await misbehaving(behave, limits);
      assert.deepEqual(kinds(results), ["failed", "done"]);
      assert.match(window.ends[0] ?? "", message);
      assert.deepEqual(window.closed, ["failed"], "its folder says so");
    });
  }

  /** Seconds that go by this much faster. */
  function hasteClock(times: number): () => number {
    const start = performance.now();
    return () => ((performance.now() - start) / 1000) * times * 5;
  }
});

describe("a queue that arrives while the folder is open", () => {
  const evil = {
    id: "1",
    file: "file:///w/evil.mixture.yaml",
    mixture: "evil",
    seed: 7,
    resume: null,
    pid: null,
    stop: false,
  };
  const storage = () => join(workspace.folder, "storage", "queue.json");
  const put = (queue: unknown): void => {
    mkdirSync(join(workspace.folder, "storage"), { recursive: true });
    writeFileSync(storage(), JSON.stringify(queue));
  };
  const whole = { version: 1, host: "", paused: false, entries: [evil] };
  /** Longer than a window takes to see that the file changed. */
  const look = () => new Promise(resolve => setTimeout(resolve, 1_500));

  it("by git pull: nothing starts until a person says so", async () => {
    const upstream = join(workspace.folder, "upstream");
    const git = (folder: string, ...words: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@b", "-C", folder, ...words], {
        stdio: "pipe",
      });
    mkdirSync(join(upstream, "storage"), { recursive: true });
    git(upstream, "init", "--quiet", "--initial-branch=main");
    git(upstream, "commit", "--quiet", "--allow-empty", "--message=first");
    git(workspace.folder, "init", "--quiet", "--initial-branch=main");
    git(workspace.folder, "pull", "--quiet", upstream, "main");
    const window = workspace.window(async () => done);
    await window.queue.open();
    writeFileSync(join(upstream, "storage", "queue.json"), JSON.stringify(whole));
    git(upstream, "add", ".");
    git(upstream, "commit", "--quiet", "--message=queue");
    git(workspace.folder, "pull", "--quiet", upstream, "main");
    await until("the window's look", () => window.queue.waiting.length === 1);
    await look();
    assert.deepEqual([window.queue.paused, window.requests], [true, []]);
  });

  for (const [what, seal] of Object.entries({ none: undefined, made: "0".repeat(64), null: null }))
    it(`with ${what} for a seal: nothing starts until a person says so`, async () => {
      const window = workspace.window(async () => done);
      await window.queue.open();
      put({ ...whole, entries: [{ ...evil, seal }] });
      await look();
      assert.deepEqual([window.queue.paused, window.queue.waiting.length, window.requests], [true, 1, []]);
      await window.queue.resume();
      await until("the end", () => window.ends.length === 1);
      assert.deepEqual(
        window.requests.map(({ mixture }) => mixture),
        ["evil"],
      );
    });

  it("an own run goes on beside it, and what came with the folder stays", async () => {
    const window = workspace.window(async () => done);
    await window.queue.open();
    put(whole);
    assert.deepEqual(kinds(await window.queue.add(entries("one"))), ["done"]);
    await look();
    assert.deepEqual(
      [window.requests.map(({ mixture }) => mixture), window.queue.waiting.map(({ mixture }) => mixture)],
      [["one"], ["evil"]],
    );
  });

  it("an own entry that was changed is a stranger's", async () => {
    const first = workspace.window(untilStopped);
    void first.queue.add(entries("one", "two"));
    await until("the run", () => first.requests.length === 1);
    first.dispose();
    for (const change of [{ file: evil.file }, { resume: "file:///elsewhere" }, { seed: 8 }, { id: "2" }]) {
      const queue = stored();
      put({ ...queue, entries: [{ ...queue.entries[1], ...change }] });
      const window = workspace.window(async () => done);
      await window.queue.open();
      assert.deepEqual([window.queue.paused, window.requests], [true, []], JSON.stringify(change));
      window.dispose();
      put(queue);
    }
  });

  it("what came after the person looked is not what they let go on", async () => {
    const window = workspace.window(async () => done);
    put(whole);
    await window.queue.open();
    put({ ...whole, entries: [{ ...evil, file: "file:///w/worse.mixture.yaml" }] });
    await window.queue.resume();
    await look();
    assert.deepEqual(window.requests, []);
  });

  it("a link, a device or a huge file in its place is no queue", {
    skip: process.platform === "win32",
  }, async () => {
    const window = workspace.window(async () => done);
    mkdirSync(join(workspace.folder, "storage"));
    for (const target of ["/dev/zero", join(workspace.folder, "elsewhere.json")]) {
      symlinkSync(target, storage());
      await assert.rejects(window.queue.open(), /is a link/);
      rmSync(storage());
    }
    writeFileSync(storage(), " ".repeat(33 * 1024 * 1024));
    await assert.rejects(window.queue.open(), /at most [\d,]+ are read/);
  });
});

describe("a queue file that can't be used", () => {
  for (const [what, text] of [
    ["is not JSON", "{"],
    ["is of another version", '{"version":2,"host":"","paused":false,"entries":[]}'],
    ["holds something else", '{"version":1,"host":"","paused":false,"entries":[{"id":1}]}'],
  ] as const) {
    it(`${what}: it is left alone, and nothing is queued over it until it is forgotten`, async () => {
      mkdirSync(join(workspace.folder, "storage"));
      const path = join(workspace.folder, "storage", "queue.json");
      writeFileSync(path, text);
      const window = workspace.window(async () => done);
      await window.queue.open();
      await assert.rejects(window.queue.add(entries("one")), /can't be changed/);
      assert.equal(readFileSync(path, "utf8"), text);
      await window.queue.forget();
      assert.deepEqual(kinds(await window.queue.add(entries("one"))), ["done"]);
    });
  }
});
