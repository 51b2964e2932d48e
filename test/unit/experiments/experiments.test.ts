// Which runs are compared with which: by what their scores rest on, never by name.
import assert from "node:assert/strict";
import { test } from "node:test";
import { experimentDifferences, experimentsOf } from "../../../src/core/experiments/experiments.ts";
import {
  differenceMark,
  differenceWords,
  settingDifferences,
} from "../../../src/core/experiments/settingDifferences.ts";
import type { RunRecord } from "../../../src/core/records/runRecord.ts";
import { buildResults } from "../../../src/core/results/buildResults.ts";
import type { RunSummary } from "../../../src/core/results/resultsTable.ts";
import { alone, asOlder, type Changes, madeUp, spread } from "../records/madeUpRecords.ts";

function groups(runs: readonly RunSummary[]): string[][] {
  return experimentsOf(runs).map(each => each.runs.map(({ folder }) => folder).sort());
}

function words(own: RunSummary, other: RunSummary): string {
  return differenceWords(settingDifferences(own.record, other.record));
}

const changed: readonly [string, Changes, string][] = [
  ["learning rate", { train: { learningRate: 2e-3 } }, "learning rate 0.002 instead of 0.0002"],
  ["epochs", { train: { epochs: 1 } }, "epochs 1 instead of 3"],
  ["rank", { train: { lora: { rank: 8, alpha: 32, targets: "all-linear" } } }, "LoRA rank 8 instead of 16"],
  [
    "set of layers",
    { train: { lora: { rank: 16, alpha: 32, targets: ["v_proj", "q_proj"] } } },
    "LoRA targets q_proj, v_proj instead of all-linear",
  ],
  [
    "scaling",
    { train: { lora: { rank: 16, alpha: 32, targets: "all-linear", scaling: "rslora" } } },
    "LoRA scaling rslora instead of standard",
  ],
  [
    "ratio of learning rates",
    { train: { lora: { rank: 16, alpha: 32, targets: "all-linear", plusRatio: 16 } } },
    "LoRA plus ratio 16 instead of 1",
  ],
  [
    "adapter to start from",
    { train: { lora: { rank: 16, alpha: 32, targets: "all-linear", from: "first" } } },
    "LoRA from first instead of new",
  ],
  [
    "DoRA",
    { train: { lora: { rank: 16, alpha: 32, targets: "all-linear", dora: true } } },
    "LoRA dora true instead of false",
  ],
  [
    "dropout",
    { train: { lora: { rank: 16, alpha: 32, targets: "all-linear", dropout: 0.1 } } },
    "LoRA dropout 0.1 instead of 0",
  ],
  ["choice of embeddings", { train: { embeddings: true } }, "embeddings true instead of false"],
  ["noise", { train: { neftune: 5 } }, "neftune 5 instead of 0"],
  ["smoothing", { train: { labelSmoothing: 0.1 } }, "label smoothing 0.1 instead of 0"],
  ["base weights", { train: { base: "int4" } }, "base weights int4 instead of float"],
  ["method", { train: { method: "full" } }, "method full instead of lora"],
  ["budget", { budget: 120 }, "budget 120 instead of 600"],
  ["model", { model: "org/other", modelHash: "m2" }, "model org/other instead of pinch/starter"],
  ["files of the model", { modelHash: "m2" }, "other files of the model pinch/starter"],
  ["training data", { trainData: { en: "new" } }, "other training data in English"],
  ["evaluation data", { evalData: { fi: "new" } }, "other evaluation data in Finnish"],
  ["languages", { evalData: { sw: "eval sw" } }, "evaluated in en fi sw instead of en fi"],
  ["prompts", { evaluate: { prompts: 40 } }, "prompts 40 instead of all"],
  ["length", { evaluate: { maxNewTokens: 64 } }, "max new tokens 64 instead of 128"],
  ["temperature", { evaluate: { temperature: 0.7 } }, "temperature 0.7 instead of 0"],
  ["identifier", { evaluate: { identifier: "lid.bin" } }, "identifier lid.bin instead of Pinch's own"],
  [
    "rules of scoring",
    { versions: { "scoring rules": "1" } },
    "scored by the older rules of an earlier Pinch (1 instead of 2)",
  ],
  [
    "rules of training",
    { versions: { "training rules": "2" } },
    "trained by the newer rules of a later Pinch (2 instead of 1)",
  ],
];

for (const [name, change, said] of changed)
  test(`another ${name} is another experiment`, () => {
    const runs = [madeUp("en", { minute: 1 }), madeUp("pinch", { minute: 2, ...change })];
    assert.deepEqual(groups(runs), [["pinch-s7-2"], ["en-s7-1"]]);
    const [own, other] = [madeUp("pinch", { minute: 2, ...change }), madeUp("en", { minute: 1 })];
    assert.equal(words(own, other), said);
    assert.equal(words(other, other), "");
  });

test("rates to choose from are the setting, with the data that they are chosen by", () => {
  const chosen = (
    changes: Changes & { readonly dev?: Readonly<Record<string, string>> } = {},
  ): RunSummary => {
    const run = madeUp("pinch", { train: { learningRate: [2e-4, 1e-3] }, ...changes });
    const { lock } = run.record;
    assert.ok(lock?.languageData);
    const dev = changes.dev ?? { en: "dev en", fi: "dev fi" };
    const languageData = { ...lock.languageData, dev };
    return { ...run, record: { ...run.record, lock: { ...lock, languageData } } };
  };
  assert.equal(words(chosen(), chosen({ seed: 8 })), "");
  assert.equal(words(chosen(), madeUp("pinch")), "learning rate 0.0002, 0.001 instead of 0.0002");
  const fi = { en: "dev en", fi: "new" };
  assert.equal(words(chosen({ dev: fi }), chosen()), "other development data in Finnish");
  assert.equal(words(chosen({ dev: { en: "dev en" } }), chosen()), "settings chosen in en instead of en fi");
  const looked = { train: { learningRate: 2e-4 }, evaluate: { during: 5 } };
  assert.equal(words(chosen({ ...looked, dev: fi }), chosen(looked)), "", "looking changes no number");
});

test("early stopping is the setting, with what its measurements depend on", () => {
  const stopped = (patience: number, during: number, dev: Readonly<Record<string, string>>): RunSummary => {
    const earlyStopping = { patience, minDelta: 0 };
    const run = madeUp("pinch", { train: { earlyStopping }, evaluate: { during } });
    const { lock } = run.record;
    assert.ok(lock?.languageData);
    const languageData = { ...lock.languageData, dev };
    return { ...run, record: { ...run.record, lock: { ...lock, languageData } } };
  };
  const dev = { en: "dev en" };
  assert.equal(words(stopped(3, 5, dev), stopped(3, 5, dev)), "");
  assert.equal(
    words(stopped(3, 5, dev), stopped(4, 10, dev)),
    "early stopping during 5 instead of 10 and early stopping patience 3 instead of 4",
  );
  assert.equal(
    words(stopped(3, 5, { en: "other" }), stopped(3, 5, dev)),
    "other development data in English",
  );
  assert.equal(
    words(stopped(3, 5, dev), madeUp("pinch")),
    "early stopping during 5 instead of none, early stopping min delta 0 instead of none and early stopping patience 3 instead of none",
  );
});

test("an adapter to start from is the same at any path, and another one at the same path is not", () => {
  const started = (from: string, path: string, hash: string): RunSummary => {
    const run = madeUp("en", { train: { lora: { rank: 16, alpha: 32, targets: "all-linear", from } } });
    const { lock } = run.record;
    assert.ok(lock);
    const data = { ...lock.data, [`${path}/adapter_model.safetensors`]: hash };
    return { ...run, record: { ...run.record, lock: { ...lock, data } } };
  };
  const one = started("a/../first", "first", "0123456789");
  assert.equal(words(one, started("/home/me/first", "../../me/first", "0123456789")), "");
  const other = started("a/../first", "first", "abcdefabcdef");
  assert.equal(words(one, other), "LoRA from adapter 01234567 instead of adapter abcdefab");
});

test("what changes no number keeps nothing apart", () => {
  const targeted = (...targets: string[]) =>
    madeUp("en", { train: { lora: { rank: 16, alpha: 32, targets } } });
  assert.equal(words(targeted("q_proj", "v_proj"), targeted("v_proj", "q_proj")), "");
  const train = { gradientCheckpointing: "on" } as const;
  const runs = [
    madeUp("en", { minute: 1 }),
    madeUp("fi", { minute: 2, file: "/elsewhere/b.mixture.yaml", model: "./starter", train }),
    madeUp("pinch", { minute: 3, seed: 8, evaluate: { during: 50, metrics: ["checks"], topP: 0.9 } }),
  ];
  assert.equal(groups(runs).length, 1);
});

test("the untuned model goes with every budget and training, but not with other answers", () => {
  const base = madeUp("base", { minute: 1 });
  const runs = [
    base,
    madeUp("en", { minute: 2 }),
    madeUp("pinch", { minute: 3, budget: 120, train: { epochs: 1 } }),
    madeUp("fi", { minute: 4, evaluate: { maxNewTokens: 64 } }),
  ];
  assert.deepEqual(groups(runs), [["fi-s7-4"], ["base-s7-1", "pinch-s7-3"], ["base-s7-1", "en-s7-2"]]);
});

test("the untuned model that answered in 4 bits is not the one in floats", () => {
  const base = madeUp("base");
  const configuration = { ...base.record.configuration, weights: "int4" as const };
  const inBits = { ...base, folder: "base-int4", record: { ...base.record, configuration } };
  const runs = [inBits, madeUp("en", { minute: 2 }), madeUp("fi", { minute: 3, train: { base: "int4" } })];
  assert.deepEqual(groups(runs), [["base-int4", "fi-s7-3"], ["en-s7-2"]]);
});

test("a mixture that changed is another one of its name, and what did not change goes with both", () => {
  const runs = [
    madeUp("en", { minute: 1 }),
    madeUp("pinch", { minute: 2, form: spread(10) }),
    madeUp("wide", { minute: 3, form: spread(50) }),
    madeUp("pinch", { minute: 4, form: spread(20) }),
    madeUp("wide", { minute: 5, form: spread(60) }),
  ];
  assert.deepEqual(groups(runs), [
    ["en-s7-1", "pinch-s7-4", "wide-s7-5"],
    ["en-s7-1", "pinch-s7-2", "wide-s7-3"],
  ]);
});

test("another mixture file with the same names is no further seed", () => {
  const other = "/study/b.mixture.yaml";
  const runs = [
    madeUp("first", { minute: 1, seed: 7, form: alone("en"), followed: 0.2 }),
    madeUp("first", { minute: 2, seed: 8, form: alone("fi"), file: other, followed: 0.8 }),
  ];
  const table = buildResults(runs);
  assert.deepEqual(
    table.rows.map(({ mixture, runs: own, cells }) => [mixture, own.length, cells.en?.followed?.value]),
    [["first", 1, 0.8]].concat([["first (language en)", 1, 0.2]]),
  );
  assert.match(
    table.notes?.join(" ") ?? "",
    /first \(language en\) belongs to another experiment: another mixture/,
  );
});

test("changed data of one language: runs that never saw it go with both", () => {
  const runs = [
    madeUp("en", { minute: 1 }),
    madeUp("fi", { minute: 2 }),
    madeUp("pinch", { minute: 3 }),
    madeUp("pinch", { minute: 4, trainData: { en: "mended" } }),
  ];
  assert.deepEqual(groups(runs), [
    ["fi-s7-2", "pinch-s7-4"],
    ["en-s7-1", "fi-s7-2", "pinch-s7-3"],
  ]);
});

test("runs of different models under one name are never averaged", () => {
  const runs = [
    madeUp("en", { minute: 1, seed: 7, followed: 0.1 }),
    madeUp("en", { minute: 2, seed: 8, followed: 0.9, model: "org/7B", modelHash: "7B", file: "/o/x.yaml" }),
  ];
  const table = buildResults(runs);
  assert.deepEqual(
    table.rows.map(row => [row.mixture, row.runs.length, row.mean.followed?.value]),
    [
      ["en", 1, 0.9],
      ["en (model pinch/starter)", 1, 0.1],
    ],
  );
});

test("of several runs of one mixture and seed the newest counts within its experiment only", () => {
  const old = [madeUp("en", { minute: 1, followed: 0.1 }), madeUp("en", { minute: 2, followed: 0.2 })];
  const runs = [...old, madeUp("en", { minute: 3, budget: 120, followed: 0.3 })];
  const [newest, older] = experimentsOf(runs);
  assert.deepEqual(
    newest?.runs.map(({ folder }) => folder),
    ["en-s7-3"],
  );
  assert.equal(buildResults(older?.runs ?? []).rows[0]?.mean.followed?.value, 0.2);
  const together = buildResults(runs, new Set(older?.runs.map(({ folder }) => folder)));
  assert.deepEqual(
    together.rows.map(row => [row.mixture, row.differs, row.mean.followed?.value]),
    [
      ["en", undefined, 0.2],
      ["en (budget 120)", "budget 120 instead of 600", 0.3],
    ],
  );
});

test("two experiments that a mark tells alike keep two names", () => {
  const runs = [
    madeUp("en", { minute: 3 }),
    madeUp("en", { minute: 2, modelHash: "m2" }),
    madeUp("en", { minute: 1, modelHash: "m3" }),
  ];
  assert.deepEqual(
    buildResults(runs).rows.map(({ mixture }) => mixture),
    ["en", "en (other files of pinch/starter)", "en (other files of pinch/starter, 2)"],
  );
});

test("the untuned row of another experiment says so too", () => {
  const runs = [
    madeUp("base", { minute: 1, evaluate: { maxNewTokens: 64 } }),
    madeUp("base", { minute: 2 }),
    madeUp("en", { minute: 3 }),
  ];
  assert.deepEqual(
    buildResults(runs).rows.map(({ mixture }) => mixture),
    ["base", "en", "base (max new tokens 64)"],
  );
});

test("a mark names two settings and counts the rest", () => {
  const own = madeUp("en", {
    budget: 120,
    model: "org/a",
    modelHash: "a",
    train: { epochs: 1, batchTokens: 64 },
  });
  assert.equal(
    differenceMark(settingDifferences(own.record, madeUp("fi").record)),
    "model org/a, budget 120 and 2 more",
  );
});

test("older folders are compared by what they say: places of data where languages are not kept", () => {
  const older = [asOlder(madeUp("base", { minute: 1 })), asOlder(madeUp("en", { minute: 2 }))];
  assert.equal(groups([...older, asOlder(madeUp("pinch", { minute: 3 }))]).length, 1);
  const otherData = asOlder(madeUp("pinch", { minute: 3, trainData: { en: "new" } }));
  assert.equal(words(otherData, older[1] as RunSummary), "other data in data/train/en.jsonl");
  const newer = madeUp("pinch", { minute: 3, versions: { "scoring rules": "1" } });
  assert.equal(words(newer, older[1] as RunSummary), "", "rules that no record named were the first");
  assert.notEqual(
    words(madeUp("pinch"), older[1] as RunSummary),
    "",
    "and scores by newer rules stand apart",
  );
});

test("data of other files at other places are no data in common", () => {
  const here = asOlder(madeUp("en"));
  const lock = here.record.lock;
  assert.ok(lock);
  const moved = (hash: (old: string) => string): RunSummary => ({
    ...here,
    record: {
      ...here.record,
      mixture: "fi",
      lock: {
        ...lock,
        data: Object.fromEntries(Object.entries(lock.data).map(([place, old]) => [`../${place}`, hash(old)])),
      },
    },
  });
  assert.equal(
    words(
      moved(old => old),
      here,
    ),
    "",
  );
  assert.equal(
    words(
      moved(old => `other ${old}`),
      here,
    ),
    "other data files",
  );
});

test("a record without its hashes goes with what it can't be told from, and the table says so", () => {
  const bare = asOlder(madeUp("pinch", { minute: 2 }), "lock");
  const table = buildResults([madeUp("en"), bare]);
  assert.deepEqual(
    table.rows.map(({ mixture }) => mixture),
    ["en", "pinch"],
  );
  assert.deepEqual(table.notes, [
    "pinch-s7-2 does not record the files of the model and the data files: assumed to be the same as in the other runs.",
  ]);
  const otherName = asOlder(madeUp("pinch", { minute: 2, model: "org/other" }), "lock");
  assert.equal(groups([madeUp("en"), otherName]).length, 2, "the model's name still tells");
});

test("records that were edited are compared by what they say now, whatever is in them", () => {
  const run = madeUp("pinch", { minute: 2 });
  const edited = (change: object): RunSummary => ({
    ...run,
    record: { ...run.record, configuration: { ...run.record.configuration, ...change } as never },
  });
  const en = madeUp("en");
  const train = { ...(run.record.configuration.train ?? {}), learningRate: "much" };
  assert.equal(words(edited({ train }), en), "learning rate much instead of 0.0002");
  for (const nonsense of [
    { train: 3 },
    { train: null },
    { evaluate: null },
    { evaluate: { languages: 5, identifier: [] } },
    { budget: "many" },
    { form: "wide" },
    { form: { over: "all" } },
    { model: null },
    { imported: {} },
  ])
    assert.doesNotThrow(() => buildResults([en, edited(nonsense)]), JSON.stringify(nonsense));
  for (const lock of [{}, { data: 4 }, { data: { a: 1 }, versions: null, model: 7 }, { languageData: [] }])
    assert.doesNotThrow(() =>
      buildResults([en, { ...run, record: { ...run.record, lock: lock as unknown as RunRecord["lock"] } }]),
    );
});

test("answers from elsewhere stand beside every training, by the prompts that they answer", () => {
  const asked = madeUp("gpt", { minute: 3 });
  const imported = (data: Record<string, string>): RunSummary => ({
    ...asked,
    record: {
      ...asked.record,
      lock: null,
      configuration: {
        ...asked.record.configuration,
        ...{ model: "gpt", budget: 0, form: null, train: null },
        imported: {
          ...{ format: "alpaca-eval", generator: "gpt", sha256: ["f"], data },
          versions: { "scoring rules": "2" },
        },
      },
    },
  });
  const prompts = { en: "eval en", fi: "eval fi" };
  const runs = [madeUp("en", { minute: 1 }), madeUp("pinch", { minute: 2, budget: 120 })];
  assert.deepEqual(groups([...runs, imported(prompts)]), [
    ["gpt-s7-3", "pinch-s7-2"],
    ["en-s7-1", "gpt-s7-3"],
  ]);
  assert.equal(
    words(imported({ ...prompts, fi: "new" }), runs[0] as RunSummary),
    "other evaluation data in Finnish",
  );
});

test("runs without scores lead no experiment that others could be shown in", () => {
  const failed: RunSummary = { ...madeUp("pinch", { minute: 5, budget: 120 }), metrics: null };
  const found = experimentsOf([madeUp("en"), failed]);
  assert.deepEqual(
    found.map(({ newest }) => newest.folder),
    ["en-s7-1", "pinch-s7-5"],
  );
  const [first, second] = found;
  assert.ok(first !== undefined && second !== undefined);
  assert.equal(differenceWords(experimentDifferences(second, first)), "budget 120 instead of 600");
});

test("hundreds of runs in many experiments", () => {
  const runs = Array.from({ length: 600 }, (_, i) =>
    madeUp(`m${i % 40}`, { minute: i % 60, seed: i, train: { epochs: 1 + (i % 15) } }),
  );
  assert.equal(experimentsOf(runs).length, 15);
});
