// Globs of dataset cards: the same as the expression they stand for, and in time whatever they are.
import assert from "node:assert/strict";
import { test } from "node:test";
import { seededRandom } from "../../../src/common/random.ts";
import { globMatcher } from "../../../src/core/sources/glob.ts";

/** As it was written before: right, and exponential. */
function asExpression(glob: string): RegExp {
  const parts = glob.split(/(\*\*\/|\*\*|\*|\?|\[[^\]]+\])/).map((part, at) => {
    if (at % 2 === 0) return part.replace(/[\\^$.+()|{}]/g, "\\$&");
    if (part === "**/") return "(?:.*/)?";
    if (part === "**") return ".*";
    if (part === "*") return "[^/]*";
    return part === "?" ? "[^/]" : part.replace(/^\[!/, "[^");
  });
  return new RegExp(`^${parts.join("")}$`);
}

test("every glob matches what its expression matches", () => {
  const random = seededRandom("globs");
  const pick = (items: readonly string[]): string => items[Math.floor(random() * items.length)] ?? "";
  const some = (items: readonly string[], most: number): string =>
    Array.from({ length: Math.floor(random() * (most + 1)) }, () => pick(items)).join("");
  let matched = 0;
  for (let i = 0; i < 30_000; i++) {
    const glob = some(["*", "**", "**/", "?", "/", "a", "b", ".", "[ab]", "[!a]"], 6)
      .replace(/(?:\*\*\/)+/g, "**/")
      .replace(/\*{3,}/g, "**");
    const path = some(["a", "b", ".", "/", "ab"], 6);
    const expected = asExpression(glob).test(path);
    assert.equal(globMatcher(glob)?.(path), expected, JSON.stringify([glob, path]));
    if (expected) matched++;
  }
  assert.ok(matched > 1_000, String(matched));
});

test("a glob of a dozen stars takes no longer than its letters ask for", () => {
  const path = "a".repeat(400);
  for (const part of ["*a", "**a", "a*", "**/", "*", "[a]*"])
    assert.equal(globMatcher(`${part.repeat(12)}b`)?.(path), false, part);
  assert.equal(globMatcher("[z-a]"), null);
  assert.equal(globMatcher("a".repeat(1_001)), null);
});
