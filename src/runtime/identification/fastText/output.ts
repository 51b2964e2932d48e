// Computes label probabilities from a text's vector: softmax, hierarchical softmax, or a sigmoid for each
// label.
import type { Matrix } from "./matrix.ts";

export interface Output {
  /** Index of the most likely label, and its probability as given by fastText; null if all are impossible. */
  best(hidden: Float64Array): { readonly label: number; readonly probability: number } | null;
  /** Probability of each label. */
  all(hidden: Float64Array): Float64Array;
}

// fastText computes the logarithm of p + 1e-5 and returns its exponential, so its probabilities are larger by
// this.
const logOffset = 1e-5;

function log(probability: number): number {
  return Math.log(probability + logOffset);
}

export function softmax(output: Matrix): Output {
  const all = (hidden: Float64Array): Float64Array => {
    const scores = scoresOf(output, hidden);
    const largest = scores[indexOfLargest(scores)] ?? 0;
    const shares = scores.map(score => Math.exp(score - largest));
    const sum = shares.reduce((total, share) => total + share, 0);
    return shares.map(share => share / sum);
  };
  return { all, best: hidden => bestOf(all(hidden)) };
}

function bestOf(chances: Float64Array): { readonly label: number; readonly probability: number } {
  const label = indexOfLargest(chances);
  return { label, probability: (chances[label] ?? 0) + logOffset };
}

const sigmoidSteps = 512;
const sigmoidRange = 8;

/** fastText's table of the sigmoid: 512 steps from -8 to 8. */
function tabulatedSigmoid(x: number): number {
  if (x < -sigmoidRange) return 0;
  if (x > sigmoidRange) return 1;
  const step = Math.trunc(((x + sigmoidRange) * sigmoidSteps) / sigmoidRange / 2);
  return 1 / (1 + Math.exp(-((step * 2 * sigmoidRange) / sigmoidSteps - sigmoidRange)));
}

/** Output for one-versus-all and negative sampling. */
export function sigmoids(output: Matrix): Output {
  const all = (hidden: Float64Array): Float64Array => scoresOf(output, hidden).map(tabulatedSigmoid);
  return { all, best: hidden => bestOf(all(hidden)) };
}

function scoresOf(output: Matrix, hidden: Float64Array): Float64Array {
  const scores = new Float64Array(output.rows);
  for (let row = 0; row < output.rows; row++) scores[row] = output.dotRow(row, hidden);
  return scores;
}

/** Returns the last of equal values, like fastText's heap. Tabulated sigmoids are often equal. */
function indexOfLargest(values: Float64Array): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if ((values[i] ?? 0) >= (values[best] ?? 0)) best = i;
  return best;
}

/**
 * Huffman tree over the labels, constructed like fastText's: labels are sorted by count, most frequent first.
 * Inner node i has row i - labels of the output matrix.
 */
export function hierarchicalSoftmax(output: Matrix, counts: readonly number[]): Output {
  const labels = counts.length;
  const nodes = 2 * labels - 1;
  const weight = new Float64Array(nodes).fill(1e15);
  weight.set(counts);
  const left = new Int32Array(nodes).fill(-1);
  const right = new Int32Array(nodes).fill(-1);
  let leaf = labels - 1;
  let inner = labels;
  const lightest = (made: number): number => {
    const takesLeaf = leaf >= 0 && (inner >= made || (weight[leaf] ?? 0) < (weight[inner] ?? 0));
    return takesLeaf ? leaf-- : inner++;
  };
  for (let made = labels; made < nodes; made++) {
    const first = lightest(made);
    const second = lightest(made);
    left[made] = first;
    right[made] = second;
    weight[made] = (weight[first] ?? 0) + (weight[second] ?? 0);
  }
  const best: Output["best"] = hidden => {
    let best = -1;
    // Threshold below which fastText's own search gives up: a probability of 0.
    let bestScore = log(0);
    const open: { readonly node: number; readonly score: number }[] = [{ node: nodes - 1, score: 0 }];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (at.score < bestScore) continue;
      if (at.node < labels) {
        best = at.node;
        bestScore = at.score;
        continue;
      }
      const chance = 1 / (1 + Math.exp(-output.dotRow(at.node - labels, hidden)));
      open.push({ node: right[at.node] ?? 0, score: at.score + log(chance) });
      open.push({ node: left[at.node] ?? 0, score: at.score + log(1 - chance) });
    }
    return best === -1 ? null : { label: best, probability: Math.exp(bestScore) };
  };
  const all: Output["all"] = hidden => {
    const chances = new Float64Array(nodes);
    chances[nodes - 1] = 1;
    // Every parent comes after its children.
    for (let node = nodes - 1; node >= labels; node--) {
      const own = chances[node] ?? 0;
      const chance = 1 / (1 + Math.exp(-output.dotRow(node - labels, hidden)));
      chances[right[node] ?? 0] = own * chance;
      chances[left[node] ?? 0] = own * (1 - chance);
    }
    return chances.subarray(0, labels);
  };
  return { best, all };
}
