// Ways to damage a file: of its bytes, of a JSON text's values, and of any text's fragments.
import { type Random, randomInt } from "../../src/common/random.ts";

function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[randomInt(random, items.length)];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}

const extremeBytes = [0, 1, 0x7f, 0x80, 0xff];
const extremeSizes = [
  0n,
  1n,
  255n,
  2n ** 31n - 1n,
  2n ** 32n - 1n,
  2n ** 53n,
  2n ** 60n,
  2n ** 63n,
  2n ** 64n - 1n,
];

type ByteOperator = (bytes: Buffer, at: number, random: Random) => Buffer;

/** Bytes that are moved or left out at a time, at most. */
const maxSplice = 4096;

const byteOperators: readonly ByteOperator[] = [
  (bytes, at, random) => {
    for (let flips = 1 + randomInt(random, 8); flips > 0; flips--) {
      const place = Math.min(bytes.length - 1, at + randomInt(random, 16));
      bytes[place] = (bytes[place] ?? 0) ^ (1 << randomInt(random, 8));
    }
    return bytes;
  },
  (bytes, at, random) => {
    bytes[at] = pick(random, extremeBytes);
    return bytes;
  },
  (bytes, at, random) => {
    if (at + 8 <= bytes.length) bytes.writeBigUInt64LE(pick(random, extremeSizes), at);
    return bytes;
  },
  (bytes, at, random) => {
    if (at + 4 <= bytes.length) bytes.writeUInt32LE(Number(pick(random, extremeSizes) & 0xffffffffn), at);
    return bytes;
  },
  (bytes, at) => bytes.subarray(0, at),
  (bytes, at, random) =>
    Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + randomInt(random, maxSplice))]),
  (bytes, at, random) => {
    const from = randomInt(random, bytes.length);
    const part = bytes.subarray(from, from + randomInt(random, maxSplice));
    return Buffer.concat([bytes.subarray(0, at), part, bytes.subarray(at)]);
  },
  (bytes, at, random) => {
    const from = randomInt(random, bytes.length);
    bytes.copy(bytes, at, from, from + randomInt(random, maxSplice));
    return bytes;
  },
  (bytes, at, random) => {
    const noise = Buffer.from(Array.from({ length: randomInt(random, 32) }, () => randomInt(random, 256)));
    return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(at)]);
  },
];

/** @param head Most damage is done to so many bytes at the front, where the structure lies. */
export function mutateBytes(source: Uint8Array, random: Random, head = source.length): Buffer {
  let bytes: Buffer = Buffer.from(source);
  for (let times = 1 + randomInt(random, 3); times > 0 && bytes.length > 0; times--) {
    const within = random() < 0.8 ? Math.min(head, bytes.length) : bytes.length;
    bytes = pick(random, byteOperators)(bytes, randomInt(random, within), random);
  }
  return bytes;
}

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

const extremeValues: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e9,
  2 ** 31,
  2 ** 53,
  1e308,
  -1e308,
  "",
  "x",
  "\u0000",
  "\ud800",
  "9".repeat(400),
  "a".repeat(5000),
  [],
  {},
  [[[[[[[[]]]]]]]],
  ["__proto__", "constructor"],
];

/** Every place in a document, as the container and the key in it. */
function placesOf(
  root: Json,
): { readonly container: Json[] | { [key: string]: Json }; readonly key: string }[] {
  const places: { container: Json[] | { [key: string]: Json }; key: string }[] = [];
  const waiting: Json[] = [root];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value !== "object" || value === null) continue;
    for (const [key, inner] of Object.entries(value)) {
      places.push({ container: value, key });
      waiting.push(inner);
    }
  }
  return places;
}

/** Values changed, removed, moved, repeated under a key that is there, or nested deeply; sometimes bytes as well. */
export function mutateJson(source: string, random: Random, dictionary: readonly Json[] = []): Buffer {
  const root: Json = JSON.parse(source);
  let deepen = false;
  for (let times = 1 + randomInt(random, 3); times > 0; times--) {
    const places = placesOf(root);
    // Containers near the root are few among many values; every second time one of them is taken.
    const few =
      random() < 0.5 ? places.filter(({ container }) => !Array.isArray(container)).slice(0, 40) : places;
    if (few.length === 0) break;
    const { container, key } = pick(random, few);
    const other = pick(random, places);
    const values: Json[] = [pick(random, extremeValues), Reflect.get(other.container, other.key) as Json];
    if (dictionary.length > 0) values.push(pick(random, dictionary), pick(random, dictionary));
    const value = pick(random, values);
    const action = random();
    if (action < 0.15) Reflect.deleteProperty(container, key);
    else if (action < 0.2) deepen = true;
    else if (action < 0.3 && Array.isArray(container)) container.push(structuredClone(value));
    else Reflect.set(container, key, structuredClone(value));
  }
  let text = JSON.stringify(root);
  if (deepen) {
    const depth = pick(random, [10, 1000, 100_000]);
    text = text.replace(/:/, `:${"[".repeat(depth)}${"]".repeat(depth)},"deep":`);
  }
  if (random() < 0.1)
    text = text.replace(/("[^"]+":)([^,{}[\]]+),/, (all, key: string) => `${all}${key}null,`);
  const bytes = Buffer.from(text);
  return random() < 0.15 ? mutateBytes(bytes, random) : bytes;
}

/** Fragments of the dictionary put in, parts taken out, doubled and moved. */
export function mutateText(source: string, random: Random, dictionary: readonly string[]): string {
  let text = source;
  for (let times = 1 + randomInt(random, 2); times > 0; times--) {
    const at = randomInt(random, text.length + 1);
    const end = at + randomInt(random, 40);
    const action = random();
    const fragment = pick(random, dictionary);
    if (action < 0.4) text = text.slice(0, at) + fragment + text.slice(at);
    else if (action < 0.6) text = text.slice(0, at) + text.slice(end);
    else if (action < 0.75) text = text.slice(0, end) + text.slice(at);
    else if (action < 0.9) text = text.slice(0, at) + fragment + text.slice(end);
    else text = text.slice(0, at) + String.fromCharCode(randomInt(random, 65536)) + text.slice(at + 1);
  }
  return text;
}
