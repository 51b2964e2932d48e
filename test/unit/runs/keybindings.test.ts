// Default keys: chords behind one key that VS Code does not use, each with a condition.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { it } from "node:test";
import { commands, contextKeys, views } from "../../../src/manifest.ts";

interface Keybinding {
  readonly command: string;
  readonly key: string;
  readonly mac: string;
  readonly when: string;
}

const { contributes } = JSON.parse(readFileSync("package.json", "utf8")) as {
  contributes: { keybindings: readonly Keybinding[] };
};
const keys = contributes.keybindings;

// In the lists of default keys of VS Code 1.139 for Linux and Windows nothing begins with it, nor with the other for macOS.
it("keys are chords of our own, none twice", () => {
  assert.ok(keys.length >= 10);
  for (const { key, mac } of keys) {
    assert.match(key, /^ctrl\+alt\+p \w+$/);
    assert.match(mac, /^ctrl\+alt\+cmd\+p \w+$/);
  }
  assert.equal(new Set(keys.map(({ key }) => key)).size, keys.length);
  assert.equal(new Set(keys.map(({ mac }) => mac)).size, keys.length);
});

it("each is for a command that exists, under a condition that exists", () => {
  const known = [...Object.values<string>(contextKeys), ...Object.values<string>(views)];
  for (const { command, when } of keys) {
    assert.ok(Object.values<string>(commands).includes(command), command);
    assert.ok(when.length > 0, command);
    for (const [id] of when.matchAll(/pinch\.\w+/g)) assert.ok(known.includes(id), id);
  }
});
