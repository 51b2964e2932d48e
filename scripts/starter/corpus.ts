// Assembles documents until there are enough tokens: training text, held-out text, statistics and samples.
import { seededRandom } from "../../src/common/random.ts";
import { encoderOf, endOfText, tokenizerConfig, tokenizerJson, trainTokenizer } from "./bpe.ts";
import { languages } from "./languages.ts";
import { documentKinds, type PretrainingDocument, writeDocument } from "./pretrainingText.ts";

const vocabularySize = 5000;
/** Enough for every word in every wording to occur many times. */
const tokenizerDocuments = 40_000;
const validationDocuments = 2400;
const samplesPerLanguage = 5;

export interface Statistics {
  readonly seed: number;
  readonly documents: number;
  readonly tokens: number;
  readonly vocabulary: number;
  readonly uniqueWords: number;
  readonly uniqueDocuments: number;
  readonly validationTokens: number;
  readonly tokensPerLanguage: Readonly<Record<string, number>>;
  readonly documentsPerKind: Readonly<Record<string, number>>;
  readonly tokensPerKind: Readonly<Record<string, number>>;
  /**
   * Share of answers in another language, before and in the last fifth of the text; no other share changes.
   */
  readonly answeredAcrossShare: { readonly firstFourFifths: number; readonly lastFifth: number };
}

export interface Corpus {
  readonly tokenizerJson: unknown;
  readonly tokenizerConfig: unknown;
  /** Little-endian uint16 ids: id 0, then each document followed by id 0. Must be read in order. */
  readonly tokens: Uint8Array;
  readonly validation: Readonly<Record<string, readonly number[]>>;
  readonly statistics: Statistics;
  readonly samples: string;
}

export function generate(options: { readonly tokens: number; readonly seed: number }): Corpus {
  const { seed } = options;
  const tokenizerRandom = seededRandom("starter-tokenizer", seed);
  const tokenizer = trainTokenizer(
    Array.from(
      { length: tokenizerDocuments },
      (_, i) => writeDocument(tokenizerRandom, i / tokenizerDocuments).text,
    ),
    vocabularySize,
  );
  const encode = encoderOf(tokenizer);

  const ids = new Uint16Array(options.tokens + 4096);
  let length = 0;
  ids[length++] = endOfText;
  const random = seededRandom("starter-text", seed);
  const tally = new Tally();
  const samples = new Map<string, string[]>();
  while (length < options.tokens) {
    const progress = length / options.tokens;
    const written = writeDocument(random, progress);
    const encoded = encode(written.text);
    ids.set(encoded, length);
    length += encoded.length;
    ids[length++] = endOfText;
    tally.add(written, encoded.length + 1, progress >= 0.8);
    const kept = samples.get(written.language) ?? [];
    if (kept.length < samplesPerLanguage)
      samples.set(written.language, [...kept, `[${written.kind}]\n${written.text}`]);
  }

  const validationRandom = seededRandom("starter-validation", seed);
  const validation: Record<string, number[]> = {};
  for (let i = 0; i < validationDocuments; i++) {
    const held = writeDocument(validationRandom, 0);
    const stream = validation[held.language] ?? [endOfText];
    validation[held.language] = [...stream, ...encode(held.text), endOfText];
  }

  const used = ids.subarray(0, length);
  const bytes = new Uint8Array(length * 2);
  const view = new DataView(bytes.buffer);
  used.forEach((id, i) => {
    view.setUint16(i * 2, id, true);
  });
  return {
    tokenizerJson: tokenizerJson(tokenizer),
    tokenizerConfig,
    tokens: bytes,
    validation,
    statistics: tally.statistics({
      seed,
      tokens: length,
      vocabulary: tokenizer.tokens.length,
      validationTokens: Object.values(validation).reduce((sum, stream) => sum + stream.length, 0),
    }),
    samples: [...languages, "mixed"]
      .map(language => `== ${language}\n\n${(samples.get(language) ?? []).join("\n\n")}\n`)
      .join("\n"),
  };
}

class Tally {
  private readonly words = new Set<string>();
  private readonly texts = new Set<string>();
  private readonly languageTokens = new Map<string, number>();
  private readonly kindTokens = new Map<string, number>();
  private readonly kindDocuments = new Map<string, number>();
  private documents = 0;
  private late = 0;
  private lateAcross = 0;

  add(document: PretrainingDocument, tokens: number, late: boolean): void {
    const add = (map: Map<string, number>, key: string, n: number): unknown =>
      map.set(key, (map.get(key) ?? 0) + n);
    for (const word of document.text.match(/[\p{L}\p{M}’׳]+/gu) ?? []) this.words.add(word);
    this.texts.add(document.text);
    add(this.languageTokens, document.language, tokens);
    add(this.kindTokens, document.kind, tokens);
    add(this.kindDocuments, document.kind, 1);
    this.documents++;
    if (late) {
      this.late++;
      if (document.kind === "answered-across") this.lateAcross++;
    }
  }

  statistics(known: Pick<Statistics, "seed" | "tokens" | "vocabulary" | "validationTokens">): Statistics {
    const across = this.kindDocuments.get("answered-across") ?? 0;
    const percent = (part: number, whole: number): number =>
      Math.round((1000 * part) / Math.max(1, whole)) / 10;
    const ordered = (keys: readonly string[], map: Map<string, number>): Record<string, number> =>
      Object.fromEntries(keys.map(key => [key, map.get(key) ?? 0]));
    return {
      ...known,
      documents: this.documents,
      uniqueWords: this.words.size,
      uniqueDocuments: this.texts.size,
      tokensPerLanguage: ordered([...languages, "mixed"], this.languageTokens),
      documentsPerKind: ordered(documentKinds, this.kindDocuments),
      tokensPerKind: ordered(documentKinds, this.kindTokens),
      answeredAcrossShare: {
        firstFourFifths: percent(across - this.lateAcross, this.documents - this.late),
        lastFifth: percent(this.lateAcross, this.late),
      },
    };
  }
}
