// Writes the workspace of `npm run bench:ui`: 12 parallel languages, and a mixture file of 500 lines.
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../src/common/random.ts";
import { start } from "./entry.ts";

const languages = ["ar", "cs", "en", "es", "et", "fi", "he", "hi", "it", "ru", "sw", "zh"];
const lines = 500;
/** Letters for invented words, so that file sizes resemble those of real texts in these scripts. */
const letters: Readonly<Record<string, string>> = {
  ar: "ابتثجحدرسشعفقكلمنهوي",
  he: "אבגדהוזחטיכלמנסעפצקרשת",
  hi: "अआइईउएकगचजटडतदनपबमयरलवसह",
  ru: "абвгдежзиклмнопрстуфхцчшыя",
  zh: "的一是不了人我在有他这中大来上国个到说们",
};

async function main(): Promise<void> {
  const [folder = "", rows = "50000"] = process.argv.slice(2);
  const marker = join(folder, "rows.txt");
  if (existsSync(marker) && readFileSync(marker, "utf8") === rows) return;
  rmSync(folder, { recursive: true, force: true });
  for (const language of languages) {
    writeRows(join(folder, "data", "train"), language, Number(rows), true);
    writeRows(join(folder, "data", "eval"), language, 500, false);
  }
  writeFileSync(join(folder, "large.txt"), mixtureText());
  writeFileSync(marker, rows);
}

function writeRows(folder: string, language: string, count: number, answered: boolean): void {
  mkdirSync(folder, { recursive: true });
  const random = seededRandom("bench", language);
  const alphabet = [...(letters[language] ?? "aeioubdfghklmnprstvy")];
  const word = (): string =>
    Array.from(
      { length: 2 + Math.floor(7 * random()) },
      () => alphabet[Math.floor(alphabet.length * random())],
    ).join("");
  const words = Array.from({ length: 2_000 }, word);
  const text = (length: number): string =>
    Array.from({ length }, () => words[Math.floor(words.length * random())]).join(" ");
  const file = openSync(join(folder, `${language}.jsonl`), "w");
  for (let from = 0; from < count; from += 1_000) {
    const piece = Array.from({ length: Math.min(1_000, count - from) }, (_, i) => {
      const row = { id: `example-${from + i}`, prompt: `${text(10)}?` };
      return `${JSON.stringify(answered ? { ...row, response: `${text(20)}.` } : row)}\n`;
    });
    writeSync(file, piece.join(""));
  }
  closeSync(file);
}

/** Not named as a mixture file: opening the folder must not activate the extension before the clock runs. */
function mixtureText(): string {
  const head = [
    "version: 1",
    "model: pinch/starter",
    "seed: 7",
    "budget: 4640",
    "data:",
    "  train: data/train/{language}.jsonl",
    "  eval: data/eval/{language}.jsonl",
    "mixtures:",
  ];
  const tail = ["train:", "  epochs: 3", "  learningRate: 2e-4", "evaluate:", "  languages: all"];
  const mixtures = Array.from({ length: lines - head.length - tail.length }, (_, i) =>
    i % 2 === 0
      ? `  spread${i}: { base: en, spread: ${i + 1}, over: [ar, cs, es, fi, ru, zh] }`
      : `  shares${i}: { shares: { en: 80%, it: 15%, sw: 5% } }`,
  );
  return `${[...head, ...mixtures, ...tail].join("\n")}\n`;
}

start(main);
