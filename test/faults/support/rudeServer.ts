// A server on 127.0.0.1 that misbehaves in every way that a test asks for, and counts what it got rid of.
import "../../support/noProxy.ts";
import { createServer, type Socket } from "node:net";
import { gzipSync } from "node:zlib";

export interface RudeServer {
  readonly url: string;
  /** Bytes that left, of all answers. */
  sent(): number;
  /** Connections that are open. */
  open(): number;
  close(): Promise<void>;
}

/** What is done with a connection once a request's headers are there. */
export type Manner = (socket: Socket) => void;

const head = (fields: string): string =>
  `HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-type: application/json\r\n${fields}\r\n`;
const chunked = head("transfer-encoding: chunked\r\n");

/** Sends as long as anybody takes it. */
function endlessly(socket: Socket, piece: Buffer): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write(piece));
  };
  socket.on("drain", more);
  more();
}

function drip(socket: Socket, piece: string, milliseconds: number): void {
  const timer = setInterval(() => socket.write(piece), milliseconds);
  socket.once("close", () => clearInterval(timer));
}

function asChunk(body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n")]);
}

/** JSON that is well formed to its last byte, many times as long as its gzip. */
const bomb = gzipSync(
  Buffer.concat([Buffer.from('{"a": "'), Buffer.alloc(300_000_000, 0x20), Buffer.from('"}')]),
);

export const manners: Readonly<Record<string, Manner>> = {
  "answers nothing": () => undefined,
  "sends 100 Continue for ever": socket => drip(socket, "HTTP/1.1 100 Continue\r\n\r\n", 20),
  "sends a byte of its headers at a time": socket => drip(socket, "x", 20),
  "stops after its headers": socket => socket.write(chunked),
  "sends a byte of its body at a time": socket => {
    socket.write(chunked);
    drip(socket, "1\r\n \r\n", 20);
  },
  "never ends": socket => {
    socket.write(chunked);
    endlessly(socket, asChunk(Buffer.alloc(64 * 1024, 0x20)));
  },
  "never ends, and says that it is short": socket => {
    socket.write(head("content-length: 20\r\n"));
    endlessly(socket, Buffer.alloc(64 * 1024, 0x20));
  },
  "never ends its headers": socket => {
    socket.write("HTTP/1.1 200 OK\r\nx: ");
    endlessly(socket, Buffer.alloc(64 * 1024, "x"));
  },
  "sends 300 MB as a small gzip": socket => {
    socket.write(head(`content-encoding: gzip\r\ncontent-length: ${bomb.length}\r\n`));
    socket.write(bomb);
  },
  "says gzip and sends none": socket => {
    const body = Buffer.from('{"a": 1}');
    socket.write(head(`content-encoding: gzip\r\ncontent-length: ${body.length}\r\n`));
    socket.write(body);
  },
  "compresses in a way of its own": socket => {
    socket.write(head("content-encoding: mine\r\ncontent-length: 2\r\n"));
    socket.write("{}");
  },
  "breaks off": socket => socket.end(`${head("content-length: 2000\r\n")}{"sha": "`),
  "is no web server": socket => socket.end("220 mail.example ESMTP\r\n"),
  "hangs up": socket => socket.destroy(),
  "leads in a circle": socket =>
    socket.end("HTTP/1.1 302 Found\r\nlocation: /again\r\ncontent-length: 0\r\n\r\n"),
};

export async function rudeServer(manner: Manner): Promise<RudeServer> {
  const sockets = new Set<Socket>();
  let gone = 0;
  const server = createServer(socket => {
    sockets.add(socket);
    socket.on("error", () => undefined);
    socket.once("close", () => {
      sockets.delete(socket);
      gone += socket.bytesWritten;
    });
    let asked = "";
    const listen = (piece: Buffer): void => {
      asked += piece.toString("latin1");
      if (!asked.includes("\r\n\r\n")) return;
      socket.off("data", listen);
      socket.resume();
      manner(socket);
    };
    socket.on("data", listen);
  });
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    sent: () => [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, gone),
    open: () => sockets.size,
    close: () =>
      new Promise(resolve => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
