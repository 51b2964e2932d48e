// Runs an extension test suite in code-server as desktop VS Code would: same arguments, same exit code.
import { statSync } from "node:fs";
import { format } from "node:util";
import { launchBrowser, newPage, Workbench } from "./workbench.ts";
import { openWorkspace } from "./workspace.ts";

/** Longest that the whole suite may take. */
const suiteTimeoutMs = 480_000;
/** The console's last lines arrive a moment after the exit code. */
const drainMs = 300;

/** What `mochaReporter.cjs` prints first. */
const firstLine = /^Tests run in VS Code/;
/** Log lines of the workbench itself, which share a channel with the tests' own console. */
const workbenchLog =
  /^(\[[A-Z]\w+[^\]]*\]|Ignoring |DialogService: |Error while (fetching|getting)|.*open-vsx\.org|Failed: getaddrinfo|.*\[reconnection|Started |Completed |Creating a socket|Extension host test runner|Timed out waiting for auth|%c)/;

async function runStandIn(args: readonly string[]): Promise<number> {
  // A window in a browser develops one extension; what else is named is installed.
  const [developed, ...installed] = valuesOf(args, "extensionDevelopmentPath");
  const [tests] = valuesOf(args, "extensionTestsPath");
  const folder = args.find(arg => !arg.startsWith("-") && isFolder(arg));
  if (tests === undefined) {
    process.stderr.write("The stand-in for VS Code only runs tests: --extensionTestsPath is missing.\n");
    return 1;
  }
  const workspace = await openWorkspace({
    ...(folder === undefined ? {} : { folder }),
    extensions: installed,
  });
  try {
    const browser = await launchBrowser();
    try {
      const page = await newPage(browser);
      const ended = new Promise<number>(resolve => {
        // Both must be there before the page loads: the workbench looks for them once.
        void page.exposeFunction("codeAutomationExit", resolve);
      });
      // Until the tests begin, the workbench speaks of itself: kept for the case that they never do.
      let before: string[] | null = [];
      await page.exposeFunction("codeAutomationLog", (_type: string, values: unknown[]) => {
        const line = format(...values);
        if (firstLine.test(line)) before = null;
        if (before !== null) before.push(line);
        else if (!workbenchLog.test(line)) process.stdout.write(`${line}\n`);
      });
      const options = process.env.VSCODE_TEST_OPTIONS;
      await page.goto(
        workspace.url({
          ...(developed === undefined ? {} : { extensionDevelopmentPath: developed }),
          extensionTestsPath: tests,
          enableProposedApi: valuesOf(args, "enable-proposed-api").length > 0,
          environment: options === undefined ? {} : { VSCODE_TEST_OPTIONS: options },
        }),
        { waitUntil: "domcontentloaded" },
      );
      const timeout = new Promise<"timeout">(resolve => {
        setTimeout(() => resolve("timeout"), suiteTimeoutMs).unref();
      });
      const code = await Promise.race([ended, timeout]);
      if (code === "timeout") {
        const picture = await new Workbench(page).screenshot("integration-timeout");
        process.stderr.write(
          `The suite did not end within ${suiteTimeoutMs / 1000} s. The window: ${picture}\n${workspace.server.log()}\n`,
        );
        return 1;
      }
      await page.waitForTimeout(drainMs);
      if (before !== null)
        process.stderr.write(`The tests did not begin.\n${(before as string[]).join("\n")}\n`);
      return code;
    } finally {
      await browser.close();
    }
  } finally {
    await workspace.stop();
  }
}

function valuesOf(args: readonly string[], name: string): string[] {
  const start = `--${name}=`;
  return args.filter(arg => arg.startsWith(start)).map(arg => arg.slice(start.length));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

void runStandIn(process.argv.slice(2)).then(
  code => process.exit(code),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
