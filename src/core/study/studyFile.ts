// Writes a mixture file for one of the six studies: valid, commented, with its random draws spelled out.
import { HumanError } from "../../common/errors.ts";
import { displayName, sortedTags } from "../language/tags.ts";
import { examplesOf } from "../mixture/amounts.ts";
import { type FormOrSweep, formYaml } from "../mixture/formYaml.ts";
import type { MixtureForm } from "../mixture/mixtureFile.ts";
import { evaluationText, trainingText, yamlScalar } from "../mixtureFile/template.ts";
import { drawOrders, drawPairs, drawSeen } from "./draws.ts";
import { familyOf, groupedByBranch } from "./families.ts";
import { type StudyName, studies } from "./studyNames.ts";

export interface StudyOptions {
  /** Canonical tags of the languages with data. */
  readonly languages: readonly string[];
  readonly base: string;
  readonly budget: number;
  readonly model: string;
  /** The first seed is also used for random draws. */
  readonly seeds: readonly number[];
  readonly train: string;
  readonly eval: string;
  /** True to add spreads to the budget instead of replacing part of it. */
  readonly grow: boolean;
}

interface Block {
  readonly comment: string;
  readonly mixtures: readonly (readonly [string, FormOrSweep])[];
}

/**
 * Spreads in percent of the budget, as in the study of Shaham et al. (2024). The first one is the lowest
 * percentage that reaches every language; below 10 %, others are left out.
 */
const firstPercents = [1, 2, 5];
const percents = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100];

const fewestLanguages: Readonly<Record<StudyName, number>> = {
  "monolingual-transfer": 2,
  "pinch-curve": 2,
  "seen-and-unseen": 3,
  "number-of-languages": 3,
  "bilingual-pairs": 3,
  "language-family": 3,
};

const growing: ReadonlySet<StudyName> = new Set(["pinch-curve", "seen-and-unseen"]);

/** @throws HumanError if the languages do not suit this study */
export function studyFileText(name: StudyName, options: StudyOptions): string {
  const { languages, base, budget, model, seeds } = options;
  refuseWhatMakesNoStudy(name, options);
  const seedLine = seeds.length === 1 ? `seed: ${seeds[0]}` : `seeds: [${seeds.join(", ")}]`;
  const mixtures = blocksOf(name, options)
    .map(({ comment, mixtures: entries }) => {
      const lines = comment.split("\n").map(line => `  # ${line}`);
      return [...lines, ...entries.map(([key, form]) => `  ${key}: ${formYaml(form)}`)].join("\n");
    })
    .join("\n\n");
  return `# ${studies[name].title}${options.grow ? ", with a growing budget" : ""}.
# ${studies[name].question}
# Written by pinch study ${name}. Languages: ${[base, ...languages.filter(tag => tag !== base)].map(tag => `${tag} ${displayName(tag)}`).join(", ")}.
version: 1
model: ${yamlScalar(model)}
${seedLine} # each mixture is run with each seed
budget: ${budget} # examples in every mixture${options.grow ? ", and the spread on top" : ""}

data: # one file per language; equal ids are translations of each other
  train: ${yamlScalar(options.train)}
  eval: ${yamlScalar(options.eval)}

mixtures:
${mixtures}

train:
${trainingText(model, budget)}

evaluate:
${evaluationText(model, languages)}
`;
}

function refuseWhatMakesNoStudy(name: StudyName, { languages, base, grow }: StudyOptions): void {
  if (!languages.includes(base))
    throw new HumanError(`The base language ${base} is not among the languages ${languages.join(", ")}.`, {
      remedy: "Choose another with --base, or add it to --languages.",
    });
  const least = fewestLanguages[name];
  if (languages.length < least)
    throw new HumanError(`The study ${name} needs at least ${least} languages, not ${languages.length}.`, {
      remedy: "Add more with --languages, or add data files.",
    });
  if (grow && !growing.has(name))
    throw new HumanError(`The study ${name} has no spread that could grow.`, {
      remedy: `Omit --grow, or choose ${[...growing].join(" or ")}.`,
    });
  if (name === "language-family" && groupedByBranch(languages).every(group => group.languages.length < 2))
    throw new HumanError(
      `No two of ${languages.join(", ")} belong to the same branch of a language family.`,
      {
        remedy: "Add a relative of one of them.",
      },
    );
}

function blocksOf(name: StudyName, options: StudyOptions): Block[] {
  const { languages, base, seeds } = options;
  const [seed = 0] = seeds;
  switch (name) {
    case "monolingual-transfer":
      return [monolingual(languages, "One model for each language; each is scored in all of them.")];
    case "pinch-curve": {
      const over = options.grow ? languages.filter(tag => tag !== base) : languages;
      return [spreadBlock("pinch", over, options, pinchComment(options)), baselines(languages, [base])];
    }
    case "seen-and-unseen": {
      const seen = drawSeen(languages, base, seed);
      const unseen = languages.filter(tag => !seen.includes(tag));
      const over = options.grow ? seen.filter(tag => tag !== base) : seen;
      const comment = `${pinchComment(options)}\nNever tuned on: ${unseen.join(", ")}.`;
      return [spreadBlock("seen", over, options, comment), baselines(languages, [base])];
    }
    case "number-of-languages":
      return countBlocks(languages, base, seed);
    case "bilingual-pairs": {
      const pairs = drawPairs(languages, seed);
      const left = languages.filter(tag => !pairs.flat().includes(tag));
      const alone =
        left.length === 0 ? "" : ` ${left.join(", ")} ${left.length === 1 ? "has" : "have"} no partner.`;
      return [
        {
          comment: `Pairs drawn at random with seed ${seed}, half and half.${alone}`,
          mixtures: pairs.map(pair => [`pair-${pair.join("-")}`, { kind: "uniform", over: pair }]),
        },
        monolingual(languages, "Each pair is compared with the two languages alone."),
      ];
    }
    case "language-family":
      return groupedByBranch(languages).map(group => {
        const family = familyOf(group.languages[0] ?? "")?.family;
        const within = family === undefined || family === group.name ? "" : ` (${family})`;
        return monolingual(group.languages, `${group.name}${within}`);
      });
  }
}

function monolingual(languages: readonly string[], comment: string): Block {
  return {
    comment,
    mixtures: languages.map(language => [`mono-${language}`, { kind: "monolingual", language }]),
  };
}

/** @param needed languages that the study starts from */
function baselines(languages: readonly string[], needed: readonly string[]): Block {
  const names = needed.map(tag => `mono-${tag}`).join(", ");
  return monolingual(
    languages,
    `Monolingual models: the baselines of side-by-side scores. Without such scores, only ${names} ${needed.length === 1 ? "is" : "are"} needed.`,
  );
}

function pinchComment({ base, grow }: StudyOptions): string {
  const name = displayName(base);
  return grow
    ? `${name} keeps the whole budget; the spread is added, and ids are not repeated. mono-${base} is the start.`
    : `Part of the budget spread evenly, the rest in ${name}. mono-${base} is the start, 0 %.`;
}

function spreadBlock(
  key: string,
  over: readonly string[],
  { base, budget, grow }: StudyOptions,
  comment: string,
): Block {
  const first = firstPercents.find(percent => examplesOf({ percent }, budget) >= over.length);
  const reaching = percents.filter(percent => examplesOf({ percent }, budget) >= over.length);
  const steps = [...(first === undefined ? [] : [first]), ...reaching];
  if (steps.length === 0)
    throw new HumanError(`A budget of ${budget} examples is too small for ${over.length} languages.`, {
      remedy: `Raise --budget to at least ${over.length}.`,
    });
  const forms = steps.map(
    (percent): MixtureForm => ({
      kind: "spread",
      base,
      spread: { percent },
      over,
      ...(grow ? { grow } : {}),
    }),
  );
  return { comment, mixtures: [[key, forms]] };
}

function countBlocks(languages: readonly string[], base: string, seed: number): Block[] {
  const chosen = drawSeen(languages, base, seed);
  const drawn = drawOrders(chosen, seed);
  const orders = drawn.map((order, index): Block => {
    const letter = "abc"[index] ?? "";
    const counts = order.map((_, i) => i + 1).slice(1, -1);
    return {
      comment: `Order ${letter}, drawn with seed ${seed}: ${order.join(", ")}. mono-${order[0]} is its first.`,
      mixtures: counts.map(count => [
        `order-${letter}${count}`,
        { kind: "uniform", over: order.slice(0, count) },
      ]),
    };
  });
  const unseen = languages.filter(tag => !chosen.includes(tag));
  const all: Block = {
    comment: `All ${chosen.length}: where every order ends. Never tuned on: ${unseen.join(", ")}.`,
    mixtures: [["order-all", { kind: "uniform", over: sortedTags(chosen) }]],
  };
  return [
    ...orders.filter(({ mixtures }) => mixtures.length > 0),
    all,
    baselines(
      languages,
      drawn.map(order => order[0] ?? ""),
    ),
  ];
}
