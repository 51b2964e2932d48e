// A proxy on 127.0.0.1 that passes pages of plain HTTP on, opens no tunnel, and counts what is asked of it.
import { createServer, type Server } from "node:http";
import { connect } from "node:net";

/** Counts what is asked of it: pages of plain HTTP, and tunnels. @param refusal Status line of every answer. */
export async function countingProxy(
  refusal?: string,
): Promise<{ url: string; asked: string[]; close(): Promise<void> }> {
  const asked: string[] = [];
  const server: Server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (refusal !== undefined) {
      response.writeHead(Number.parseInt(refusal, 10)).end();
      return;
    }
    const { host, pathname, search } = new URL(request.url ?? "");
    const [hostname = "", port = ""] = host.split(":");
    const passed = ["authorization", "range"]
      .flatMap(name => (request.headers[name] === undefined ? [] : [`${name}: ${request.headers[name]}\r\n`]))
      .join("");
    const upstream = connect(Number(port), hostname, () =>
      upstream.write(
        `GET ${pathname}${search} HTTP/1.1\r\nhost: ${host}\r\n${passed}connection: close\r\n\r\n`,
      ),
    );
    upstream.on("error", () => response.destroy());
    if (response.socket !== null) upstream.pipe(response.socket);
  });
  server.on("connect", (request, socket) => {
    asked.push(`CONNECT ${request.url}`);
    socket.end(`HTTP/1.1 ${refusal ?? "502 Bad Gateway"}\r\n\r\n`);
  });
  await new Promise<void>(ready => server.listen(0, "127.0.0.1", ready));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const close = (): Promise<void> =>
    new Promise(closed => {
      server.closeAllConnections();
      server.close(() => closed());
    });
  const proxy = { url: `http://127.0.0.1:${port}`, asked, close };
  return proxy;
}
