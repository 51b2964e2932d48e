// The panel that shows examples as the model sees them.
import * as vscode from "vscode";
import { showFailure } from "../../platform/messages.ts";
import { createPanel } from "../../platform/singlePanel.ts";
import { openWebview, type WebviewChannel } from "../../platform/webviewHost.ts";
import type {
  FromPreviewView,
  Preview,
  PreviewedMixture,
  PreviewedRow,
  ToPreviewView,
} from "../../protocol/examplePreview.ts";
import type { Workspace } from "../../workspace/workspace.ts";

const viewType = "pinch.preview";

/** Subject of the preview: a row, or a mixture of a mixture file. */
export interface Shown {
  readonly mixtureFile: vscode.TextDocument;
  readonly what: PreviewedRow | PreviewedMixture;
  readonly title: string;
}

interface Open {
  readonly panel: vscode.WebviewPanel;
  readonly channel: WebviewChannel<ToPreviewView>;
  shown: Shown;
  state: ToPreviewView;
}

/** The only panel, reused by the next preview. */
export class PreviewPanel implements vscode.Disposable {
  readonly #workspace: Workspace;
  #open: Open | null = null;

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  dispose(): void {
    this.#open?.panel.dispose();
  }

  /** @throws HumanError, RuntimeDied; the panel then stays as it is. */
  async show(shown: Shown): Promise<void> {
    const preview = await this.#ask(shown);
    const { title, what } = shown;
    const state = { title, language: what.kind === "mixture" ? what.language : null, preview };
    const open = this.#open ?? this.#make(shown, state);
    open.shown = shown;
    open.state = state;
    open.panel.title = shown.title;
    open.panel.reveal(undefined, true);
    open.channel.post(state);
  }

  #make(shown: Shown, state: ToPreviewView): Open {
    const { extension, log } = this.#workspace;
    const place = { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true };
    const panel = createPanel({ extension, viewType, title: shown.title }, place, { enableFindWidget: true });
    const channel = openWebview<ToPreviewView, FromPreviewView>(
      panel.webview,
      extension,
      { name: "preview", title: "Examples as the Model Sees Them" },
      {
        log,
        receive: message => {
          if (message.type === "ready") channel.post(open.state);
          else this.#choose(open, message.language).catch((error: unknown) => showFailure(log, error));
        },
        handlers: {},
      },
    );
    const open: Open = { panel, channel, shown, state };
    panel.onDidDispose(() => {
      channel.dispose();
      if (this.#open === open) this.#open = null;
    });
    this.#open = open;
    return open;
  }

  async #choose({ shown }: Open, language: string | null): Promise<void> {
    if (shown.what.kind === "mixture") await this.show({ ...shown, what: { ...shown.what, language } });
  }

  async #ask({ mixtureFile, what }: Shown): Promise<Preview> {
    const options = { location: vscode.ProgressLocation.Window, title: "Reading examples" };
    return vscode.window.withProgress(options, async () => {
      const runtime = this.#workspace.launch();
      try {
        return await runtime.call("pinch/preview", {
          file: mixtureFile.uri.fsPath,
          text: mixtureFile.getText(),
          what,
          starter: runtime.starter,
        });
      } finally {
        await runtime.end();
      }
    });
  }
}
