// Sinusoidal position embeddings, in the order of tensor2tensor: all sines, then all cosines.

/**
 * Embeddings of positions `from` to from + count − 1, [count, size]; in float32 like PyTorch, so that reference values
 * agree.
 */
export function sinusoids(from: number, count: number, size: number): Float32Array {
  const half = size / 2;
  const decay = Math.fround(-Math.log(10_000) / (half - 1));
  const table = new Float32Array(count * size);
  for (let i = 0; i < half; i++) {
    const frequency = Math.fround(Math.exp(Math.fround(i * decay)));
    for (let row = 0; row < count; row++) {
      const angle = Math.fround((from + row) * frequency);
      table[row * size + i] = Math.sin(angle);
      table[row * size + half + i] = Math.cos(angle);
    }
  }
  return table;
}
