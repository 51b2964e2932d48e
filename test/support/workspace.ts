// A disposable VS Code in a browser: its own home, settings, extensions and a copy of a workspace.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type RunningCodeServer, startCodeServer } from "../../scripts/lib/codeServerProcess.mjs";
import { themeNamed, themes } from "./themes.ts";

/** Settings that make a window the same on every start: nothing moves, nothing is fetched. */
const quietSettings = {
  "workbench.startupEditor": "none",
  "workbench.colorTheme": themes[themeNamed()].title,
  "workbench.reduceMotion": "on",
  "workbench.enableExperiments": false,
  "workbench.localHistory.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "window.commandCenter": false,
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "update.mode": "none",
  "extensions.autoUpdate": false,
  "extensions.autoCheckUpdates": false,
  "extensions.ignoreRecommendations": true,
  "chat.disableAIFeatures": true,
  "git.enabled": false,
  "files.simpleDialog.enable": true,
  "files.autoSave": "off",
  // They are drawn as text of the line, which tests read.
  "editor.inlayHints.enabled": "off",
};

/** Trust is looked at, and nobody is asked. */
const untrustedSettings = {
  "security.workspace.trust.enabled": true,
  "security.workspace.trust.startupPrompt": "never",
  "security.workspace.trust.untrustedFiles": "open",
};

export interface Workspace {
  readonly server: RunningCodeServer;
  /** The folder that the window shows. */
  readonly folder: string;
  /** Address that opens the folder. */
  url(payload?: Payload): string;
  stop(): Promise<void>;
}

export interface Payload {
  readonly extensionDevelopmentPath?: string;
  readonly extensionTestsPath?: string;
  /** For every extension: a window in a browser knows no list of them. */
  readonly enableProposedApi?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
}

export async function openWorkspace(options: {
  /** Copied, so that a test never changes it; absent: an empty folder. */
  readonly copyOf?: string;
  /** Opened as it is; wins over `copyOf`. */
  readonly folder?: string;
  readonly vsix?: readonly string[];
  /** Folders of extensions that are installed as they are. */
  readonly extensions?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: NodeJS.ProcessEnv;
  /** The folder is one that nobody has said to trust. */
  readonly untrusted?: boolean;
}): Promise<Workspace> {
  // The system's temporary folder has a short path, as the server's sockets need.
  const home = mkdtempSync(join(tmpdir(), "pinch-"));
  const folder = options.folder ?? join(home, "workspace");
  if (options.folder === undefined) {
    if (options.copyOf === undefined) mkdirSync(folder);
    else cpSync(options.copyOf, folder, { recursive: true });
  }
  const removeHome = (): void =>
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  // Where the server looks for extensions, see startCodeServer.
  for (const path of options.extensions ?? [])
    cpSync(path, join(home, "ext", basename(path)), { recursive: true });
  let server: RunningCodeServer;
  try {
    server = await startCodeServer({
      home,
      settings: {
        ...quietSettings,
        ...(options.untrusted === true ? untrustedSettings : {}),
        ...options.settings,
      },
      vsix: options.vsix ?? [],
      env: options.env ?? {},
      testDriver: true,
      workspaceTrust: options.untrusted === true,
    });
  } catch (error) {
    removeHome();
    throw error;
  }
  return {
    server,
    folder,
    url: payload => addressOf(server.authority, folder, payload ?? {}),
    async stop() {
      await server.stop();
      removeHome();
    },
  };
}

function addressOf(authority: string, folder: string, payload: Payload): string {
  const remote = (path: string): string => `vscode-remote://${authority}${path}`;
  const entries: [string, string][] = [
    ["skipWelcome", "true"],
    ["skipReleaseNotes", "true"],
  ];
  if (payload.extensionDevelopmentPath !== undefined) {
    entries.push(["extensionDevelopmentPath", remote(payload.extensionDevelopmentPath)]);
  }
  if (payload.extensionTestsPath !== undefined) {
    entries.push(["extensionTestsPath", remote(payload.extensionTestsPath)]);
  }
  if (payload.enableProposedApi === true) entries.push(["enableProposedApi", "true"]);
  if (payload.environment !== undefined) {
    entries.push(["extensionEnvironment", JSON.stringify(payload.environment)]);
  }
  const query = new URLSearchParams({ folder, payload: JSON.stringify(entries) });
  return `http://${authority}/?${query.toString()}`;
}
