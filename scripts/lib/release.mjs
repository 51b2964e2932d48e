// @ts-check
// Versions of releases, and the changelog of one.

/** Heading of what the next release will hold. */
const unreleased = "## [Unreleased]";
const form = /^(\d+)\.(\d+)\.(\d+)$/;

/**
 * @param {string} current version in package.json
 * @param {string} asked a version, or which of its numbers grows: `major`, `minor` or `patch`
 * @returns {string}
 */
export function nextVersion(current, asked) {
  const [major, minor, patch] = numbers(current);
  if (asked === "major") return `${major + 1}.0.0`;
  if (asked === "minor") return `${major}.${minor + 1}.0`;
  if (asked === "patch") return `${major}.${minor}.${patch + 1}`;
  if (compare(numbers(asked), numbers(current)) < 0) throw new Error(`${asked} is older than ${current}.`);
  return asked;
}

/**
 * Moves what is unreleased under the heading of a release, and leaves an empty heading for the next.
 * @param {string} changelog
 * @param {string} version
 * @param {string} date as 2026-01-31
 * @returns {string}
 */
export function releasedChangelog(changelog, version, date) {
  const lines = changelog.split(/\r?\n/);
  const at = lines.indexOf(unreleased);
  if (at < 0) throw new Error(`CHANGELOG.md has no heading "${unreleased}".`);
  const next = lines.findIndex((line, i) => i > at && line.startsWith("## "));
  const entries = lines.slice(at + 1, next < 0 ? undefined : next);
  if (!entries.some(line => /^\s*[-*] \S/.test(line))) {
    throw new Error(
      `CHANGELOG.md lists nothing under "${unreleased}". Write what users will notice, then release.`,
    );
  }
  for (const line of lines) {
    const [, released] = /^## \[(\d+\.\d+\.\d+)\]/.exec(line) ?? [];
    if (released !== undefined && compare(numbers(version), numbers(released)) <= 0) {
      throw new Error(`CHANGELOG.md already has ${released}: ${version} must be newer.`);
    }
  }
  return lines.toSpliced(at + 1, 0, "", `## [${version}] - ${date}`).join("\n");
}

/** @param {string} version @returns {[number, number, number]} */
function numbers(version) {
  const match = form.exec(version);
  if (match === null)
    throw new Error(`${version} is not a version such as 1.2.3, nor major, minor or patch.`);
  return [Number(match[1]), Number(match[2]), Number(match[3])];
}

/** @param {readonly number[]} a @param {readonly number[]} b */
function compare(a, b) {
  return a.map((part, i) => part - (b[i] ?? 0)).find(difference => difference !== 0) ?? 0;
}
