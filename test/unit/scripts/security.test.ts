// SECURITY.md names a test beside each promise, and each of them is there.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { root } from "../../../scripts/lib/paths.mjs";

const text = readFileSync(join(root, "SECURITY.md"), "utf8");
/** Each with the files below it: `- promise`, `  - file: “title”, “title”`, over as many lines as they take. */
const promises = text
  .slice(text.indexOf("## What Pinch promises"), text.indexOf("## What it does not promise"))
  .split(/^- /m)
  .slice(1)
  .map(each => each.split(/^ {2}- /m).map(part => part.replace(/\s+/g, " ").trim()));

describe("SECURITY.md", () => {
  it("has promises", () => assert.ok(promises.length > 15));

  for (const [promise = "", ...files] of promises)
    it(promise, () => {
      assert.ok(files.length > 0);
      for (const each of files) {
        const [, path = ""] = /^`(test\/[\w./]+\.test\.ts)`/.exec(each) ?? [];
        assert.ok(path !== "" && existsSync(join(root, path)), `${each}: there is no such file`);
        const source = readFileSync(join(root, path), "utf8");
        const titles = [...each.matchAll(/“([^”]+)”/g)].map(([, title = ""]) => title);
        for (const title of titles)
          assert.ok(source.includes(title), `${path} has no test “${title}”: name the one that holds it now`);
      }
    });
});
