// The part of the small Hub that takes uploads: repositories, large files whole or in parts, and commits.
import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { answerJson, type FakeHub, type FakeRevision, isLarge, refuse } from "./fakeHub.ts";

export interface Uploads {
  readonly repositories: Map<string, FakeRevision[]>;
  /** Large files by their SHA-256. */
  readonly objects: Map<string, Uint8Array>;
  /** Parts of large files by `SHA-256/number`. */
  readonly parts: Map<string, Uint8Array>;
  /** Origin that large files are sent to. */
  storage: string;
  /** Size above which a large file is sent in parts of this size. */
  partBytes: number;
  /** Transfer that is answered in place of the one asked for. */
  transfer: string | null;
  /** Files that the repository's .gitignore excludes. */
  ignored: readonly string[];
  /** Each body: how many bytes were announced and how many came. */
  readonly received: { readonly url: string; readonly announced: number; readonly bytes: number }[];
  /** Lines of every commit, in order. */
  readonly commits: Record<string, unknown>[][];
  /** Does what is asked, then closes the connection in place of an answer. */
  loses: (request: IncomingMessage) => boolean;
}

type Line = { key: string; value: Record<string, unknown> };
interface Answer {
  readonly status: number;
  readonly value?: unknown;
  readonly headers?: Record<string, string>;
}

const sha256 = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");

export async function answerUpload(
  hub: FakeHub,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { url = "", headers } = request;
  const pieces: Buffer[] = [];
  try {
    for await (const piece of request) pieces.push(piece as Buffer);
  } catch {
    return; // the sender has closed the connection
  }
  const body = Buffer.concat(pieces);
  hub.received.push({ url, announced: Number(headers["content-length"] ?? body.length), bytes: body.length });
  const { status, value, headers: more = {} } = answer(hub, request, body);
  if (hub.loses(request)) response.destroy();
  else if (status >= 400) refuse(response, status, more);
  else {
    for (const [name, text] of Object.entries(more)) response.setHeader(name, text);
    answerJson(response, value ?? {});
  }
}

function answer(hub: FakeHub, { url = "", headers }: IncomingMessage, body: Buffer): Answer {
  const [path = "", query = ""] = url.split("?");
  const [, oid = ""] = /^\/storage\/([0-9a-f]{64})$/.exec(path) ?? [];
  if (oid !== "") return store(hub, oid, query, body);
  if (!/^Bearer ./.test(headers.authorization ?? "")) return { status: 401 };
  const json = (): Record<string, unknown> => JSON.parse(body.toString("utf8")) as Record<string, unknown>;
  if (path === "/api/validate-yaml") return { status: 200, value: { errors: [], warnings: [] } };
  if (path === "/api/repos/create") return create(hub, json());
  if (path.startsWith("/complete/")) return complete(hub, path.slice("/complete/".length), json());
  const [, id = "", call = ""] =
    /^\/(?:api\/models\/)?([^/]+\/[^/]+?)(?:\.git\/info\/lfs\/objects)?\/(batch|verify|preupload\/main|commit\/main)$/.exec(
      path,
    ) ?? [];
  const [repository] = hub.repositories.get(id) ?? [];
  if (repository === undefined) return { status: 404, headers: { "x-error-code": "RepoNotFound" } };
  if (call === "batch") return { status: 200, value: batch(hub, id, json()) };
  if (call === "preupload/main") return { status: 200, value: modes(hub, json()) };
  if (call === "commit/main") return commit(hub, id, repository, body.toString("utf8"));
  const { oid: verified, size } = json();
  return { status: hub.objects.get(String(verified))?.length === size ? 200 : 422 };
}

function create(hub: FakeHub, asked: Record<string, unknown>): Answer {
  const id = `${String(asked.organization)}/${String(asked.name)}`;
  if (hub.repositories.has(id)) return { status: 409 };
  hub.add(id, { ".gitattributes": "" }, { branches: ["main"], isPrivate: asked.visibility === "private" });
  return { status: 200, value: { url: `${hub.endpoint}/${id}`, name: id } };
}

function modes(hub: FakeHub, { files }: Record<string, unknown>): unknown {
  return {
    files: (files as { path: string; size: number; sample: string }[]).map(({ path, sample }) => ({
      path,
      uploadMode: isLarge(path) || Buffer.from(sample, "base64").includes(0) ? "lfs" : "regular",
      shouldIgnore: hub.ignored.includes(path),
    })),
  };
}

function batch(hub: FakeHub, id: string, { objects }: Record<string, unknown>): unknown {
  return {
    transfer: hub.transfer ?? "basic",
    objects: (objects as { oid: string; size: number }[]).map(({ oid, size }) => {
      if (hub.objects.has(oid)) return { oid, size };
      const count = size > hub.partBytes ? Math.ceil(size / hub.partBytes) : 0;
      const address = `${hub.storage}/storage/${oid}`;
      const addresses = Array.from({ length: count }, (_, i) => [String(i + 1), `${address}?part=${i + 1}`]);
      const upload =
        count === 0
          ? { href: address }
          : {
              href: `${hub.endpoint}/complete/${oid}`,
              header: { chunk_size: String(hub.partBytes), ...Object.fromEntries(addresses.reverse()) },
            };
      return {
        oid,
        size,
        actions: { upload, verify: { href: `${hub.endpoint}/${id}.git/info/lfs/objects/verify` } },
      };
    }),
  };
}

function store(hub: FakeHub, oid: string, query: string, body: Buffer): Answer {
  const [, part] = /^part=(\d+)$/.exec(query) ?? [];
  if (part !== undefined) {
    hub.parts.set(`${oid}/${part}`, body);
    return { status: 200, headers: { etag: `"${sha256(body)}"` } };
  }
  if (sha256(body) !== oid) return { status: 400 };
  hub.objects.set(oid, body);
  return { status: 200 };
}

function complete(hub: FakeHub, oid: string, { parts }: Record<string, unknown>): Answer {
  const pieces = (parts as { partNumber: number; etag: string }[]).map(({ partNumber, etag }) => {
    const piece = hub.parts.get(`${oid}/${partNumber}`);
    return piece !== undefined && etag === `"${sha256(piece)}"` ? piece : null;
  });
  const whole = Buffer.concat(pieces.flatMap(piece => piece ?? []));
  if (pieces.includes(null) || sha256(whole) !== oid) return { status: 400 };
  hub.objects.set(oid, whole);
  return { status: 200 };
}

function commit(hub: FakeHub, id: string, repository: FakeRevision, body: string): Answer {
  const lines = body
    .trim()
    .split("\n")
    .map(line => JSON.parse(line) as Line);
  const [header, ...files] = lines;
  if (header?.key !== "header" || typeof header.value.summary !== "string") return { status: 400 };
  const { parentCommit } = header.value;
  if (parentCommit !== undefined && parentCommit !== repository.commit) return { status: 412 };
  const contents = files.map(({ key, value }): [string, Uint8Array] | null => {
    const path = String(value.path);
    if (key === "file") return [path, Buffer.from(String(value.content), "base64")];
    const content =
      key === "lfsFile" && value.algo === "sha256" ? hub.objects.get(String(value.oid)) : undefined;
    return content === undefined || content.length !== value.size ? null : [path, content];
  });
  if (contents.includes(null)) return { status: 422 };
  for (const pair of contents) if (pair !== null) repository.files.set(...pair);
  repository.commit = createHash("sha1").update(`${repository.commit} ${body}`).digest("hex");
  hub.commits.push(lines);
  return {
    status: 200,
    value: {
      success: true,
      commitOid: repository.commit,
      commitUrl: `${hub.endpoint}/${id}/commit/${repository.commit}`,
    },
  };
}
