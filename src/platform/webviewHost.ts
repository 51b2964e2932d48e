// The document of every webview: content security policy, its script and style, and typed messages.
import * as vscode from "vscode";
import { bundled } from "../manifest.ts";

export interface WebviewChannel<To, From> {
  post(message: To): void;
  onMessage(receive: (message: From) => void): vscode.Disposable;
}

/** Folders that a webview may load from: its own bundle and nothing else. */
export function webviewOptions(extension: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [webviewRoot(extension)] };
}

/** Fills a webview with `dist/webview/<view>.js` and `.css` and returns the way to talk to it. */
export function openWebview<To, From>(
  webview: vscode.Webview,
  extension: vscode.Uri,
  view: { readonly name: string; readonly title: string },
): WebviewChannel<To, From> {
  // A view that VS Code made has other options than a panel that was made with these; setting them anew
  // would load the page twice.
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
  return {
    post: message => {
      // Thenable<boolean>: false only when the view is gone, and then there is nobody to tell.
      void webview.postMessage(message);
    },
    onMessage: receive => webview.onDidReceiveMessage(receive),
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
