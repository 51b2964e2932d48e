// Bundles a module of the extension host for plain Node, with a stand-in for the little of `vscode` that it needs.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import { root } from "../../scripts/lib/paths.mjs";

/** What the file system of a test throws where nothing is there: `new StandInFileSystemError("FileNotFound")`. */
export class StandInFileSystemError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}
Object.assign(globalThis, { StandInFileSystemError });

const vscode = `
  exports.Disposable = class { static from() { return new this(); } dispose() {} };
  exports.workspace = {
    asRelativePath: uri => uri.fsPath,
    getConfiguration: () => ({ get: () => undefined }),
    isTrusted: true,
    ...globalThis.standInWorkspace,
  };
  exports.env = globalThis.standInEnv;
  exports.version = "1.100.0";
  exports.UIKind = { Desktop: 1, Web: 2 };
  exports.FileType = { Unknown: 0, File: 1, Directory: 2, SymbolicLink: 64 };
  exports.FileSystemError = globalThis.StandInFileSystemError;
  exports.Uri = {
    file: path => ({ fsPath: path }),
    joinPath: (uri, ...parts) => ({ fsPath: [uri.fsPath, ...parts].join("/") }),
    ...globalThis.standInUri,
  };
  exports.RelativePattern = class {};
  exports.EventEmitter = class {
    handlers = [];
    event = handler => void this.handlers.push(handler);
    fire(value) { for (const handler of this.handlers) handler(value); }
    dispose() {}
  };
  exports.MarkdownString = class { constructor(value) { this.value = value; } };
  exports.window = globalThis.standInWindow;
  exports.commands = { executeCommand: async () => undefined };
  exports.ProgressLocation = { Notification: 15 };
  exports.StatusBarAlignment = { Left: 1 };
  exports.ThemeColor = class {};
  exports.ThemeIcon = class {};
  exports.TreeItemCollapsibleState = { None: 0, Collapsed: 1, Expanded: 2 };
  exports.TreeItem = class { constructor(label) { this.label = label; } };
`;

/**
 * What the module exports; its types are the caller's to say.
 * @param path Of the module, from the repository's root.
 * @param folder An empty one, for the bundle.
 */
export async function importWithVscode(path: string, folder: string): Promise<unknown> {
  mkdirSync(folder, { recursive: true });
  const standIn = join(folder, "vscode.cjs");
  writeFileSync(standIn, vscode);
  const outfile = join(folder, "bundle.cjs");
  const entryPoints = [join(root, path)];
  await build({ entryPoints, bundle: true, platform: "node", outfile, alias: { vscode: standIn } });
  return import(pathToFileURL(outfile).href);
}
