// The version of a release, and the changelog that goes with it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { root } from "../../../scripts/lib/paths.mjs";
import { nextVersion, releasedChangelog } from "../../../scripts/lib/release.mjs";

describe("the version of a release", () => {
  it("is named, or one more than the last", () => {
    assert.equal(nextVersion("0.9.10", "patch"), "0.9.11");
    assert.equal(nextVersion("0.9.10", "minor"), "0.10.0");
    assert.equal(nextVersion("0.9.10", "major"), "1.0.0");
    assert.equal(nextVersion("0.9.10", "0.10.0"), "0.10.0");
    // The first release has the version that package.json began with.
    assert.equal(nextVersion("0.1.0", "0.1.0"), "0.1.0");
  });

  it("is never older, and always three numbers", () => {
    assert.throws(() => nextVersion("0.10.0", "0.9.11"), /0\.9\.11 is older than 0\.10\.0/);
    for (const asked of ["v1.0.0", "1.0", "1.0.0-beta", "next", ""])
      assert.throws(() => nextVersion("0.1.0", asked), /not a version such as 1\.2\.3/, asked);
  });
});

describe("the changelog of a release", () => {
  const changelog = "# Changelog\n\n## [Unreleased]\n\n### Added\n\n- A thing\n";
  const older = "\n## [0.2.0] - 2026-01-31\n\n- Older\n";

  it("has what was unreleased under version and date, and room for the next", () => {
    assert.equal(
      releasedChangelog(changelog + older, "0.10.0", "2026-02-28"),
      `# Changelog\n\n## [Unreleased]\n\n## [0.10.0] - 2026-02-28\n\n### Added\n\n- A thing\n${older}`,
    );
  });

  it("is refused while nothing is listed for it", () => {
    const empty = "# Changelog\n\n## [Unreleased]\n\n### Added\n";
    for (const text of [empty, empty + older])
      assert.throws(() => releasedChangelog(text, "0.3.0", "2026-02-28"), /lists nothing under/);
    assert.throws(() => releasedChangelog(older, "0.3.0", "2026-02-28"), /has no heading/);
  });

  it("is refused for a version that is not newer than every release in it", () => {
    for (const version of ["0.2.0", "0.1.9"])
      assert.throws(
        () => releasedChangelog(changelog + older, version, "2026-02-28"),
        /already has 0\.2\.0/,
        version,
      );
  });

  it("is in the form that the project's own has", () => {
    const text = readFileSync(join(root, "CHANGELOG.md"), "utf8");
    assert.equal(text.split("\n").filter(line => line === "## [Unreleased]").length, 1);
  });
});
