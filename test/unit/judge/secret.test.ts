// A key in what an endpoint says: whole, in other spellings, or a part of it.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Secret } from "../../../src/runtime/judge/secret.ts";

const key = "sk-SECRETKEY12345";

describe("a key is taken out of a text", () => {
  const redact = (text: string) => new Secret(key).redact(text);

  it("whole, and as JSON, addresses and headers write it", () => {
    assert.equal(redact(`a ${key} b`), "a [key] b");
    const odd = new Secret("a/b+c=d-efgh");
    for (const text of ["a/b+c=d-efgh", "a\\/b+c=d-efgh", "a%2Fb%2Bc%3Dd-efgh", btoa("a/b+c=d-efgh")])
      assert.equal(odd.redact(text), "[key]");
  });

  it("where a part of it stands, at either end or in the middle", () => {
    assert.equal(redact("part:SECRETKEY12345."), "part:[key].");
    assert.equal(redact("sk-SECRETKE…"), "[key]…");
    assert.equal(redact("…CRETKEY1… and sk-SECRETKEY"), "…[key]… and [key]");
  });

  it("but not what tells keys apart, or only resembles it", () => {
    assert.equal(redact("ends in 2345, begins with sk-SECR"), "ends in 2345, begins with sk-SECR");
    assert.equal(redact("SECRET KEY"), "SECRET KEY");
    assert.equal(new Secret(null).redact("anything"), "anything");
    assert.equal(new Secret("short").redact("a short one"), "a [key] one");
  });
});
