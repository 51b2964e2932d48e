// The key of a judge's endpoint: sent to its own server, and found nowhere else.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import { commands } from "../../src/manifest.ts";
import { ComparedRuns, judged, type Person, person, setJudge } from "../support/comparing.ts";
import { recordMessages, workspaceRoot } from "../support/host.ts";

const key = "sk-a/b+c-0123456789-no-one-may-see-this";

describe("a judge's key", () => {
  let messages: ReturnType<typeof recordMessages>;
  let somebody: Person;
  let runs: ComparedRuns;
  let own: Endpoint;
  let other: Endpoint;

  before(async () => {
    runs = new ComparedRuns();
    own = await endpoint();
    other = await endpoint();
    await vscode.commands.executeCommand(commands.refreshRuns);
  });
  beforeEach(() => {
    messages = recordMessages();
    somebody = person();
  });
  afterEach(async () => {
    delete process.env.PINCH_JUDGE_API_KEY;
    somebody.restore();
    messages.restore();
    await setJudge({});
  });
  after(async () => {
    own.server.close();
    other.server.close();
    await runs.remove();
  });

  it("belongs to a server: without one it is not asked for", async () => {
    somebody.types = key;
    await vscode.commands.executeCommand(commands.setJudgeKey);
    assert.match(
      messages.shown[0]?.text ?? "",
      /^A key belongs to a server, but no server is set for the judge/,
    );
  });

  it("reaches its server, and is taken out of what that one says", async () => {
    somebody.types = key;
    await setJudge({ judge: "openai", judgeUrl: own.url, judgeModel: "refusing" });
    await vscode.commands.executeCommand(commands.setJudgeKey);
    await runs.compare();
    assert.deepEqual([...new Set(own.authorizations)], [`Bearer ${key}`]);
    const [refused] = messages.shown.filter(({ kind }) => kind === "error");
    assert.match(refused?.text ?? "", /refused the key \(status 401\)\. .*Set Judge API Key/);
    await setJudge({ judge: "openai", judgeUrl: own.url, judgeModel: "quoting" });
    await runs.compare();
    const [, quoted] = messages.shown.filter(({ kind }) => kind === "error");
    assert.match(quoted?.text ?? "", /Incorrect API key provided: \[key\]/);
    assert.deepEqual([...runs.comparisons("refusing"), ...runs.comparisons("quoting")], []);
  });

  it("is sent to no other server, and neither is one of the environment, which names none", async () => {
    process.env.PINCH_JUDGE_API_KEY = "sk-of-the-environment";
    await setJudge({ judge: "openai", judgeUrl: other.url, judgeModel: "judge" });
    await runs.compare();
    assert.equal(runs.comparisons("judge").length, 1, JSON.stringify(messages.shown));
    assert.deepEqual([...new Set(other.authorizations)], [undefined]);
  });

  it("is in no message, no dialog, no setting, no log and no file", async () => {
    await setJudge({ judge: "openai", judgeUrl: own.url, judgeModel: "judge-2" });
    await runs.compare();
    assert.equal(runs.comparisons("judge-2").length, 1, JSON.stringify(messages.shown));
    const shown = JSON.stringify([messages.shown, somebody.asked]);
    assert.ok(!shown.includes(key), shown);
    const pinch = vscode.workspace.getConfiguration("pinch");
    assert.ok(!JSON.stringify(pinch).includes(key));
    // The home of a stand-in lies in the temporary folder, and so do its logs; a person's own home is not searched.
    const places = [workspaceRoot().fsPath, ...(homedir().startsWith(tmpdir()) ? [homedir()] : [])];
    const logs = places.flatMap(place => filesUnder(place)).filter(file => file.endsWith("Pinch.log"));
    assert.ok(places.length === 1 || logs.length > 0, "the log was not found");
    const forms = [key, encodeURIComponent(key), Buffer.from(key).toString("base64")];
    for (const file of places.flatMap(place => filesUnder(place))) {
      const text = readFileSync(file, "latin1");
      for (const form of forms) assert.ok(!text.includes(form), `${file} holds the key`);
    }
  });

  it("is forgotten when the answer is empty", async () => {
    own.authorizations.length = 0;
    somebody.types = " ";
    await setJudge({ judge: "openai", judgeUrl: own.url, judgeModel: "judge-3" });
    await vscode.commands.executeCommand(commands.setJudgeKey);
    await runs.compare();
    assert.deepEqual([...new Set(own.authorizations)], [undefined]);
  });
});

interface Endpoint {
  readonly url: string;
  readonly server: Server;
  readonly authorizations: (string | undefined)[];
}

/** Answers as an OpenAI-compatible endpoint; two of its models take no key and repeat the one they got. */
async function endpoint(): Promise<Endpoint> {
  const authorizations: (string | undefined)[] = [];
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const piece of request.setEncoding("utf8")) body += piece;
    const { authorization = "" } = request.headers;
    authorizations.push(request.headers.authorization);
    const { model, messages } = JSON.parse(body) as {
      readonly model: string;
      readonly messages: readonly { readonly content: string }[];
    };
    const status = { refusing: 401, quoting: 400 }[model] ?? 200;
    const said = `Incorrect API key provided: ${authorization.slice("Bearer ".length)}.`;
    const content = judged(messages[0]?.content ?? "");
    response.writeHead(status, { "content-type": "application/json" });
    response.end(
      JSON.stringify(
        status !== 200
          ? { error: { message: said } }
          : { model, choices: [{ message: { role: "assistant", content } }] },
      ),
    );
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/v1`, server, authorizations };
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? filesUnder(path) : entry.isFile() ? [path] : [];
  });
}
