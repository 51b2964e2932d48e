// Seeded random numbers: the same seed gives the same sequence on every machine.

/** Uniform numbers in [0, 1). */
export type Random = () => number;

/** 32-bit FNV-1a hash of a string's UTF-16 units, which turns names into seeds. */
export function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  }
  return hash >>> 0;
}

/** Mulberry32 generator (Tommy Ettinger, public domain), seeded from any parts. */
export function seededRandom(...parts: readonly (string | number)[]): Random {
  let state = hash32(parts.join("\u0000"));
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** Random integer in [0, limit). */
export function randomInt(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

/** Shuffled copy (Fisher-Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const result = [...items];
  for (let i = result.length - 1; i > 0; i--) {
    const j = randomInt(random, i + 1);
    const held = result[i] as T;
    result[i] = result[j] as T;
    result[j] = held;
  }
  return result;
}
