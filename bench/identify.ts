// Evaluates language identification on labelled texts: hits, and confusions.
// usage: npm run bench:identify -- DIR
// DIR has full.json, short.json and open.json, arrays of { l: BCP-47 tag, x: text }.
// full: sentences of the twelve languages; short: pieces of 3 to 5 words; open: sentences of many languages.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { argv } from "node:process";
import { readableText } from "../src/core/fidelity/readable.ts";
import { sameLanguage } from "../src/core/language/alike.ts";
import { isBreakless, wordsOf } from "../src/core/language/scripts.ts";
import { createFastTextIdentifier } from "../src/runtime/identification/fastTextIdentifier.ts";
import { createIdentifier, type LanguageIdentifier } from "../src/runtime/identification/identify.ts";
import { lid176Path } from "../src/runtime/identification/packagedData.ts";

interface Row {
  readonly l: string;
  readonly x: string;
}

const twelve = ["ar", "zh", "cs", "en", "et", "fi", "he", "hi", "it", "ru", "es", "sw"];
const neighbours: Readonly<Record<string, string>> = {
  ...Object.fromEntries("uk bg sr mk be kk tt mn uz".split(" ").map(tag => [tag, "ru"])),
  ...Object.fromEntries("fa ur ug".split(" ").map(tag => [tag, "ar"])),
  mr: "hi",
  yi: "he",
};
const relatives: Readonly<Record<string, string>> = {
  ...Object.fromEntries("gl oc ast ca pt ro".split(" ").map(tag => [tag, "es"])),
  ...Object.fromEntries("sk hr sl pl".split(" ").map(tag => [tag, "cs"])),
  ...Object.fromEntries("af da nb nl de fy cy".split(" ").map(tag => [tag, "en"])),
  xh: "sw",
};
// biome-ignore format: a list
const lone = "sw ha zu xh cy ga gl so ig mt jv su af eo yo eu is lb ht mi sn st ny mg ceb fy gd nds".split(" ");
const codeBlock =
  "```python\ndef mean(values):\n    total = 0\n    for value in values:\n        total += value\n    if not values:\n        return None\n    return total / len(values)\n```";
const address = "https://www.example.org/articles/language-identification-of-short-texts?page=2";
const english = (
  "the of and to in is that for it as was with be by on not he this are or his from at which but have an had they you " +
  "were their one all we can her has there been if more when will would who so no learning model data number people"
).split(" ");
const limitOfNeighbours = 5;

function read(folder: string, name: string): readonly Row[] {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), "utf8")) as readonly Row[];
}

function percent(hits: number, of: number): string {
  return of === 0 ? "-" : `${((100 * hits) / of).toFixed(1)}`;
}

/** Share of texts identified as `wanted`. */
function share({ identify }: LanguageIdentifier, texts: readonly string[], wanted: string): number {
  const hits = texts.filter(text =>
    sameLanguage(identify(readableText(text), wanted).language, wanted),
  ).length;
  return texts.length === 0 ? 0 : (100 * hits) / texts.length;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function everySecondWord(text: string, index: number): string {
  const words = isBreakless(wordsOf(text)[0]?.script ?? "")
    ? [...new Intl.Segmenter("zh", { granularity: "word" }).segment(text)].map(({ segment }) => segment)
    : text.split(/\s+/u);
  return words
    .map((word, i) => (i % 2 === 1 ? (english[(index + i) % english.length] ?? word) : word))
    .join(" ");
}

async function main(folder: string): Promise<void> {
  const [full, short, open] = ["full", "short", "open"].map(name => read(folder, name));
  if (full === undefined || short === undefined || open === undefined) return;
  const pinch = await createIdentifier(twelve);
  const peer = createFastTextIdentifier(lid176Path(), []);
  const of = (rows: readonly Row[], tag: string): string[] =>
    rows.filter(({ l }) => l === tag).map(({ x }) => x);
  const threshold: LanguageIdentifier = { identify: text => peer.identify(text) };

  for (const [name, rows] of [
    ["questions", full],
    ["3 to 5 words", short],
  ] as const) {
    const own = twelve.map(tag => share(pinch, of(rows, tag), tag));
    const theirs = twelve.map(tag => share(threshold, of(rows, tag), tag));
    const free = twelve.map(tag => {
      const texts = of(rows, tag);
      return (100 * texts.filter(x => sameLanguage(pinch.identify(x).language, tag)).length) / texts.length;
    });
    console.log(
      `${name}, right, macro: ${mean(own).toFixed(2)} %; none wanted ${mean(free).toFixed(2)}; lid.176 ${mean(theirs).toFixed(2)}`,
    );
    console.log(
      `  ${twelve.map((tag, i) => `${tag} ${own[i]?.toFixed(1)} (${free[i]?.toFixed(1)})`).join("  ")}`,
    );
  }

  for (const [name, pairs] of [
    ["neighbours", neighbours],
    ["relatives in one script", relatives],
  ] as const) {
    console.log(`${name}, taken for the wanted language, % (lid.176):`);
    const lines = Object.entries(pairs).map(([tag, wanted]) => {
      const texts = of(open, tag);
      return {
        tag,
        wanted,
        own: share(pinch, texts, wanted),
        theirs: share(threshold, texts, wanted),
        n: texts.length,
      };
    });
    for (const { tag, wanted, own, theirs, n } of lines) {
      const over = own > limitOfNeighbours && (pairs === neighbours || own > theirs) ? "  OVER" : "";
      console.log(`  ${tag} → ${wanted} ${own.toFixed(1)} (${theirs.toFixed(1)}) of ${n}${over}`);
    }
    console.log(
      `  mean ${mean(lines.map(({ own }) => own)).toFixed(2)} (${mean(lines.map(({ theirs }) => theirs)).toFixed(2)})`,
    );
  }
  const others = [...new Set(open.map(({ l }) => l))];
  const all = others.map(tag => {
    const taken = twelve
      .filter(wanted => !sameLanguage(tag, wanted))
      .map(wanted => share(pinch, of(open, tag), wanted));
    return { tag, total: taken.reduce((sum, value) => sum + value, 0), worst: Math.max(...taken) };
  });
  console.log(
    `any of ${others.length} languages taken for any other of the twelve: mean ${mean(all.map(({ total }) => total)).toFixed(2)} %`,
  );
  console.log(
    `  over 5 %: ${all
      .filter(({ worst }) => worst > 5)
      .map(({ tag, worst }) => `${tag} ${worst.toFixed(0)}`)
      .join("  ")}`,
  );
  const found = others.map(tag => ({ tag, right: share(pinch, of(open, tag), tag) }));
  console.log(
    `right where it is wanted: mean ${mean(found.map(({ right }) => right)).toFixed(2)} %; under 90: ${found
      .filter(({ right }) => right < 90)
      .map(({ tag, right }) => `${tag} ${right.toFixed(0)}`)
      .join("  ")}`,
  );

  const englishTexts = [...of(full, "en"), ...of(short, "en")];
  const taken = lone.map(tag => ({
    tag,
    value: share(pinch, of(full, "en"), tag),
    pieces: share(pinch, of(short, "en"), tag),
  }));
  console.log(
    `English taken for a language evaluated alone, questions: worst ${Math.max(...taken.map(({ value }) => value)).toFixed(1)} %, mean ${mean(taken.map(({ value }) => value)).toFixed(2)}; pieces: worst ${Math.max(...taken.map(({ pieces }) => pieces)).toFixed(1)}, mean ${mean(taken.map(({ pieces }) => pieces)).toFixed(2)}`,
  );
  console.log(
    `  ${taken
      .filter(({ value, pieces }) => value > 0 || pieces > 1)
      .map(({ tag, value, pieces }) => `${tag} ${value.toFixed(1)}/${pieces.toFixed(1)}`)
      .join("  ")}`,
  );

  for (const [name, change] of [
    ["a code block", (x: string) => `${x}\n${codeBlock}`],
    ["a block between two sentences", (x: string) => `${x}\n${codeBlock}\n${x}`],
    ["one address", (x: string) => `${x} ${address}`],
    [
      "every third word English",
      (x: string, i: number) =>
        x
          .split(/\s+/u)
          .map((word, at) => (at % 3 === 2 ? (english[(i + at) % english.length] ?? word) : word))
          .join(" "),
    ],
    ["every second word English", everySecondWord],
  ] as const) {
    const values = twelve.map(tag => share(pinch, of(full, tag).map(change), tag));
    console.log(
      `right with ${name}: ${twelve.map((tag, i) => `${tag} ${values[i]?.toFixed(0)}`).join("  ")}`,
    );
  }

  const sets = Array.from({ length: 20 }, (_, i) =>
    others.filter((_, at) => (at * 7 + i * 11) % 20 < 1 + (i % 12)),
  );
  const probes = open.filter((_, i) => i % 25 === 0);
  let differing = 0;
  const identifiers = await Promise.all(sets.map(set => createIdentifier(set)));
  for (const { l, x } of probes)
    for (const wanted of [l, "en", "es", "sw"]) {
      const verdicts = new Set(
        identifiers.map(({ identify }) => sameLanguage(identify(x, wanted).language, wanted)),
      );
      if (verdicts.size > 1) differing++;
    }
  console.log(`one text in 20 evaluated sets: ${differing} of ${4 * probes.length} verdicts differ`);

  const texts = [...full, ...open].map(({ x }) => x);
  for (const [name, make] of [
    ["Pinch", () => createIdentifier([])],
    ["lid.176", async () => createFastTextIdentifier(lid176Path(), [])],
  ] as const) {
    const { identify } = await make();
    const started = performance.now();
    for (const text of texts) identify(text);
    console.log(`${name}: ${((performance.now() - started) / texts.length).toFixed(3)} ms a sentence`);
  }
  void englishTexts;
  void percent;
}

void main(argv[2] ?? "");
