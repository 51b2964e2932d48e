// A NuGet registry on 127.0.0.1 with one package, and the faults that a network has.
import "../../support/noProxy.ts";
import { createHash } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { deflateRawSync } from "node:zlib";

type Fault =
  | "none"
  /** The first answer ends in the middle. */
  | "breaks once"
  /** Every answer ends after a tenth, and no ranges are known. */
  | "breaks always"
  | "no ranges"
  /** Any range is answered by 416. */
  | "refuses ranges"
  /** The body is another one than the catalogue says. */
  | "other content"
  | "too long"
  /** The catalogue says that it has a petabyte. */
  | "huge"
  | "gone"
  /** The package is elsewhere, on a server without TLS. */
  | "leaves TLS"
  | "no such version"
  | "other checksum";

export interface Registry {
  readonly index: string;
  /** What was asked for, in order: the path, and the range if there was one. */
  readonly asked: string[];
  fault: Fault;
  close(): Promise<void>;
}

export interface Content {
  readonly name: string;
  readonly data: Buffer;
  readonly stored?: boolean;
}

/** A zip archive with a comment at its end, as some tools leave one. */
export function zipOf(contents: readonly Content[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, data, stored = false } of contents) {
    const packed = stored ? data : deflateRawSync(data);
    const shared = Buffer.alloc(26); // from "version needed" to "extra length", which both headers have
    shared.writeUInt16LE(20, 0);
    shared.writeUInt16LE(stored ? 0 : 8, 4);
    shared.writeUInt32LE(crc32(data), 10);
    shared.writeUInt32LE(packed.length, 14);
    shared.writeUInt32LE(data.length, 18);
    shared.writeUInt16LE(Buffer.byteLength(name), 22);
    const local = Buffer.concat([signature(0x04034b50), shared, Buffer.from(name), packed]);
    const entry = Buffer.alloc(16);
    entry.writeUInt32LE(offset, 12);
    directory.push(
      Buffer.concat([
        signature(0x02014b50),
        Buffer.from([20, 0]),
        shared,
        entry.subarray(2),
        Buffer.from(name),
      ]),
    );
    locals.push(local);
    offset += local.length;
  }
  const entries = Buffer.concat(directory);
  const comment = Buffer.from("packed by a test");
  const end = Buffer.alloc(18);
  end.writeUInt16LE(contents.length, 4);
  end.writeUInt16LE(contents.length, 6);
  end.writeUInt32LE(entries.length, 8);
  end.writeUInt32LE(offset, 12);
  end.writeUInt16LE(comment.length, 16);
  return Buffer.concat([...locals, entries, signature(0x06054b50), end, comment]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** Bit by bit, another way than the code under test. */
function crc32(data: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return ~crc >>> 0;
}

/** Serves `file` as version `version` of the package `id`. */
export async function startRegistry(id: string, version: string, file: Buffer): Promise<Registry> {
  const asked: string[] = [];
  const name = id.toLowerCase();
  let cuts = 0;
  const server = createServer((request, response) => {
    const { url = "" } = request;
    const { range } = request.headers;
    asked.push(range === undefined ? url : `${url} ${range}`);
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const json = (value: unknown): void => {
      response.setHeader("content-type", "application/json").end(JSON.stringify(value));
    };
    const { fault } = registry;
    if (url === "/index.json")
      return json({
        resources: [
          { "@type": "RegistrationsBaseUrl", "@id": `${base}/old/` },
          { "@type": "RegistrationsBaseUrl/3.6.0", "@id": `${base}/registration` },
        ],
      });
    if (url === `/registration/${name}/${version}.json` && fault !== "no such version")
      return json({ catalogEntry: `${base}/catalog.json`, packageContent: `${base}/package` });
    if (url === "/catalog.json")
      return json({
        packageHash: createHash("sha512").update(file).digest("base64"),
        packageHashAlgorithm: fault === "other checksum" ? "MD5" : "SHA512",
        packageSize: fault === "huge" ? 1e15 : file.length,
      });
    if (url === "/package" && fault === "leaves TLS")
      return response.writeHead(302, { location: "http://192.0.2.1/package" }).end();
    if (url !== "/package" || fault === "gone") return response.writeHead(404).end();
    sendPackage(response, range);
  });

  function sendPackage(response: ServerResponse, range: string | undefined): void {
    const { fault } = registry;
    const body = fault === "other content" ? Buffer.alloc(file.length, 7) : file;
    const from = Number(/bytes=(\d+)-/.exec(range ?? "")?.[1] ?? 0);
    if (range !== undefined && fault === "refuses ranges") {
      response.writeHead(416).end();
      return;
    }
    const ranged = range !== undefined && fault !== "no ranges" && fault !== "breaks always";
    const part = ranged ? body.subarray(from) : body;
    if (ranged)
      response.writeHead(206, { "content-range": `bytes ${from}-${body.length - 1}/${body.length}` });
    const breaks = fault === "breaks always" || (fault === "breaks once" && cuts === 0);
    if (!breaks) {
      response.end(fault === "too long" ? Buffer.concat([part, Buffer.from("more")]) : part);
      return;
    }
    cuts++;
    const share = fault === "breaks always" ? 10 : 2;
    response.setHeader("content-length", part.length);
    response.write(part.subarray(0, Math.floor(part.length / share)), () =>
      setTimeout(() => response.destroy(), 20),
    );
  }

  const registry: Registry = {
    index: "",
    asked,
    fault: "none",
    close: () =>
      new Promise(resolve => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return Object.assign(registry, { index: `http://127.0.0.1:${port}/index.json` });
}
