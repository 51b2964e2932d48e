// Fields of the extension's page, and a lock file that vouches for every package.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { root } from "../../../scripts/lib/paths.mjs";
import { listingFields } from "../../../scripts/lib/repository.mjs";

it("the repository's address gives sources, issues and home page; without one there are none", () => {
  assert.deepEqual(listingFields(""), {});
  assert.deepEqual(listingFields("https://example.org/pinch"), {
    repository: { type: "git", url: "https://example.org/pinch.git" },
    bugs: { url: "https://example.org/pinch/issues" },
    homepage: "https://example.org/pinch#readme",
  });
});

it("every package in the lock file has an integrity hash, and none names the registry it came from", () => {
  const { packages } = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as {
    packages: Record<string, { integrity?: string; resolved?: string; link?: boolean }>;
  };
  const installed = Object.entries(packages).filter(([path, { link }]) => path !== "" && link !== true);
  assert.ok(installed.length > 300);
  const faulty = installed.filter(([, { integrity, resolved }]) => !integrity || resolved !== undefined);
  assert.deepEqual(
    faulty.map(([path]) => path),
    [],
  );
});
