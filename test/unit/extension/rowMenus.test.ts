// Every kind of row in the views has the commands that a person looks for on it.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { dataContextValues, views } from "../../../src/manifest.ts";
import { importWithVscode } from "../../support/vscodeStandIn.ts";

interface MenuEntry {
  readonly command: string;
  readonly when: string;
  readonly group: string;
}

type Items = typeof import("../../../src/features/runs/treeItems.ts");

const { contributes } = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly contributes: { readonly menus: { readonly "view/item/context": readonly MenuEntry[] } };
};
const entries = contributes.menus["view/item/context"];

/** Whether an entry is shown on a row: its terms are `view == …`, `viewItem == …` and `viewItem =~ /…/`. */
function isShown({ when }: MenuEntry, view: string, viewItem: string): boolean {
  return when.split(" && ").every(term => {
    const [, key, operator, right = ""] = /^(view|viewItem) (==|=~) (.+)$/.exec(term) ?? [];
    assert.ok(key !== undefined, `The test does not know the condition ${term}`);
    const left = key === "view" ? view : viewItem;
    return operator === "==" ? left === right : new RegExp(right.slice(1, -1)).test(left);
  });
}

/** Commands of a row's context menu, and of its buttons. */
function commandsOf(view: string, viewItem: string): { readonly menu: string[]; readonly buttons: string[] } {
  const shown = entries.filter(entry => isShown(entry, view, viewItem));
  const named = (inline: boolean) =>
    shown
      .filter(({ group }) => group.startsWith("inline") === inline)
      .map(({ command }) => command.replace("pinch.", ""))
      .sort();
  return { menu: named(false), buttons: named(true) };
}

const folder = mkdtempSync(join(tmpdir(), "pinch-rows-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const record = {
  mixture: "english",
  seed: 7,
  status: "done",
  error: null,
  started: "2026-01-01T00:00:00.000Z",
  counts: { en: 600 },
  configuration: { model: "pinch/starter" },
  lock: null,
};

let values: Readonly<Record<string, string | undefined>>;
before(async () => {
  const items = (await importWithVscode("src/features/runs/treeItems.ts", folder)) as Items;
  const stored = (tuned: boolean, resumable: boolean) =>
    items.storedItem({ uri: "run", folder: "run", record, metrics: null, tuned, resumable } as never);
  const active = { id: "1", mixture: "english", seed: 7, index: 1, total: 2, progress: null, step: null };
  const holder = { token: "t", user: "", host: "h", pid: 1 };
  values = {
    "runs here": items.activeItem(active as never, null).contextValue,
    "runs elsewhere": items.otherItem({ holder, run: active } as never, null).contextValue,
    waits: items.waitingItem({ ...active, resume: null } as never, 1, 5, false).contextValue,
    "ended, untuned": stored(false, false).contextValue,
    "ended, tuned": stored(true, false).contextValue,
    "stopped, with a checkpoint": stored(false, true).contextValue,
    "stopped, with trained weights": stored(true, true).contextValue,
    experiment: items.experimentItem(
      { runs: [], newest: { record, uri: "run" } } as never,
      { file: "a.mixture.yaml", mark: "budget 120" },
      [],
      true,
    ).contextValue,
    unreadable: items.brokenItem({ uri: "run", folder: "run", fault: "broken" } as never).contextValue,
  };
});

describe("a row of the Runs view", () => {
  const ended = [
    "compareRuns",
    "compareSettings",
    "deleteRun",
    "duplicateRun",
    "openRunFolder",
    "showLiveRuns",
    "showResults",
  ];
  const expected: Readonly<Record<string, { readonly menu: readonly string[]; readonly buttons: string[] }>> =
    {
      "runs here": {
        menu: ["openRunFolder", "showLiveRuns", "showResults", "stopAllRuns"],
        buttons: ["showLiveRuns", "showResults", "stopRun"],
      },
      "runs elsewhere": {
        menu: ["openRunFolder", "showLiveRuns", "showResults", "stopAllRuns"],
        buttons: ["showLiveRuns", "showResults", "stopRun"],
      },
      waits: {
        menu: ["deleteRun", "duplicateRun", "moveRunDown", "moveRunUp"],
        buttons: ["deleteRun"],
      },
      "ended, untuned": { menu: ended, buttons: ["showResults"] },
      "ended, tuned": {
        menu: [...ended, "exportRun", "pushRun", "tryPrompt"].sort(),
        buttons: ["showResults"],
      },
      "stopped, with a checkpoint": {
        menu: [...ended, "resumeRun"].sort(),
        buttons: ["resumeRun", "showResults"],
      },
      "stopped, with trained weights": {
        menu: [...ended, "exportRun", "pushRun", "resumeRun", "tryPrompt"].sort(),
        buttons: ["resumeRun", "showResults"],
      },
      experiment: { menu: [], buttons: [] },
      unreadable: { menu: ended, buttons: ["showResults"] },
    };

  for (const [kind, commands] of Object.entries(expected))
    it(kind, () => assert.deepEqual(commandsOf(views.runs, values[kind] ?? ""), commands));

  it("is of a kind above", () => {
    assert.deepEqual(Object.keys(values).sort(), Object.keys(expected).sort());
    for (const [kind, value] of Object.entries(values)) assert.ok(value, kind);
  });
});

describe("a row of the Datasets and Models views", () => {
  const place = ["copyDataPath", "revealData"];
  const used = { menu: [...place, "useInMixtureFile"], buttons: ["useInMixtureFile"] };
  const shown = { menu: place, buttons: [] };
  const expected = { dataset: used, language: shown, model: used, unusableModel: shown };
  for (const [kind, value] of Object.entries(dataContextValues))
    it(value, () => {
      const view = /odel/.test(kind) ? views.models : views.datasets;
      assert.deepEqual(commandsOf(view, value), expected[kind as keyof typeof expected]);
    });
});

it("no entry stands in a row's menu twice, and none is on no row", () => {
  const rows = [
    ...Object.values(values).map(value => [views.runs, value ?? ""] as const),
    ...Object.values(dataContextValues).map(value => [views.datasets, value] as const),
  ];
  for (const [view, value] of rows) {
    const { menu, buttons } = commandsOf(view, value);
    assert.deepEqual([menu, buttons], [[...new Set(menu)], [...new Set(buttons)]], value);
  }
  for (const entry of entries)
    assert.ok(
      rows.some(([view, value]) => isShown(entry, view, value)),
      `${entry.command} when ${entry.when} is shown on no row`,
    );
});
