// How often Pinch's 95 % intervals hold the truth, and how often its tests call out where there is nothing.
// usage: npm run bench:coverage -- [--studies 400] [--quick] [--json]
// Studies are made up: prompts that are easy or hard in all languages and for all mixtures, seeds that move a whole run
// and each language of it, wordings of one fact. The functions are those that tables, reports and studies call.
import { parseArgs } from "node:util";
import { aligned } from "../src/core/results/format.ts";
import { alarms, coverages, measure } from "./coverageMeasures.ts";
import type { StudyShape } from "./coverageStudies.ts";
import { start } from "./entry.ts";
import { machineLine } from "./machine.ts";
import { rounded } from "./numbers.ts";

const { values: options } = parseArgs({
  options: {
    studies: { type: "string", default: "400" },
    quick: { type: "boolean", default: false },
    json: { type: "boolean", default: false },
  },
});

/** The spread of seeds that was measured on the example, see core/evaluation/detectable.ts. */
const usual: StudyShape = {
  prompts: 140,
  languages: 12,
  seeds: 3,
  rate: 0.6,
  wordings: 1,
  seedShared: 0.2,
  seedLanguage: 0.4,
  likelihoodSpread: 0.6,
};

function shapes(): (readonly [string, StudyShape])[] {
  const found: (readonly [string, StudyShape])[] = [];
  const add = (name: string, changed: Partial<StudyShape>): void => {
    found.push([name, { ...usual, ...changed }]);
  };
  for (const prompts of options.quick ? [40] : [8, 20, 40, 140, 617])
    for (const seeds of options.quick ? [1, 3] : [1, 2, 3, 5]) add("", { prompts, seeds });
  if (options.quick) return found;
  add("seeds alike", { seeds: 1, seedShared: 0, seedLanguage: 0 });
  add("seeds alike", { seeds: 2, seedShared: 0, seedLanguage: 0 });
  add("seeds alike", { seeds: 3, seedShared: 0, seedLanguage: 0 });
  add("seeds alike", { seeds: 1, seedShared: 0, seedLanguage: 0, prompts: 40 });
  for (const seeds of [2, 3, 5])
    add("seeds twice as far apart", { seeds, seedShared: 0.4, seedLanguage: 0.8 });
  for (const seeds of [1, 3]) add("rate 0.9", { seeds, rate: 0.9 });
  for (const seeds of [1, 3]) add("two wordings of each fact", { seeds, wordings: 2 });
  for (const seeds of [1, 3]) add("five wordings of each fact", { seeds, wordings: 5 });
  add("five wordings, seeds alike", { seeds: 1, wordings: 5, seedShared: 0, seedLanguage: 0 });
  for (const seeds of [1, 3]) add("one language", { seeds, languages: 1 });
  add("likelihoods spread by 1", { seeds: 1, likelihoodSpread: 1, prompts: 8 });
  return found;
}

async function main(): Promise<void> {
  const began = performance.now();
  const rows = shapes().map(([name, shape]) => {
    // Large studies take long, and vary less.
    const studies = Math.round(Number(options.studies) / (shape.prompts > 300 ? 4 : 1));
    return { name, shape, studies, shares: measure(shape, studies, JSON.stringify(shape)) };
  });
  if (options.json) {
    const plain = rows.map(({ shares, ...row }) => ({ ...row, shares: Object.fromEntries(shares) }));
    console.log(JSON.stringify({ machine: machineLine({}), rows: plain }, null, 2));
    return;
  }
  const names = [...coverages, ...alarms];
  const lines = rows.map(({ name, shape, studies, shares }) => [
    String(shape.seeds),
    String(shape.prompts),
    ...names.map(each => shares.get(each)?.toFixed(1) ?? "-"),
    String(studies),
    name,
  ]);
  const heads = names.map(name => name);
  console.log(
    "95 % intervals that hold the truth, and false alarms, per cent of the studies. With one seed the truth",
  );
  console.log("is that of its model, with several that of the mixture.");
  console.log(aligned([["seeds", "prompts", ...heads, "studies", ""], ...lines]));
  console.log(`${machineLine({})}; ${rounded((performance.now() - began) / 1000, 0)} s`);
}

start(main);
