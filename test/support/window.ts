// A window with the packaged extension: one beginning and one end for all tests that drive one.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { builtPackage } from "./package.ts";
import { launchBrowser, newPage, Workbench } from "./workbench.ts";
import { openWorkspace, type Payload, type Workspace } from "./workspace.ts";

export interface PackageWindow {
  readonly workspace: Workspace;
  readonly browser: Browser;
  readonly workbench: Workbench;
  /** Closes the window and removes its workspace. */
  close(): Promise<void>;
}

export interface WindowOptions {
  /** Fills the folder that the window opens, which keeps its path while the window is open. */
  readonly write?: (folder: string) => void | Promise<void>;
  /** Copied instead of written. */
  readonly copyOf?: string;
  /** Address to open instead of the folder, as a URI of VS Code. */
  readonly uri?: string;
  readonly payload?: Payload;
  readonly extensions?: readonly string[];
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: NodeJS.ProcessEnv;
  readonly untrusted?: boolean;
}

export async function openWindow(options: WindowOptions = {}): Promise<PackageWindow> {
  const { write, uri, payload, ...rest } = options;
  const source = write === undefined ? undefined : mkdtempSync(join(tmpdir(), "pinch-window-"));
  const ends: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    if (source !== undefined) {
      ends.push(() => rmSync(source, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
      await write?.(source);
    }
    const workspace = await openWorkspace({
      ...rest,
      ...(source === undefined ? {} : { folder: source }),
      vsix: [builtPackage()],
    });
    ends.push(() => workspace.stop());
    const browser = await launchBrowser();
    ends.push(() => browser.close());
    const workbench = new Workbench(await newPage(browser));
    const address = new URL(workspace.url(payload));
    if (uri !== undefined) address.searchParams.set("folder", uri);
    await workbench.open(address.href);
    return { workspace, browser, workbench, close };
  } catch (error) {
    await close();
    throw error;
  }
}
