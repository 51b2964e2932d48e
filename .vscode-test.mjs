// How `vscode-test` runs test/integration inside an extension host; `npm run test:integration` prepares it.
//   VSCODE_REAL=1  download and use desktop VS Code instead of the stand-in
import { fileURLToPath } from "node:url";
import { defineConfig } from "@vscode/test-cli";

const here = path => fileURLToPath(new URL(path, import.meta.url));
const desktop = process.env.VSCODE_REAL === "1" || process.platform === "win32";

// biome-ignore lint/style/noDefaultExport: the form that vscode-test reads
export default defineConfig({
  files: ".vscode-test/integration/*.test.cjs",
  // Beside Pinch a second extension, whose language models judge: one of them needs a proposed API to ask for consent.
  extensionDevelopmentPath: [here("."), here("test/support/languageModels")],
  launchArgs: ["--enable-proposed-api=pinch-tests.models"],
  workspaceFolder: ".vscode-test/workspace",
  mocha: {
    preload: here(".vscode-test/integration/activation.setup.cjs"),
    ui: "bdd",
    timeout: 120_000,
    reporter: here("test/support/mochaReporter.cjs"),
  },
  ...(desktop ? {} : { useInstallation: { fromPath: here("test/support/standIn.mjs") } }),
});
