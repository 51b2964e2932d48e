// Networks as people have them: proxies, mirrors that tell less than the Hub, home folders in paths.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { after, describe, test } from "node:test";
import { promisify } from "node:util";
import { HumanError } from "../../../src/common/errors.ts";
import { isLoopback } from "../../../src/common/loopback.ts";
import { expandPath, hubCacheFolder, hubTokenPath } from "../../../src/node/hubFolders.ts";
import { namedProxy, webFetch } from "../../../src/node/webFetch.ts";
import { downloadModel } from "../../../src/runtime/hub/fetchModel.ts";
import type { Hub } from "../../../src/runtime/hub/hub.ts";
import { refusal } from "../../../src/runtime/hub/refusal.ts";
import { temporaryFolder, writeTinyModel } from "../model/tinyModel.ts";
import { countingProxy } from "./countingProxy.ts";
import { type FakeHub, fakeHub } from "./fakeHub.ts";

const source = writeTinyModel();
const files = Object.fromEntries(readdirSync(source).map(name => [name, readFileSync(join(source, name))]));
const opened: { close(): Promise<void> }[] = [];
after(() => Promise.all(opened.map(server => server.close())));

async function tinyHub(): Promise<{ server: FakeHub; hub: Hub; cache: string }> {
  const server = await fakeHub("tiny/model", files);
  opened.push(server);
  const signal = new AbortController().signal;
  const hub = { endpoint: server.endpoint, token: null, signal, log: () => undefined, retryDelay: 1 };
  return { server, hub, cache: join(temporaryFolder(), "hub") };
}

describe("a mirror", () => {
  test("without sizes and hashes in its list is asked for the headers of what is needed", async () => {
    const { server, hub, cache } = await tinyHub();
    server.files.set("README.md", Buffer.from("x"));
    server.tells = "headers";
    const found = await downloadModel(hub, { id: "tiny/model", revision: null, cache }, () => undefined);
    assert.deepEqual(readFileSync(join(found.folder, "model.safetensors")), files["model.safetensors"]);
    const asked = server.requests.filter(request => request.startsWith("HEAD "));
    assert.equal(asked.length, Object.keys(files).length, asked.join("\n"));
    const blobs = readdirSync(join(cache, "models--tiny--model", "blobs"));
    assert.ok(
      blobs.some(name => /^[0-9a-f]{64}$/.test(name)) && blobs.some(name => /^[0-9a-f]{40}$/.test(name)),
    );
  });

  test("whose headers tell sizes only is used, and says that nothing else was checked", async () => {
    const { server, hub, cache } = await tinyHub();
    server.tells = "sizes";
    const said: string[] = [];
    const fetch = () =>
      downloadModel(
        { ...hub, log: message => said.push(message) },
        { id: "tiny/model", revision: null, cache },
        () => undefined,
      );
    const found = await fetch();
    assert.deepEqual(readFileSync(join(found.folder, "model.safetensors")), files["model.safetensors"]);
    assert.equal(
      said.filter(line => /reports no checksum of .*: only its size is checked/.test(line)).length,
      4,
    );
    server.requests.length = 0;
    await fetch();
    assert.deepEqual(
      server.requests.filter(request => request.includes("/resolve/") && !request.startsWith("HEAD ")),
      [],
      "what is here already is not fetched again",
    );
  });

  test("whose headers tell nothing either is refused, by what it does not tell", async () => {
    const { server, hub, cache } = await tinyHub();
    server.tells = "names";
    const error = await downloadModel(hub, { id: "tiny/model", revision: null, cache }, () => undefined).then(
      () => assert.fail("was downloaded"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof HumanError);
    assert.match(error.message, /reports neither size nor checksum of config\.json/);
    assert.match(error.remedy, /passes on the Hub's headers/);
  });
});

async function opening<Server extends { close(): Promise<void> }>(made: Promise<Server>): Promise<Server> {
  const server = await made;
  opened.push(server);
  return server;
}

/** In a process of its own: the proxy is read once. */
async function statusThrough(environment: Record<string, string>, url: string): Promise<string> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", join(import.meta.dirname, "askOnce.ts"), url],
    { env: { ...process.env, ...environment } },
  );
  return stdout.trim();
}

describe("a proxy", () => {
  test("of HTTP_PROXY is asked for the page; NO_PROXY goes straight", async () => {
    const { server } = await tinyHub();
    const proxy = await opening(countingProxy());
    const url = `${server.endpoint}/api/models/tiny/model/revision/main?blobs=true`;
    assert.match(await statusThrough({ HTTP_PROXY: proxy.url }, url), /^200 \d+$/);
    assert.deepEqual(proxy.asked, [url]);
    assert.match(await statusThrough({ http_proxy: proxy.url, NO_PROXY: "127.0.0.1" }, url), /^200 \d+$/);
    assert.match(await statusThrough({}, url), /^200 \d+$/);
    assert.equal(proxy.asked.length, 1);
  });

  test("of HTTPS_PROXY is asked for a tunnel", async () => {
    const proxy = await opening(countingProxy());
    const said = await statusThrough({ HTTPS_PROXY: proxy.url }, "https://hub.invalid/x");
    assert.equal(said, "502 0", "what the proxy says where it opens none");
    assert.deepEqual(proxy.asked, ["CONNECT hub.invalid:443"]);
  });

  test("that wants a password says so, for a page and for a tunnel", async () => {
    const proxy = await opening(countingProxy("407 Proxy Authentication Required"));
    const environment = { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url };
    for (const url of ["http://hub.invalid/x", "https://hub.invalid/x"])
      assert.match(await statusThrough(environment, url), /^407 /);
    const hub = { endpoint: "http://hub.invalid", token: null };
    const { message } = refusal(hub, new Response(null, { status: 407 }), "x");
    assert.equal(message, "The proxy asks for a name and a password (407).");
  });

  test("of another kind than HTTP is named", async () => {
    const said = await statusThrough(
      { ALL_PROXY: "socks5://me:secret@127.0.0.1:1" },
      "https://hub.invalid/x",
    );
    assert.equal(said, "socks5 is not a supported kind of proxy");
  });

  test("follows redirects, with the token only to the server that it is for", async () => {
    const { server } = await tinyHub();
    const other = await fakeHub("x/y", {});
    opened.push(other);
    const proxy = await opening(countingProxy());
    other.intercept = (request, response) => {
      response.end(`token: ${request.headers.authorization ?? "none"}`);
      return true;
    };
    server.intercept = (request, response) => {
      const elsewhere = request.url === "/away";
      if (request.url === "/loop") response.writeHead(302, { location: "/loop" }).end();
      else if (elsewhere) response.writeHead(302, { location: `${other.endpoint}/file` }).end();
      else response.end(`token: ${request.headers.authorization ?? "none"}`);
      return true;
    };
    process.env.HTTP_PROXY = proxy.url;
    try {
      const read = async (path: string): Promise<string> => {
        const headers = { authorization: "Bearer secret" };
        return (await webFetch(`${server.endpoint}${path}`, { headers })).text();
      };
      assert.equal(await read("/here"), "token: Bearer secret");
      assert.equal(await read("/away"), "token: none");
      await assert.rejects(read("/loop"), /more than 20 redirects/);
      const manual = await webFetch(`${server.endpoint}/away`, { redirect: "manual" });
      assert.deepEqual([manual.status, manual.headers.get("location")], [302, `${other.endpoint}/file`]);
      await manual.body?.cancel();
    } finally {
      delete process.env.HTTP_PROXY;
    }
    assert.equal(proxy.asked.length, 1 + 2 + 21 + 1);
  });

  test("is named without its password", () => {
    assert.equal(namedProxy({ HTTPS_PROXY: "http://me:secret@proxy:3128" }), "HTTPS_PROXY (proxy:3128)");
    assert.equal(namedProxy({ https_proxy: "", HTTP_PROXY: "nonsense" }), "HTTP_PROXY (no address)");
    assert.equal(namedProxy({}), null);
  });

  test("is not for a judge on this machine", () => {
    for (const url of ["http://localhost:1234/v1", "http://127.0.0.1/v1", "http://[::1]:8/v1"])
      assert.ok(isLoopback(url), url);
    for (const url of ["http://localhost.example.com/", "https://127.0.0.1.example.com", "nonsense"])
      assert.ok(!isLoopback(url), url);
  });
});

describe("the home folder in paths of the cache", () => {
  const home = process.platform === "win32" ? homedir() : "/home/me";
  const braced = "$" + "{DATA}";
  const environment = { HOME: home, DATA: "/data" };

  test("~ and variables are replaced as Python does", () => {
    assert.equal(expandPath("~/x", environment), `${home}/x`);
    assert.equal(expandPath(`$DATA/${braced}/$NONE/~`, environment), "/data//data/$NONE/~");
    assert.equal(expandPath("~other/x", environment), "~other/x");
  });

  test("in every variable that names a folder", () => {
    const hub = (more: Record<string, string>): string => hubCacheFolder({ ...environment, ...more });
    assert.equal(hub({ HF_HUB_CACHE: "~/c" }), resolve(home, "c"));
    assert.equal(hub({ HUGGINGFACE_HUB_CACHE: "$DATA/c" }), resolve("/data/c"));
    assert.equal(hub({ HF_HOME: `${braced}/hf` }), resolve("/data/hf/hub"));
    assert.equal(hub({ XDG_CACHE_HOME: "~/.xdg" }), resolve(home, ".xdg/huggingface/hub"));
    assert.equal(hub({ HF_HUB_CACHE: "", HF_HOME: "" }), resolve(home, ".cache/huggingface/hub"));
    assert.equal(hubTokenPath({ ...environment, HF_TOKEN_PATH: "$HOME/t" }), resolve(home, "t"));
    assert.equal(hubTokenPath({ ...environment, HF_HOME: "~/hf" }), resolve(home, "hf/token"));
  });
});
