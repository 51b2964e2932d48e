// Fits the weights of the identifier's pool (src/runtime/identification/pool.ts) to labelled texts and prints
// them.
//   node --import tsx scripts/fitIdentifier.ts FILE.json...    each an array of { l: BCP-47 tag, x: text }
// Sets of complete sentences are also cut into pieces of 3 to 5 words. All languages of a file have equal
// weight. Before the final fit, a fit to one half of the texts is evaluated on the other half.
import { readFileSync } from "node:fs";
import { argv } from "node:process";
import { hash32 } from "../src/common/random.ts";
import { dominantScript, isBreakless, wordsOf } from "../src/core/language/scripts.ts";
import { loadModels, nameOf } from "../src/runtime/identification/models.ts";
import { candidatesOf, features, featuresOf, francFeatures } from "../src/runtime/identification/pool.ts";
import { pooledText } from "../src/runtime/identification/pooledText.ts";

interface Row {
  readonly l: string;
  readonly x: string;
}

interface Case {
  /** candidates × features */
  readonly rows: readonly (readonly number[])[];
  /** Index of the right candidate. */
  readonly right: number;
  readonly weight: number;
  readonly half: 0 | 1;
}

const penalty: number = 1e-3; // L2, per unit of total weight
const iterations = 40;
const leastFactor = 1e-6;
const converged = 1e-7;
const pieceWords = 3;

async function casesOf(files: readonly string[], withFranc: boolean): Promise<Case[]> {
  const models = await loadModels();
  const cases: Case[] = [];
  for (const file of files) {
    const given = JSON.parse(readFileSync(file, "utf8")) as readonly Row[];
    const pieces = given.map(({ l, x }, i) => ({ l, x: pieceOf(x, i) }));
    for (const set of [given, pieces]) {
      const counts = new Map<string, number>();
      for (const { l } of set) counts.set(l, (counts.get(l) ?? 0) + 1);
      for (const { l, x } of set) {
        const text = x.normalize("NFC");
        const words = wordsOf(text);
        const script = dominantScript(words);
        if (script === null) continue;
        const own = pooledText(text, words, script, models);
        const franc = withFranc ? own.evidence.franc : null;
        const candidates = candidatesOf(own.evidence, franc);
        const right = candidates.indexOf(nameOf(l.split("-")[0] ?? l, script));
        if (right < 0) continue;
        cases.push({
          rows: featuresOf(own, candidates, models.known, franc),
          right,
          weight: 1 / (counts.get(l) ?? 1),
          half: (hash32(x) & 1) as 0 | 1,
        });
      }
    }
  }
  return cases;
}

function pieceOf(text: string, index: number): string {
  const words = wordsOf(text);
  if (isBreakless(dominantScript(words) ?? "")) return [...text].slice(0, 2 * pieceWords).join("");
  return text
    .split(/\s+/u)
    .slice(0, pieceWords + (index % 3))
    .join(" ");
}

/** Newton's method on the penalised log-likelihood of a conditional logit. */
function maximise(cases: readonly Case[], used: readonly boolean[]): number[] {
  const size = features.length;
  let weights = new Array<number>(size).fill(0);
  const total = cases.reduce((sum, { weight }) => sum + weight, 0);
  for (let iteration = 0; iteration < iterations; iteration++) {
    const gradient = weights.map(weight => -penalty * weight);
    const hessian = Array.from({ length: size }, (_, i) =>
      Array.from({ length: size }, (_, j) => (i === j ? penalty : 0)),
    );
    for (const { rows, right, weight } of cases) {
      const scores = rows.map(row => dot(row, weights));
      const highest = Math.max(...scores);
      const shares = scores.map(score => Math.exp(score - highest));
      const sum = shares.reduce((a, b) => a + b, 0);
      const mean = new Array<number>(size).fill(0);
      for (const [k, row] of rows.entries())
        for (let i = 0; i < size; i++) mean[i] = (mean[i] ?? 0) + ((shares[k] ?? 0) / sum) * (row[i] ?? 0);
      const share = weight / total;
      for (let i = 0; i < size; i++)
        gradient[i] = (gradient[i] ?? 0) + share * ((rows[right]?.[i] ?? 0) - (mean[i] ?? 0));
      for (const [k, row] of rows.entries()) {
        const p = (share * (shares[k] ?? 0)) / sum;
        if (p < 1e-12) continue;
        for (let i = 0; i < size; i++) {
          const own = p * ((row[i] ?? 0) - (mean[i] ?? 0));
          const line = hessian[i];
          if (line === undefined || own === 0) continue;
          for (let j = 0; j < size; j++) line[j] = (line[j] ?? 0) + own * ((row[j] ?? 0) - (mean[j] ?? 0));
        }
      }
    }
    for (const [i, isUsed] of used.entries()) {
      if (isUsed) continue;
      gradient[i] = 0;
      for (let j = 0; j < size; j++) {
        (hessian[i] as number[])[j] = i === j ? 1 : 0;
        (hessian[j] as number[])[i] = i === j ? 1 : 0;
      }
    }
    const step = solve(hessian, gradient);
    const before = objective(cases, weights);
    let factor = 1;
    let next = weights;
    do {
      next = weights.map((weight, i) => weight + factor * (step[i] ?? 0));
      factor /= 2;
    } while (objective(cases, next) < before && factor > leastFactor);
    weights = next;
    if (objective(cases, weights) - before < converged) break;
  }
  return weights;
}

/** Mean penalised log-likelihood. */
function objective(cases: readonly Case[], weights: readonly number[]): number {
  let sum = 0;
  let total = 0;
  for (const { rows, right, weight } of cases) {
    const scores = rows.map(row => dot(row, weights));
    const highest = Math.max(...scores);
    const normaliser = highest + Math.log(scores.reduce((all, score) => all + Math.exp(score - highest), 0));
    sum += weight * ((scores[right] ?? 0) - normaliser);
    total += weight;
  }
  return sum / total - (penalty / 2) * dot(weights, weights);
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

/** Gaussian elimination with pivoting. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i] ?? 0]);
  const size = rows.length;
  for (let i = 0; i < size; i++) {
    let pivot = i;
    for (let k = i + 1; k < size; k++)
      if (Math.abs(rows[k]?.[i] ?? 0) > Math.abs(rows[pivot]?.[i] ?? 0)) pivot = k;
    [rows[i], rows[pivot]] = [rows[pivot] as number[], rows[i] as number[]];
    const own = rows[i] as number[];
    for (let k = i + 1; k < size; k++) {
      const other = rows[k] as number[];
      const factor = (other[i] ?? 0) / (own[i] ?? 1);
      for (let j = i; j <= size; j++) other[j] = (other[j] ?? 0) - factor * (own[j] ?? 0);
    }
  }
  const found = new Array<number>(size).fill(0);
  for (let i = size - 1; i >= 0; i--) {
    const own = rows[i] as number[];
    let sum = own[size] ?? 0;
    for (let j = i + 1; j < size; j++) sum -= (own[j] ?? 0) * (found[j] ?? 0);
    found[i] = sum / (own[i] ?? 1);
  }
  return found;
}

function accuracy(cases: readonly Case[], weights: readonly number[]): number {
  let right = 0;
  let total = 0;
  for (const { rows, right: index, weight } of cases) {
    const scores = rows.map(row => dot(row, weights));
    total += weight;
    if (scores.indexOf(Math.max(...scores)) === index) right += weight;
  }
  return (100 * right) / total;
}

async function main(files: readonly string[]): Promise<void> {
  for (const withFranc of [false, true]) {
    const used = features.map(name => withFranc || !francFeatures.includes(name));
    const cases = await casesOf(files, withFranc);
    const held = ([0, 1] as const).map(half => {
      const trained = maximise(
        cases.filter(each => each.half !== half),
        used,
      );
      return accuracy(
        cases.filter(each => each.half === half),
        trained,
      );
    });
    const found = maximise(cases, used);
    console.log(
      `${withFranc ? "with" : "without"} franc, ${cases.length} texts: ${held.map(x => x.toFixed(2)).join(" and ")} % right on the half not fitted, ${accuracy(cases, found).toFixed(2)} % on all`,
    );
    console.log(`  ${found.map(weight => weight.toFixed(2)).join(", ")}`);
  }
}

void main(argv.slice(2));
