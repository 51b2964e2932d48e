// @ts-check
// Prepares a release in the working tree: the version, and the changelog under its heading. Commits nothing.
// usage: npm run release -- VERSION|major|minor|patch
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./lib/paths.mjs";
import { run, runNpm } from "./lib/processes.mjs";
import { nextVersion, releasedChangelog } from "./lib/release.mjs";
import { main } from "./lib/setUp.mjs";

main(async () => {
  const [asked] = process.argv.slice(2);
  if (asked === undefined) throw new Error("usage: npm run release -- VERSION|major|minor|patch");
  const { code, output } = await run("git", ["status", "--porcelain"], { cwd: root, quiet: true });
  if (code !== 0) throw new Error(`git status failed.\n${output.trim()}`);
  if (output.trim() !== "") throw new Error(`Commit or stash these changes first:\n${output.trimEnd()}`);

  const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const version = nextVersion(manifest.version, asked);
  const changelog = join(root, "CHANGELOG.md");
  const today = new Date().toISOString().slice(0, 10);
  const changed = releasedChangelog(readFileSync(changelog, "utf8"), version, today);
  // Writes package.json and package-lock.json.
  await runNpm(["version", version, "--no-git-tag-version", "--allow-same-version", "--ignore-scripts"], {
    cwd: root,
    quiet: true,
  });
  writeFileSync(changelog, changed);
  console.log(`Version ${version} is in package.json, package-lock.json and CHANGELOG.md. Check them, then:
  npm test
  git commit --all --message "Release ${version}"
  git tag v${version}
  npm run package`);
});
