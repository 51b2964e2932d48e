// A small Hub on 127.0.0.1: answers as the real one does, and fails in every way that is asked for.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

export const commit = "0123456789abcdef0123456789abcdef01234567";
/** As on the Hub: files of large file storage are those beyond some size, and safetensors. */
const isLarge = (name: string): boolean => /\.(safetensors|gguf)$/.test(name);

export interface FakeHub {
  readonly endpoint: string;
  readonly files: Map<string, Uint8Array>;
  /** `METHOD path range` of every request. */
  readonly requests: string[];
  readonly tokens: (string | undefined)[];
  /** Answers a request itself by returning true. */
  intercept: (request: IncomingMessage, response: ServerResponse) => boolean;
  close(): Promise<void>;
}

export async function fakeHub(
  id: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<FakeHub> {
  const stored = new Map(Object.entries(files).map(([name, content]) => [name, Buffer.from(content)]));
  const server: Server = createServer((request, response) => {
    hub.requests.push(`${request.url} ${request.headers.range ?? ""}`.trim());
    hub.tokens.push(request.headers.authorization);
    if (hub.intercept(request, response)) return;
    const path = decodeURIComponent((request.url ?? "").split("?")[0] ?? "");
    if (path.startsWith(`/api/models/${id}/revision/`)) answerJson(response, describe(stored));
    else if (path.startsWith(`/${id}/resolve/${commit}/`))
      sendFile(request, response, stored.get(path.split("/").at(-1) ?? ""));
    else refuse(response, 401, { "x-error-code": "RepoNotFound" });
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const hub: FakeHub = {
    endpoint: `http://127.0.0.1:${port}`,
    files: stored,
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

function answerJson(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
}

function describe(files: ReadonlyMap<string, Uint8Array>): unknown {
  const siblings = [...files].map(([rfilename, content]) => ({
    rfilename,
    size: content.length,
    blobId: createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex"),
    ...(isLarge(rfilename) && {
      lfs: {
        sha256: createHash("sha256").update(content).digest("hex"),
        size: content.length,
        pointerSize: 130,
      },
    }),
  }));
  return { id: "any", sha: commit, siblings };
}

function sendFile(request: IncomingMessage, response: ServerResponse, content: Uint8Array | undefined): void {
  if (content === undefined) {
    refuse(response, 404, { "x-error-code": "EntryNotFound" });
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
