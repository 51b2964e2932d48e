// Reads a supervised fastText model, full (.bin) or quantised (.ftz), and predicts with it.

import { readFileSync, statSync } from "node:fs";
import { HumanError, messageOf } from "../../../common/errors.ts";
import { refusalReason } from "../../../common/systemErrors.ts";
import { BinaryReader } from "./binaryReader.ts";
import { labelPrefix, readDictionary } from "./dictionary.ts";
import { type Matrix, readDense, readQuantized } from "./matrix.ts";
import { hierarchicalSoftmax, type Output, sigmoids, softmax } from "./output.ts";

export interface FastTextModel {
  /** Labels without `__label__`. */
  readonly labels: readonly string[];
  /** Most likely label, as given by `fasttext predict`; null if the model knows nothing in the text. */
  predict(text: string): { readonly label: string; readonly probability: number } | null;
  /** Probability of each label, in the order of `labels`; null as above. */
  probabilities(text: string): Float64Array | null;
}

// Format: https://github.com/facebookresearch/fastText, src/fasttext.cc, args.cc, dictionary.cc.
export const fastTextMagic = 793712314;
const versions = [11, 12];
const losses = { hierarchical: 1, negativeSampling: 2, softmax: 3, oneVersusAll: 4 } as const;
const supervised = 3;
// Maximum n-gram length, far above any model's: with the value in a damaged file, one long word could take
// hours.
const longestGram = 64;
// Maximum that Node reads at once; lid.176.bin has 126 MB.
const maxBytes = 2 ** 31 - 1;

/** Contribution of a word to a text's vector: the sum of its rows, and their number. */
interface Added {
  readonly sum: Float64Array;
  readonly rows: number;
}

// Maximum number of cached words, with 16 floats each: a few megabytes.
const maxKept = 20_000;
const longestKept = 64;

/** @throws HumanError if it is not a fastText file. */
export function openFastText(path: string): FastTextModel {
  let bytes: Buffer;
  try {
    const { size } = statSync(path);
    if (size > maxBytes) throw new Error(`it has ${size} bytes, at most ${maxBytes} can be read`);
    bytes = readFileSync(path);
  } catch (cause) {
    throw new HumanError(
      `The identifier ${path} can't be read: ${refusalReason(cause) ?? messageOf(cause)}.`,
      {
        remedy: "Check evaluate.identifier in the mixture file, or quantise the model into an .ftz file.",
        cause,
      },
    );
  }
  return parseFastText(path, bytes);
}

/** @throws HumanError for damaged data. */
export function parseFastText(path: string, bytes: Buffer): FastTextModel {
  const reader = new BinaryReader(path, bytes);
  if (reader.left < 8 || reader.int32() !== fastTextMagic) reader.fail("it is not a fastText model");
  const version = reader.int32();
  if (!versions.includes(version)) reader.fail(`it has version ${version} of fastText's format`);
  const args = readArguments(reader, version);
  const dictionary = readDictionary(reader, args);
  const quantised = reader.bool("the flag for quantisation");
  const input = quantised ? readQuantized(reader) : readDense(reader);
  const outputQuantised = reader.bool("the flag for a quantised output") && quantised;
  const output = outputQuantised ? readQuantized(reader) : readDense(reader);
  if (reader.left > 0) reader.fail(`${reader.left} bytes are left after its end`);
  if (!quantised && dictionary.pruned !== null) reader.fail("it is pruned but not quantised");
  const rows = dictionary.words + (dictionary.pruned ?? args.bucket);
  if (input.columns !== args.dim || output.columns !== args.dim || input.rows !== rows)
    reader.fail(`its input is ${input.rows} × ${input.columns} where ${rows} × ${args.dim} belongs`);
  const { labels } = dictionary;
  if (output.rows !== labels.length) reader.fail(`it has ${labels.length} labels and ${output.rows} outputs`);
  const decided = lossOf(reader, args.loss, output, labels);
  const names = labels.map(({ name }) =>
    name.startsWith(labelPrefix) ? name.slice(labelPrefix.length) : name,
  );
  const hidden = new Float64Array(args.dim);
  // Caches the contributions of words, which occur again and again.
  const kept = new Map<string, Added>();
  const addedBy = (token: string): Added => {
    const before = kept.get(token);
    if (before !== undefined) return before;
    const added = sumOf(dictionary.rowsOf(token));
    if (kept.size >= maxKept) kept.clear();
    if (token.length <= longestKept) kept.set(token, added);
    return added;
  };
  const sumOf = (found: readonly number[]): Added => {
    const sum = new Float64Array(args.dim);
    for (const row of found) input.addRow(row, sum);
    return { sum, rows: found.length };
  };
  /** Fills `hidden`. Returns false if the model knows nothing in the text. */
  const reads = (text: string): boolean => {
    const tokens = dictionary.tokensOf(text);
    hidden.fill(0);
    let count = 0;
    const add = ({ sum, rows }: Added): void => {
      count += rows;
      for (let i = 0; i < hidden.length; i++) hidden[i] = (hidden[i] ?? 0) + (sum[i] ?? 0);
    };
    for (const token of tokens) add(addedBy(token));
    const ngrams = dictionary.ngramRowsOf(tokens);
    if (ngrams.length > 0) add(sumOf(ngrams));
    for (let i = 0; i < hidden.length; i++) hidden[i] = (hidden[i] ?? 0) / count;
    return count > 0;
  };
  return {
    labels: names,
    predict(text) {
      const best = reads(text) ? decided.best(hidden) : null;
      return best === null ? null : { label: names[best.label] ?? "", probability: best.probability };
    },
    probabilities: text => (reads(text) ? decided.all(hidden) : null),
  };
}

interface ModelArguments {
  readonly dim: number;
  readonly loss: number;
  readonly wordNgrams: number;
  readonly bucket: number;
  readonly minn: number;
  readonly maxn: number;
}

function readArguments(reader: BinaryReader, version: number): ModelArguments {
  const dim = reader.int32();
  reader.int32(); // window
  reader.int32(); // epochs
  reader.int32(); // minimum count
  reader.int32(); // negatives
  const wordNgrams = reader.int32();
  const loss = reader.int32();
  const kind = reader.int32();
  const bucket = reader.int32();
  const minn = reader.int32();
  const maxn = reader.int32();
  reader.int32(); // update rate
  reader.float64(); // sampling threshold
  if (kind !== supervised) reader.fail("it holds word vectors, not a supervised model");
  if (dim < 1 || bucket < 0) reader.fail(`it has ${dim} dimensions and ${bucket} buckets`);
  if (maxn > longestGram || wordNgrams > longestGram)
    reader.fail(`it has subwords of ${maxn} characters and n-grams of ${wordNgrams} words`);
  // Version 11 had no subwords in supervised models, whatever the file says.
  return { dim, loss, wordNgrams, bucket, minn, maxn: version === 11 ? 0 : maxn };
}

function lossOf(
  reader: BinaryReader,
  loss: number,
  output: Matrix,
  labels: readonly { readonly count: number }[],
): Output {
  switch (loss) {
    case losses.hierarchical:
      return hierarchicalSoftmax(
        output,
        labels.map(({ count }) => count),
      );
    case losses.softmax:
      return softmax(output);
    case losses.negativeSampling:
    case losses.oneVersusAll:
      return sigmoids(output);
    default:
      return reader.fail(`it has loss ${loss}`);
  }
}
