// Webview panels, and a holder that keeps at most one of a kind open.
import * as vscode from "vscode";
import { webviewOptions } from "./webviewHost.ts";

export interface PanelKind {
  /** The extension's own folder. */
  readonly extension: vscode.Uri;
  readonly viewType: string;
  readonly title: string;
}

/** Creates a panel in the column of the active editor, or in `place`. */
export function createPanel(
  { extension, viewType, title }: PanelKind,
  place: Parameters<typeof vscode.window.createWebviewPanel>[2] = vscode.ViewColumn.Active,
  options: vscode.WebviewPanelOptions = {},
): vscode.WebviewPanel {
  const panel = vscode.window.createWebviewPanel(viewType, title, place, {
    ...webviewOptions(extension),
    ...options,
  });
  return withIcon(panel, extension);
}

/** Holder of one panel; `Content` fills the panel and is disposed of with it. */
export class SinglePanel<Content extends vscode.Disposable> implements vscode.Disposable {
  readonly #kind: PanelKind;
  readonly #serializer: vscode.Disposable;
  #panel: vscode.WebviewPanel | undefined;
  #content: Content | undefined;

  /** @param revive Fills the panel when its window is restored; `state` is the state that its page saved. */
  constructor(
    kind: PanelKind,
    revive: (panel: vscode.WebviewPanel, state: unknown) => Content | Promise<Content>,
  ) {
    this.#kind = kind;
    this.#serializer = vscode.window.registerWebviewPanelSerializer(kind.viewType, {
      deserializeWebviewPanel: async (panel, state: unknown) => {
        await this.#fill(withIcon(panel, kind.extension), revived => revive(revived, state));
      },
    });
  }

  /** Undefined if no panel is open. */
  get content(): Content | undefined {
    return this.#content;
  }

  /** Opens a panel in place of the open one. */
  async open(fill: (panel: vscode.WebviewPanel) => Content | Promise<Content>): Promise<Content> {
    this.#panel?.dispose();
    return this.#fill(createPanel(this.#kind), fill);
  }

  dispose(): void {
    this.#serializer.dispose();
    this.#content?.dispose();
  }

  async #fill(
    panel: vscode.WebviewPanel,
    fill: (panel: vscode.WebviewPanel) => Content | Promise<Content>,
  ): Promise<Content> {
    this.#panel = panel;
    let content: Content | undefined;
    let closed = false;
    panel.onDidDispose(() => {
      closed = true;
      content?.dispose();
      if (this.#panel !== panel) return;
      this.#panel = undefined;
      this.#content = undefined;
    });
    content = await fill(panel);
    if (closed) content.dispose();
    else if (this.#panel === panel) this.#content = content;
    return content;
  }
}

function withIcon(panel: vscode.WebviewPanel, extension: vscode.Uri): vscode.WebviewPanel {
  panel.iconPath = vscode.Uri.joinPath(extension, "media", "results.svg");
  return panel;
}
