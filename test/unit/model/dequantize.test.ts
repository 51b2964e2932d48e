// Dequantised blocks are, bit for bit, what ggml's own Python package makes of them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { dequantize } from "../../../src/runtime/model/gguf/dequantize.ts";
import { blockSizes, type GgmlType } from "../../../src/runtime/model/gguf/ggmlTypes.ts";

interface Fixture {
  readonly types: Readonly<Record<string, { readonly blocks: string; readonly values: string }>>;
}

const fixture: Fixture = JSON.parse(
  readFileSync(join(import.meta.dirname, "../../numeric/fixtures/gguf-blocks.json"), "utf8"),
);

/** In a buffer of their own, so that they can be viewed as other elements. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(Buffer.from(base64, "base64"));
}

function isGgmlType(name: string): name is GgmlType {
  return Object.hasOwn(blockSizes, name);
}

test("every quantised type has reference blocks", () => {
  const unquantised = ["F32", "F16", "BF16"];
  assert.deepEqual(
    Object.keys(fixture.types).sort(),
    Object.keys(blockSizes)
      .filter(name => !unquantised.includes(name))
      .sort(),
  );
});

for (const [name, { blocks, values }] of Object.entries(fixture.types)) {
  test(`${name} blocks give the reference's bits`, () => {
    assert.ok(isGgmlType(name));
    const expected = new Uint32Array(bytesOf(values).buffer);
    const source = bytesOf(blocks);
    const found = new Float32Array((source.length / blockSizes[name].bytes) * blockSizes[name].elements);
    dequantize(name, source, found);
    const bits = new Uint32Array(found.buffer);
    assert.equal(bits.length, expected.length);
    const wrong = bits.findIndex((word, i) => word !== expected[i]);
    assert.equal(wrong, -1, `value ${wrong} is ${found[wrong]}`);
  });
}

test("values that are not quantised keep their value", () => {
  const found = new Float32Array(2);
  dequantize("F32", new Uint8Array(Float32Array.of(0.1, -3).buffer), found);
  assert.deepEqual([...found], [Math.fround(0.1), -3]);
  dequantize("F16", new Uint8Array(Uint16Array.of(0x3c00, 0xc100).buffer), found);
  assert.deepEqual([...found], [1, -2.5]);
  dequantize("BF16", new Uint8Array(Uint16Array.of(0x3f80, 0xc040).buffer), found);
  assert.deepEqual([...found], [1, -3]);
});

test("bytes that are not whole blocks are a fault of the caller", () => {
  assert.throws(() => {
    dequantize("Q8_0", new Uint8Array(33), new Float32Array(32));
  }, /33 bytes for 32 values/);
});
