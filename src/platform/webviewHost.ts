// The document of every webview (content security policy, script, style) and its typed messages.
import * as vscode from "vscode";
import { messageAndRemedy } from "../common/systemErrors.ts";
import { bundled } from "../manifest.ts";
import { type Handlers, type NoCalls, type Payload, type Reply, ViewCalls } from "../protocol/viewCalls.ts";
import type { Log } from "./log.ts";

/** Connection to a page: messages without a reply, and requests, which always settle. */
export interface WebviewChannel<To, PageCalls = NoCalls> extends vscode.Disposable {
  post(message: To): void;
  request<Kind extends keyof PageCalls & string>(
    kind: Kind,
    payload: Payload<PageCalls, Kind>,
  ): Promise<Reply<PageCalls, Kind>>;
}

/**
 * The host's end of the connection. Errors of both functions are logged; the page shows those of requests.
 */
export interface WebviewEnd<From, HostCalls> {
  readonly log: Log;
  /** Handles messages without a reply. */
  readonly receive?: (message: From) => void | Promise<void>;
  readonly handlers: Handlers<HostCalls>;
}

/** Folders that a webview may load from: only its own bundle. */
export function webviewOptions(extension: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [webviewRoot(extension)] };
}

/** Fills a webview with `dist/webview/<view>.js` and `.css` and returns the connection to its page. */
export function openWebview<To, From, HostCalls = NoCalls, PageCalls = NoCalls>(
  webview: vscode.Webview,
  extension: vscode.Uri,
  view: { readonly name: string; readonly title: string },
  { log, receive, handlers }: WebviewEnd<From, HostCalls>,
): WebviewChannel<To, PageCalls> {
  // A view that VS Code created has other options than a panel created with these. Setting them again would
  // load the page twice.
  if (webview.options.enableScripts !== true) webview.options = webviewOptions(extension);
  const resource = (file: string) =>
    webview.asWebviewUri(vscode.Uri.joinPath(webviewRoot(extension), file)).toString();
  webview.html = page({
    title: view.title,
    source: webview.cspSource,
    nonce: nonce(),
    script: resource(`${view.name}.js`),
    style: resource(`${view.name}.css`),
  });
  // Thenable<boolean>: false only when the page is gone and nothing is left to notify.
  const post = (message: unknown): void => void webview.postMessage(message);
  const logged = (error: unknown): void => log.error(error instanceof Error ? error : String(error));
  const calls = new ViewCalls<PageCalls, HostCalls>(post, handlers, error => {
    logged(error);
    return messageAndRemedy(error);
  });
  const listening = webview.onDidReceiveMessage(async (message: unknown) => {
    try {
      if (!calls.receive(message)) await receive?.(message as From);
    } catch (error) {
      logged(error);
    }
  });
  return {
    post,
    request: (kind, payload) => calls.request(kind, payload),
    dispose: () => {
      listening.dispose();
      calls.dispose();
    },
  };
}

function webviewRoot(extension: vscode.Uri): vscode.Uri {
  return vscode.Uri.joinPath(extension, ...bundled.webviews.split("/"));
}

function page(parts: {
  title: string;
  source: string;
  nonce: string;
  script: string;
  style: string;
}): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${parts.nonce}'`,
    `style-src ${parts.source} 'nonce-${parts.nonce}'`,
    `font-src ${parts.source}`,
    `img-src ${parts.source} data:`,
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta property="csp-nonce" content="${parts.nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" nonce="${parts.nonce}" href="${parts.style}">
<title>${parts.title}</title>
</head>
<body>
<main id="root"></main>
<script nonce="${parts.nonce}" src="${parts.script}"></script>
</body>
</html>`;
}

function nonce(): string {
  return Buffer.from(globalThis.crypto.getRandomValues(new Uint8Array(18))).toString("base64");
}
