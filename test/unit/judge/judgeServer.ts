// A judge on 127.0.0.1 whose verdicts a test writes, as an OpenAI-compatible endpoint gives them.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after } from "node:test";
import { questionParts } from "../../support/judgeQuestions.ts";

export interface AskedQuestion {
  readonly body: Readonly<Record<string, unknown>>;
  readonly path: string;
  readonly authorization: string | undefined;
  /** The whole question. */
  readonly text: string;
  readonly code: string;
  readonly prompt: string;
  readonly a: string;
  readonly b: string;
  /** Requests before this one. */
  readonly index: number;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is; an object as JSON. null: the connection is cut. */
  readonly body: string | object | null;
}

export interface JudgeServer {
  readonly url: string;
  readonly asked: AskedQuestion[];
  /** Most requests that were open at the same time. */
  mostOpen(): number;
}

export function completion(text: string, extra: Readonly<Record<string, unknown>> = {}): Reply {
  const usage = { prompt_tokens: 100, completion_tokens: 10 };
  return {
    body: { model: "judge", choices: [{ message: { role: "assistant", content: text } }], usage, ...extra },
  };
}

/** An answer that ends with the verdict. */
export function verdict({ code }: Pick<AskedQuestion, "code">, choice: "A" | "B" | "TIE"): Reply {
  return completion(`A short reason.\nVERDICT ${code}: ${choice}`);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const piece of request.setEncoding("utf8")) text += piece;
  return text;
}

/** Closed after the tests of the file. */
export async function judgeServer(
  answer: (question: AskedQuestion) => Reply | Promise<Reply>,
): Promise<JudgeServer> {
  const asked: AskedQuestion[] = [];
  let [open, most] = [0, 0];
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    most = Math.max(most, ++open);
    response.once("close", () => open--);
    const body = JSON.parse(await bodyOf(request)) as Record<string, unknown>;
    const [message] = body.messages as { readonly content: string }[];
    const text = message?.content ?? "";
    const { authorization } = request.headers;
    const question = {
      body,
      path: request.url ?? "",
      authorization,
      text,
      ...questionParts(text),
      index: asked.length,
    };
    asked.push(question);
    const reply = await answer(question);
    if (reply.body === null) {
      response.destroy();
      return;
    }
    const plain = typeof reply.body === "string";
    response.writeHead(reply.status ?? 200, {
      "content-type": plain ? "text/html" : "application/json",
      ...reply.headers,
    });
    response.end(plain ? reply.body : JSON.stringify(reply.body));
  };
  const server = createServer((request, response) => void respond(request, response));
  await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, asked, mostOpen: () => most };
}
