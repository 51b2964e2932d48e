// What a person does in a VS Code window, for tests that drive one in a browser.
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, chromium, type Frame, type Locator, type Page } from "playwright-core";
import { ensureBrowser } from "../../scripts/lib/browser.mjs";
import { testCache } from "../../scripts/lib/paths.mjs";
import { themeNamed } from "./themes.ts";

/** Longest wait for one thing to appear; a busy machine of two cores needs most of it. */
const waitMs = 30_000;
/** The workbench itself loads some hundred files on first start. */
const workbenchWaitMs = 90_000;

/** In a browser VS Code can't store anything while it closes, and so stores every five seconds. */
const storageFlushMs = 7_000;

export async function launchBrowser(): Promise<Browser> {
  const browser = await ensureBrowser();
  if (browser === null) {
    throw new Error("No Chromium-based browser was found. Install Chrome, or name one in CHROME_PATH.");
  }
  return chromium.launch({
    executablePath: browser.executablePath,
    args: browser.args,
    env: definedOnly({ ...process.env, ...browser.env }),
    headless: true,
  });
}

export async function newPage(browser: Browser): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width: 1400, height: 900 },
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(waitMs);
  return page;
}

/** One window; every method waits until what it needs is there. */
export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  async open(url: string): Promise<void> {
    await this.page.goto(url, { waitUntil: "domcontentloaded" });
    await this.page.locator(".monaco-workbench").waitFor({ timeout: workbenchWaitMs });
    await this.page.locator(".part.statusbar .statusbar-item").first().waitFor({ timeout: workbenchWaitMs });
  }

  /** Runs a command from the palette, as a person would; `title` as the palette shows it. */
  async runCommand(title: string): Promise<void> {
    const deadline = Date.now() + waitMs;
    const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first();
    // The list is made when the palette opens: a command that is enabled a moment later needs another look.
    for (;;) {
      const input = await this.openQuickInput("F1");
      await input.fill(`>${title}`);
      if (await appears(row, 3_000)) break;
      if (Date.now() > deadline) throw new Error(`The palette does not list ${title}.`);
      await this.page.keyboard.press("Escape");
    }
    await row.click();
  }

  /** Types an answer into the input that a command has opened under this title. */
  async answer(title: string, text: string): Promise<void> {
    await this.quickInputTitled(title);
    await this.quickInput().fill(text);
    await this.page.keyboard.press("Enter");
  }

  /**
   * Chooses a file in VS Code's own dialog, and waits until the question that follows is there.
   * The dialog reads folders between two keys, and an Enter of that moment is lost: it is pressed again.
   */
  async chooseFile(path: string, next: string): Promise<void> {
    const input = this.quickInput();
    await input.waitFor();
    // The dialog writes the workspace's folder into it once it is open.
    await this.page.waitForFunction(
      box => box instanceof HTMLInputElement && box.value.endsWith("/"),
      await input.elementHandle(),
    );
    const question = this.page.locator(".quick-input-widget .quick-input-title", { hasText: next });
    for (let attempt = 0; attempt < 6; attempt++) {
      await input.fill(path);
      await this.page.keyboard.press("Enter");
      if (await appears(question, 8_000)) return;
    }
    throw new Error(`The dialog did not take ${path}.`);
  }

  /** Picks a row of the list that a command has opened under this title. */
  async pick(title: string, text: string | RegExp): Promise<void> {
    await this.quickInputTitled(title);
    const row = this.page.locator(".quick-input-list .monaco-list-row", { hasText: text }).first();
    await row.waitFor();
    await row.click();
  }

  /** Leaves only these rows of a list with boxes checked, and accepts it. */
  async check(title: string, ...texts: readonly string[]): Promise<void> {
    await this.quickInputTitled(title);
    const list = this.page.locator(".quick-input-list");
    await list.locator(".monaco-list-row").first().waitFor();
    for (const row of await list.locator(".monaco-list-row").all()) {
      const box = row.locator(".quick-input-list-checkbox, [role=checkbox], input[type=checkbox]").first();
      const label = (await row.locator(".label-name").first().textContent()) ?? "";
      const checked = (await row.getAttribute("aria-checked")) === "true";
      if (checked !== texts.includes(label.trim())) await box.click();
    }
    await this.page.locator(".quick-input-widget .quick-input-action", { hasText: "OK" }).click();
  }

  /** Presses a button of the modal dialog that says this. */
  async dialog(text: RegExp, button: string): Promise<void> {
    const box = this.page.locator(".monaco-dialog-box", { hasText: text });
    await box.waitFor();
    await box.locator(".dialog-buttons").getByText(button, { exact: true }).click();
    await box.waitFor({ state: "hidden" });
  }

  /** @param asked What is typed: more of the path where several files have the name. */
  async openFile(name: string, asked = name): Promise<void> {
    // Quick open indexes the folder lazily: it may need a second look.
    const input = await this.openQuickInput("Control+P");
    await input.fill(asked);
    await this.page.locator(".quick-input-list .monaco-list-row", { hasText: name }).first().waitFor();
    await this.page.keyboard.press("Enter");
    await this.tab(name).waitFor();
  }

  tab(name: string | RegExp): Locator {
    return this.page.locator(".tabs-container .tab", { hasText: name });
  }

  /** Lines of the open editor that are drawn, top to bottom, with their numbers. */
  async lines(): Promise<{ number: number; text: string }[]> {
    const editor = this.page.locator(".editor-group-container.active .monaco-editor").first();
    // No function with a name in here: the page lacks the helper that the compiler names functions with.
    const { numbers, lines } = await editor.evaluate(element => ({
      numbers: [...element.querySelectorAll<HTMLElement>(".margin-view-overlays > div")].map(line => ({
        top: line.style.top,
        number: Number(line.querySelector(".line-numbers")?.textContent),
      })),
      lines: [...element.querySelectorAll<HTMLElement>(".view-lines > .view-line")].map(line => ({
        top: line.style.top,
        text: line.textContent ?? "",
      })),
    }));
    const numberAt = new Map(numbers.map(({ top, number }) => [top, number]));
    return (
      lines
        // The editor draws spaces as no-break spaces.
        .map(({ top, text }) => ({ number: numberAt.get(top) ?? 0, text: text.replaceAll("\u00a0", " ") }))
        .sort((a, b) => a.number - b.number)
    );
  }

  async text(): Promise<string> {
    return (await this.lines()).map(line => line.text).join("\n");
  }

  /** Selects the first line of the file's first screen that matches, from its first letter on, and types over it. */
  async replaceLine(pattern: RegExp, text: string): Promise<void> {
    await this.page.locator(".editor-group-container.active .monaco-editor").first().click();
    await this.page.keyboard.press("Control+Home");
    await this.page.locator(".margin-view-overlays .line-numbers").getByText("1", { exact: true }).waitFor();
    const line = (await this.lines()).find(candidate => pattern.test(candidate.text));
    if (line === undefined) throw new Error(`No line on the screen matches ${pattern}.`);
    const input = await this.openQuickInput("Control+G");
    await input.fill(`:${line.number}`);
    await this.page.keyboard.press("Enter");
    await this.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    await this.page.keyboard.press("Home");
    await this.page.keyboard.press("Shift+End");
    await this.type(text);
    // Suggestions would take the next key.
    await this.page.keyboard.press("Escape");
  }

  /** Reloads the window once what it remembers has been stored. */
  async reload(): Promise<void> {
    await this.page.waitForTimeout(storageFlushMs);
    const loaded = this.page.waitForEvent("domcontentloaded", { timeout: workbenchWaitMs });
    await this.runCommand("Developer: Reload Window");
    await loaded;
    await this.page.locator(".monaco-workbench").waitFor({ timeout: workbenchWaitMs });
  }

  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: 5 });
  }

  errorUnderlines(): Locator {
    return this.page.locator(".monaco-editor .squiggly-error");
  }

  editorText(): Locator {
    return this.page.locator(".editor-group-container.active .monaco-editor .view-lines").first();
  }

  notifications(): Locator {
    return this.page.locator(".notifications-center .notification-list-item, .notification-toast");
  }

  /** The status bar's item with this text. */
  statusItem(text: string | RegExp): Locator {
    return this.page.locator(".part.statusbar .statusbar-item", { hasText: text });
  }

  treeRow(text: string | RegExp): Locator {
    return this.page.locator(".part.sidebar .monaco-list-row", { hasText: text });
  }

  /** The document inside a webview: the frame that holds `selector`. */
  async webview(selector: string, timeoutMs = waitMs): Promise<Frame> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      for (const frame of this.page.frames()) {
        if (frame.name() !== "active-frame" && frame.name() !== "pending-frame") continue;
        // A frame may go away between being listed and being asked.
        const found = await frame
          .locator(selector)
          .count()
          .catch(() => 0);
        if (found > 0) return frame;
      }
      if (Date.now() > deadline) {
        const frames = this.page.frames().map(frame => `${frame.name()} ${frame.url()}`);
        throw new Error(`No webview holds ${selector}. Frames:\n${frames.join("\n")}`);
      }
      await this.page.waitForTimeout(100);
    }
  }

  /** Saves a picture to look at; the folder is ignored by git. Returns its path. */
  async screenshot(name: string): Promise<string> {
    const folder = join(testCache, "screenshots", themeNamed());
    mkdirSync(folder, { recursive: true });
    const path = join(folder, `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  /** The palette itself has no title: waiting for one tells the question from the palette before it. */
  private async quickInputTitled(title: string): Promise<void> {
    await this.page.locator(".quick-input-widget .quick-input-title", { hasText: title }).waitFor();
  }

  private quickInput(): Locator {
    return this.page.locator('.quick-input-widget:not([style*="display: none"]) .quick-input-box input');
  }

  private async openQuickInput(key: string): Promise<Locator> {
    const input = this.quickInput();
    // The key is swallowed while a webview has the focus or a widget is closing.
    for (let attempt = 0; attempt < 5; attempt++) {
      await this.page.keyboard.press(key);
      if (await appears(input, 2_000)) return input;
      await this.page
        .locator(".part.titlebar, .part.statusbar")
        .first()
        .click({ position: { x: 300, y: 5 } });
    }
    throw new Error(`${key} did not open the quick input.`);
  }
}

function appears(locator: Locator, timeout: number): Promise<boolean> {
  return locator.waitFor({ timeout }).then(
    () => true,
    () => false,
  );
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
