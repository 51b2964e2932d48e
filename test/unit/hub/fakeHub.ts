// A small Hub on 127.0.0.1: answers as the real one does, and fails in every way that is asked for.
import "../../support/noProxy.ts";
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { answerUpload, type Uploads } from "./fakeUploads.ts";

export const commit = "0123456789abcdef0123456789abcdef01234567";
/** As on the Hub: files of large file storage are those beyond some size, and safetensors. */
export const isLarge = (name: string): boolean => /\.(safetensors|gguf|parquet|zst|gz)$/.test(name);

type Files = Readonly<Record<string, string | Uint8Array>>;
/** What the Hub tells of its files: all; their names, and the rest in the headers of each; names and sizes; or names. */
type Telling = "all" | "headers" | "sizes" | "names";

/** One commit of a repository, with the branches that point to it. */
export interface FakeRevision {
  commit: string;
  readonly branches: readonly string[];
  readonly files: Map<string, Uint8Array>;
  isPrivate?: boolean;
}

export interface FakeHub extends Uploads {
  readonly endpoint: string;
  /** Of the first repository's main branch. */
  readonly files: Map<string, Uint8Array>;
  tells: Telling;
  /** Path and range of every request, with the method where it isn't GET. */
  readonly requests: string[];
  readonly tokens: (string | undefined)[];
  /** Answers a request itself by returning true. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** @param place `org/name` of a model, `datasets/org/name` of a dataset. */
  add(place: string, files: Files, at?: Partial<Omit<FakeRevision, "files">>): FakeRevision;
  close(): Promise<void>;
}

/** @param first A repository, as `add` has it. */
export async function fakeHub(first: string, files: Files): Promise<FakeHub> {
  const repositories = new Map<string, FakeRevision[]>();
  const find = (place: string, revision: string): FakeRevision | undefined =>
    repositories
      .get(place)
      ?.find(({ commit: sha, branches }) => sha === revision || branches.includes(revision));
  const server: Server = createServer((request, response) => {
    const { method = "", url = "", headers } = request;
    hub.requests.push(`${method === "GET" ? "" : `${method} `}${url} ${headers.range ?? ""}`.trim());
    hub.tokens.push(headers.authorization);
    if (hub.intercept(request, response)) return;
    const path = url.split("?")[0] ?? "";
    if (method === "POST" || method === "PUT") {
      void answerUpload(hub, request, response);
      return;
    }
    if (path.startsWith("/cdn/")) {
      sendFile(request, response, hub.objects.get(path.slice("/cdn/".length)), hub.tells);
      return;
    }
    const [, kind = "", id = "", revision = ""] =
      /^\/api\/(models|datasets)\/([^/]+\/[^/]+)(?:\/(?:revision|tree)\/([^/]+))?$/.exec(path) ?? [];
    const [, place = "", sha = "", name = ""] = /^\/(.+?)\/resolve\/([^/]+)\/(.+)$/.exec(path) ?? [];
    const asked = kind === "" ? place : kind === "models" ? id : `${kind}/${id}`;
    const found = find(asked, decodeURIComponent(kind === "" ? sha : revision || "main"));
    if (found !== undefined) response.setHeader("x-repo-commit", found.commit);
    if (!repositories.has(asked)) refuse(response, 401, { "x-error-code": "RepoNotFound" });
    else if (found === undefined) refuse(response, 404, { "x-error-code": "RevisionNotFound" });
    else if (path.includes("/tree/")) answerJson(response, treeOf(found));
    else if (kind !== "") answerJson(response, describe(asked, found, hub.tells));
    else sendFile(request, response, found.files.get(decodeURIComponent(name)), hub.tells);
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const add: FakeHub["add"] = (place, content, at = {}) => {
    const stored = new Map(Object.entries(content).map(([name, text]) => [name, Buffer.from(text)]));
    const revision = { commit, branches: ["main", "v1", "refs/pr/3"], ...at, files: stored };
    repositories.set(place, [...(repositories.get(place) ?? []), revision]);
    return revision;
  };
  const endpoint = `http://127.0.0.1:${port}`;
  const hub: FakeHub = {
    endpoint,
    repositories,
    objects: new Map(),
    parts: new Map(),
    storage: endpoint,
    partBytes: Number.POSITIVE_INFINITY,
    transfer: null,
    ignored: [],
    received: [],
    commits: [],
    loses: () => false,
    files: add(first, files).files,
    add,
    tells: "all",
    requests: [],
    tokens: [],
    intercept: () => false,
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return hub;
}

export function refuse(response: ServerResponse, status: number, headers: Record<string, string> = {}): true {
  response.writeHead(status, headers).end("no");
  return true;
}

export function answerJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
}

function hashOf(name: string, content: Uint8Array): string {
  return isLarge(name) ? createHash("sha256").update(content).digest("hex") : blobId(content);
}

function blobId(content: Uint8Array): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}

/** As huggingface_hub lists a repository before it downloads a snapshot. */
function treeOf({ files }: FakeRevision): unknown {
  return [...files].map(([path, content]) => ({
    type: "file",
    path,
    size: content.length,
    oid: blobId(content),
    ...(isLarge(path) && { lfs: { oid: hashOf(path, content), size: content.length, pointerSize: 130 } }),
  }));
}

function describe(id: string, revision: FakeRevision, tells: Telling): unknown {
  const siblings = [...revision.files].map(([rfilename, content]) =>
    tells === "all"
      ? {
          rfilename,
          size: content.length,
          blobId: blobId(content),
          ...(isLarge(rfilename) && {
            lfs: { sha256: hashOf(rfilename, content), size: content.length, pointerSize: 130 },
          }),
        }
      : { rfilename },
  );
  const { isPrivate = false } = revision;
  return { id, modelId: id, sha: revision.commit, private: isPrivate, tags: [], siblings };
}

function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  content: Uint8Array | undefined,
  tells: Telling,
): void {
  if (content === undefined) {
    refuse(response, 404, { "x-error-code": "EntryNotFound" });
    return;
  }
  if (request.method === "HEAD") {
    tellOf(request, response, content, tells);
    return;
  }
  const start = Number(/^bytes=(\d+)-/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (start === 0) response.writeHead(200, { "content-length": content.length }).end(content);
  else if (start >= content.length) refuse(response, 416);
  else {
    const range = `bytes ${start}-${content.length - 1}/${content.length}`;
    response
      .writeHead(206, { "content-range": range, "content-length": content.length - start })
      .end(content.subarray(start));
  }
}

/** Large files lie elsewhere: the redirect to them has their size and hash. */
function tellOf(
  { url: name = "", headers }: IncomingMessage,
  response: ServerResponse,
  content: Uint8Array,
  tells: Telling,
): void {
  const tag = `"${hashOf(name, content)}"`;
  if (tells === "names") response.writeHead(200, { "transfer-encoding": "chunked" }).end();
  else if (tells === "sizes") response.writeHead(200, { "content-length": content.length }).end();
  else if (isLarge(name))
    response
      .writeHead(302, {
        location: `http://localhost:${headers.host?.split(":")[1]}/cdn/${hashOf(name, content)}`,
        "x-linked-size": content.length,
        "x-linked-etag": tag,
      })
      .end();
  else response.writeHead(200, { "content-length": content.length, etag: `W/${tag}` }).end();
}
