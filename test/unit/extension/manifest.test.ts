// package.json and the code name the same commands, views, settings and files.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import * as manifest from "../../../src/manifest.ts";

interface Menu {
  readonly command: string;
  readonly when?: string;
}

interface Support {
  readonly supported: string;
  readonly description: string;
}

interface Package {
  readonly name: string;
  readonly publisher: string;
  readonly main: string;
  readonly activationEvents: readonly string[];
  readonly capabilities: {
    readonly untrustedWorkspaces: Support & { readonly restrictedConfigurations: readonly string[] };
    readonly virtualWorkspaces: Support;
  };
  readonly contributes: {
    readonly languages: readonly { readonly id: string; readonly extensions: readonly string[] }[];
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string; readonly name: string }[]>>;
    readonly viewsContainers: {
      readonly activitybar: readonly { readonly id: string; readonly icon: string }[];
    };
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string }[];
    readonly walkthroughs: readonly {
      readonly icon: string;
      readonly steps: readonly {
        readonly id: string;
        readonly media: { readonly svg: string };
        readonly completionEvents: readonly string[];
      }[];
    }[];
    readonly menus: Readonly<Record<string, readonly Menu[]>>;
    readonly configuration: {
      readonly properties: Readonly<
        Record<
          string,
          {
            readonly default: unknown;
            readonly enum?: readonly string[];
            readonly description?: string;
            readonly markdownDescription?: string;
          }
        >
      >;
    };
  };
}

const text = readFileSync("package.json", "utf8");
const { name, publisher, activationEvents, capabilities, contributes } = JSON.parse(text) as Package;
const strings = JSON.parse(readFileSync("package.nls.json", "utf8")) as Record<string, string>;
const commands: readonly string[] = Object.values(manifest.commands);

describe("manifest", () => {
  it("names the extension as package.json does", () => {
    assert.equal(`${publisher}.${name}`, manifest.extensionId);
  });

  it("has the commands of package.json", () => {
    assert.deepEqual(contributes.commands.map(({ command }) => command).sort(), [...commands].sort());
  });

  it("menus and welcome texts lead to commands that exist", () => {
    const inMenus = Object.values(contributes.menus).flatMap(menu => menu.map(({ command }) => command));
    const inWelcome = [
      ...Object.values(strings)
        .join("\n")
        .matchAll(/\(command:(pinch\.\w+)\)/g),
    ].map(([, command]) => command ?? "");
    assert.ok(inMenus.length > 0 && inWelcome.length > 0);
    for (const command of [...inMenus, ...inWelcome]) assert.ok(commands.includes(command), command);
  });

  it("has the views of package.json, in the container of package.json", () => {
    const { container, ...views } = manifest.views;
    assert.deepEqual(
      (contributes.views[container] ?? []).map(({ id }) => id).sort(),
      Object.values(views).sort(),
    );
    assert.deepEqual(
      contributes.viewsContainers.activitybar.map(({ id }) => id),
      [container],
    );
    for (const { view } of contributes.viewsWelcome) assert.ok(Object.values<string>(views).includes(view));
  });

  it("has the settings of package.json", () => {
    const { section, ...names } = manifest.settings;
    const keys = Object.values(names).map(key => `${section}.${key}`);
    assert.deepEqual(Object.keys(contributes.configuration.properties).sort(), keys.sort());
    for (const key of capabilities.untrustedWorkspaces.restrictedConfigurations)
      assert.ok(keys.includes(key));
  });

  it("a condition names only context keys and views that exist", () => {
    const known = new Set<string>([
      ...Object.values(manifest.contextKeys),
      ...Object.values(manifest.views),
      manifest.resultsPanel,
      ...commands,
    ]);
    const conditions = [...text.matchAll(/"(?:when|enablement)": "([^"]*)"/g)].map(
      ([, condition]) => condition ?? "",
    );
    const named = conditions.flatMap(condition => [...condition.matchAll(/\bpinch\.\w+/g)].map(([id]) => id));
    assert.ok(named.length > 5);
    for (const id of named) assert.ok(known.has(id), `${id} is set nowhere`);
  });

  it("is activated for its files and for its panel", () => {
    assert.ok(activationEvents.includes(`workspaceContains:${manifest.mixtureFileGlob}`));
    assert.ok(activationEvents.includes(`onWebviewPanel:${manifest.resultsPanel}`));
    // VS Code activates an extension for the languages that it contributes: YAML of other projects is none of them.
    assert.deepEqual(
      contributes.languages.map(({ id, extensions }) => [id, extensions]),
      [["pinch-mixture", [manifest.mixtureFileSuffix]]],
    );
    assert.deepEqual(
      activationEvents.filter(event => event.startsWith("onLanguage:") || event === "*"),
      [],
    );
  });

  it("every placeholder has its text and every text its placeholder", () => {
    const placeholders = [...text.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key ?? "");
    assert.deepEqual([...new Set(placeholders)].sort(), Object.keys(strings).sort());
  });

  it("a walkthrough's steps have pictures in the theme's colours, and end with what exists", () => {
    const steps = contributes.walkthroughs.flatMap(walkthrough => walkthrough.steps);
    assert.equal(steps.length, 5);
    for (const { id, media, completionEvents } of steps) {
      const picture = readFileSync(media.svg, "utf8");
      assert.match(picture, /var\(--vscode-foreground/, id);
      assert.match(picture, /<title>[^<]+<\/title>/, id);
      for (const event of completionEvents) {
        const [kind, name = ""] = event.split(":");
        if (kind === "onCommand") assert.ok(commands.includes(name), name);
        else if (kind === "onView") assert.ok(Object.values<string>(manifest.views).includes(name), name);
        else assert.equal(event, "onStepSelected");
      }
    }
  });

  it("ships the example that is opened", () => {
    assert.ok(readFileSync(".vscodeignore", "utf8").includes(`!${manifest.bundled.example}/**`));
    assert.ok(readdirSync(manifest.bundled.example).some(name => name.endsWith(manifest.mixtureFileSuffix)));
  });

  it("every command, view, setting and menu group has a text of its own", () => {
    for (const { title } of contributes.commands) assert.match(title, /^%command\.\w+%$/);
    const titles = contributes.commands.map(({ title }) => strings[title.replaceAll("%", "")]);
    assert.equal(new Set(titles).size, titles.length);
    for (const { name } of Object.values(contributes.views).flat()) assert.match(name, /^%view\.\w+%$/);
    for (const [key, { description, markdownDescription }] of Object.entries(
      contributes.configuration.properties,
    )) {
      assert.match(description ?? markdownDescription ?? "", /^%setting\.\w+%$/, key);
    }
    for (const { contents } of contributes.viewsWelcome) assert.match(contents, /^%[\w.]+%$/);
  });

  it("works where code is not trusted or files are elsewhere, and says how far", () => {
    for (const { supported, description } of [
      capabilities.untrustedWorkspaces,
      capabilities.virtualWorkspaces,
    ]) {
      assert.equal(supported, "limited");
      assert.ok((strings[description.replaceAll("%", "")] ?? "").length > 0);
    }
  });

  it("icons exist", () => {
    const media = readdirSync("media");
    for (const { icon } of contributes.viewsContainers.activitybar) {
      assert.ok(media.includes(icon.replace("media/", "")), icon);
    }
  });
});
