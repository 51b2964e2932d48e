// @ts-check
// `npm start`: opens the example workspace with this extension in VS Code, or in the browser if desktop VS
// Code is missing. Ends with Ctrl+C.
//   PINCH_PORT=8080  port of the address in the browser; any free port by default
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { codeServerSupported } from "./lib/codeServer.mjs";
import { startCodeServer } from "./lib/codeServerProcess.mjs";
import { root } from "./lib/paths.mjs";
import { onPath, runNode } from "./lib/processes.mjs";
import { main, setUp } from "./lib/setUp.mjs";

const example = join(root, "examples", "just-a-pinch");

main(async () => {
  await setUp();
  const code = onPath("code");
  if (code !== null && (await openDesktop(code))) return;
  if (!codeServerSupported) {
    throw new Error(
      "VS Code was not found. Install it from https://code.visualstudio.com and put `code` on the PATH.",
    );
  }
  await openInBrowser();
});

/**
 * Returns true when VS Code has run and was closed; false when it cannot show windows here.
 * @param {string} command
 * @returns {Promise<boolean>}
 */
function openDesktop(command) {
  console.log(`Opening ${example} in VS Code. Close that window or press Ctrl+C to end.`);
  const args = ["--new-window", "--wait", `--extensionDevelopmentPath=${root}`, example];
  return new Promise(resolve => {
    // Windows starts a .cmd file only through its shell, which needs the quotes.
    const child =
      process.platform === "win32"
        ? spawn(
            `"${command}"`,
            args.map(arg => `"${arg}"`),
            { stdio: "inherit", shell: true },
          )
        : spawn(command, args, { stdio: "inherit" });
    child.on("error", () => resolve(false));
    child.on("exit", (code, signal) => resolve(code === 0 || signal !== null));
    process.once("SIGINT", () => process.exit(0));
  });
}

async function openInBrowser() {
  console.log("There is no `code` on the PATH: VS Code opens in the browser instead.");
  const packaged = await runNode([join(root, "scripts", "package.mjs")], { cwd: root, quiet: true });
  if (packaged.code !== 0) throw new Error(packaged.output);
  const vsix = /^(.*\.vsix) /m.exec(packaged.output)?.[1] ?? "";
  // The system's temporary folder, because the server's sockets need a short path.
  const home = mkdtempSync(join(tmpdir(), "pinch-"));
  const server = await startCodeServer({
    home,
    vsix: [join(root, vsix)],
    port: Number(process.env.PINCH_PORT ?? 0),
    settings: {
      "workbench.startupEditor": "none",
      "telemetry.telemetryLevel": "off",
      "extensions.ignoreRecommendations": true,
      "chat.disableAIFeatures": true,
      "workbench.secondarySideBar.defaultVisibility": "hidden",
    },
  });
  let stopping = false;
  const end = async () => {
    stopping = true;
    await server.stop();
    rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => void end());
  console.log(`\n  http://${server.authority}/?folder=${encodeURIComponent(example)}\n`);
  console.log("Open this address in a browser on this machine. Press Ctrl+C to end.");
  await server.ended;
  if (stopping) return;
  console.error(`code-server has ended.\n${server.log()}`);
  process.exitCode = 1;
}
