// Every layer is checked by one TypeScript project that sees only what exists where the layer runs.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { root } from "../../../scripts/lib/paths.mjs";
import { projects } from "../../../scripts/lib/suites.mjs";

interface Project {
  readonly compilerOptions: { readonly lib: readonly string[]; readonly types: readonly string[] };
  readonly include: readonly string[];
}

const read = (name: string): Project =>
  JSON.parse(
    readFileSync(join(root, `tsconfig.${name}.json`), "utf8").replace(/^\s*\/\/.*$/gm, ""),
  ) as Project;

it("each layer belongs to one project", () => {
  const layers = [...readdirSync(join(root, "src")).map(name => `src/${name}`), "webview"];
  const included = projects.flatMap(name => read(name).include).filter(path => !path.startsWith("types/"));
  assert.deepEqual(included.sort(), layers.sort());
});

it("core sees neither DOM nor Node, the runtime no VS Code, and a page no Node", () => {
  const seen = (name: string) => {
    const { lib, types } = read(name).compilerOptions;
    return [...lib.filter(each => each.startsWith("DOM")), ...types];
  };
  assert.deepEqual(
    projects.map(name => [name, seen(name)]),
    [
      ["pure", []],
      ["node", ["node"]],
      ["vscode", ["node", "vscode"]],
      ["webview", ["DOM", "DOM.Iterable"]],
    ],
  );
});
