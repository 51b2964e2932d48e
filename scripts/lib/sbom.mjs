// @ts-check
// Writes the bill of materials of a package in CycloneDX 1.6: https://cyclonedx.org/docs/1.6/json/
// Omits the creation time, so that the same sources give the same bytes.
import { createHash } from "node:crypto";

/** SPDX identifiers in use; other licences are given by name. */
const spdx = ["0BSD", "Apache-2.0", "BSD-3-Clause", "CC-BY-4.0", "ISC", "MIT", "NCSA", "Unicode-3.0"];

/**
 * @param {{ name: string, version: string, license: string }} manifest
 * @param {string} target for example `linux-x64`
 * @param {readonly import("./shipped.mjs").Shipped[]} shipped
 * @param {readonly { path: string, within: string, sha256: string }[]} files native libraries and data, by
 * their path in
 *   the package
 */
export function billOfMaterials(manifest, target, shipped, files) {
  const own = `pkg:generic/${manifest.name}@${manifest.version}?target=${target}`;
  /** @param {string} name */
  const inside = name => [
    ...shipped.filter(({ within }) => within === name).map(work => componentOf(work, [])),
    ...files.filter(({ within }) => within === name).map(fileOf),
  ];
  const components = shipped
    .filter(({ within }) => within === null)
    .map(work => componentOf(work, inside(work.name)));
  const bom = {
    metadata: {
      component: {
        type: "application",
        "bom-ref": own,
        name: manifest.name,
        version: manifest.version,
        licenses: [licenceOf(manifest.license)],
        properties: [{ name: "vscode:target", value: target }],
      },
    },
    components,
    dependencies: [{ ref: own, dependsOn: components.map(component => component["bom-ref"]) }],
  };
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify(bom))}`,
    version: 1,
    ...bom,
  };
}

/** @param {import("./shipped.mjs").Shipped} work @param {readonly object[]} components */
function componentOf({ name, version, license, purl, sha512 }, components) {
  return {
    type: "library",
    "bom-ref": purl ?? `pinch:${name}`,
    name,
    ...(version !== null && { version }),
    ...(sha512 !== null && { hashes: [{ alg: "SHA-512", content: sha512 }] }),
    licenses: [licenceOf(license)],
    ...(purl !== null && { purl }),
    ...(components.length > 0 && { components }),
  };
}

/** @param {{ path: string, sha256: string }} file */
function fileOf({ path, sha256 }) {
  return {
    type: "file",
    "bom-ref": `file:${path}`,
    name: path,
    hashes: [{ alg: "SHA-256", content: sha256 }],
  };
}

/** @param {string} license */
function licenceOf(license) {
  return { license: spdx.includes(license) ? { id: license } : { name: license } };
}

/** Returns the hash of a text as a UUID of version 8 (RFC 9562). @param {string} text */
function uuidOf(text) {
  const hex = createHash("sha256").update(text).digest("hex");
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join("-");
}
