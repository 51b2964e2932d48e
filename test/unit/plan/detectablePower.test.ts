// The smallest difference that plan names, put into made-up studies: the results' own test finds it in 80 of 100.
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Random, seededRandom } from "../../../src/common/random.ts";
import { detectableAssumptions, detectableDifferences } from "../../../src/core/plan/detectable.ts";
import { assumedSpread } from "../../../src/core/plan/seedSpread.ts";
import { commonToSeeds } from "../../../src/core/scoring/combine.ts";
import { clusteredDifference } from "../../../src/core/statistics/clustered.ts";
import { normalQuantile } from "../../../src/core/statistics/distributions.ts";
import type { Observation } from "../../../src/core/statistics/observations.ts";

interface Study {
  readonly prompts: number;
  readonly languages: number;
  readonly seeds: number;
  readonly compared: number;
}

/** Of two normal numbers, that at rates of 50 % their signs correlate as wanted. */
function latent(ofSigns: number): number {
  return Math.sin((Math.PI / 2) * ofSigns);
}

const ofPairs = latent(detectableAssumptions.ofPairs);
const ofSeeds = latent(commonToSeeds);
/** Of what a prompt is to one mixture, so much is the same in all languages that differences correlate as assumed. */
const { ofPairs: ofTwo, ofLanguages } = detectableAssumptions;
const inAllLanguages = (latent(ofTwo + ofLanguages * (1 - ofTwo)) - ofPairs) / (ofSeeds - ofPairs);

function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function madeUp(study: Study, difference: number, random: Random): [Observation[], Observation[]] {
  const { prompts, languages, seeds } = study;
  const deviation = languages > 1 ? assumedSpread.mean : assumedSpread.language;
  const ease = Array.from({ length: prompts }, () => Math.sqrt(ofPairs) * normal(random));
  const mixture = (rate: number): Observation[] => {
    const all = ease.map(() => Math.sqrt(inAllLanguages) * normal(random));
    const own = Array.from({ length: languages }, () =>
      all.map(shared => shared + Math.sqrt(1 - inAllLanguages) * normal(random)),
    );
    return Array.from({ length: seeds }, (_, seed) => {
      const moved = rate + (seeds === 1 ? 0 : deviation * normal(random));
      const limit = normalQuantile(Math.min(0.99, Math.max(0.01, moved)));
      return own.flatMap((ofLanguage, l) =>
        ofLanguage.map((each, i) => {
          const value =
            (ease[i] ?? 0) + Math.sqrt(ofSeeds - ofPairs) * each + Math.sqrt(1 - ofSeeds) * normal(random);
          return { cluster: `p${i}`, stratum: `l${l}`, seed, value: value < limit ? 1 : 0 };
        }),
      );
    }).flat();
  };
  return [mixture(0.5 + difference / 2), mixture(0.5 - difference / 2)];
}

const studies = 500;

for (const study of [
  { prompts: 140, languages: 1, seeds: 1, compared: 1 },
  { prompts: 40, languages: 4, seeds: 1, compared: 3 },
  { prompts: 140, languages: 1, seeds: 3, compared: 1 },
  { prompts: 140, languages: 1, seeds: 5, compared: 4 },
  { prompts: 60, languages: 4, seeds: 5, compared: 2 },
] satisfies Study[])
  test(`found in 80 of 100 studies: ${JSON.stringify(study)}`, () => {
    const { prompts, languages, seeds, compared } = study;
    const ids = Array.from({ length: prompts }, (_, i) => ({ id: `p${i}` }));
    const planned = detectableDifferences(
      new Map(Array.from({ length: languages }, (_, l) => [`l${l}`, ids])),
      { seeds, compared, hasMeanOthers: false, spread: assumedSpread },
    );
    const difference = (languages > 1 ? planned.mean : planned.languages.l0) ?? assert.fail("none");
    const random = seededRandom("power of a study", JSON.stringify(study));
    let found = 0;
    for (let i = 0; i < studies; i++) {
      const [a, b] = madeUp(study, difference, random);
      const result = clusteredDifference(a, b, { range: [0, 1] }) ?? assert.fail("nothing to compare");
      // Holm's method asks this of the clearest difference of a table.
      if (result.p * compared < detectableAssumptions.level) found++;
    }
    const power = found / studies;
    assert.ok(power > 0.75 && power < 0.87, `${(100 * difference).toFixed(1)} points: ${power}`);
  });
