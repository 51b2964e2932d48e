// Text from outside in VS Code: no link, no command, no icon of a stranger's, wherever a window shows it.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { root } from "../../../scripts/lib/paths.mjs";
import { filesUnder } from "../../../scripts/lib/setUp.mjs";
import { markdown } from "../../../src/common/markdown.ts";
import { quoted } from "../../../src/common/visibleText.ts";
import type * as markdownModule from "../../../src/platform/markdown.ts";
import type * as messages from "../../../src/platform/messages.ts";
import { ChatTemplate } from "../../../src/runtime/model/chatTemplate.ts";
import { importWithVscode } from "../../support/vscodeStandIn.ts";
import { temporaryFolder } from "../model/tinyModel.ts";

/** What VS Code takes for a link in a notification. Source: microsoft/vscode, src/vs/base/common/linkedText.ts. */
const link = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["'])(.+?)(\3))?\)/gi;
const lure = "[Show how to fix it](command:workbench.action.terminal.new)";

const said: string[] = [];
const keep = (text: string, options?: unknown) => {
  said.push(text, String((options as { detail?: string } | undefined)?.detail ?? ""));
  return Promise.resolve(undefined);
};
const standInWindow = {
  showErrorMessage: keep,
  showInformationMessage: keep,
  showWarningMessage: keep,
  withProgress: (options: { title: string }, work: (progress: unknown, token: unknown) => unknown) => {
    said.push(options.title);
    return work({ report: ({ message }: { message: string }) => said.push(message) }, {});
  },
};
Object.assign(globalThis, { standInWindow });
const log = { error: () => undefined } as never;
const load = async <Module>(path: string) => (await importWithVscode(path, temporaryFolder())) as Module;

describe("notifications", async () => {
  const { confirm, showFailure, showNotice, withNotification } =
    await load<typeof messages>("src/platform/messages.ts");

  /** What a window was told. */
  async function shown(show: () => unknown): Promise<string> {
    said.length = 0;
    await show();
    return said.join("\n");
  }

  it("VS Code would make a link of the text itself", () => assert.equal(lure.match(link)?.length, 1));

  it("a template that raises a link raises none in the notification", async () => {
    const source = `{{ raise_exception(${JSON.stringify(lure)}) }}`;
    const template = new ChatTemplate("chat_template.jinja", source);
    let failure: unknown;
    try {
      template.render({ messages: [] });
    } catch (error) {
      failure = error;
    }
    const text = await shown(() => showFailure(log, failure));
    assert.match(text, /Show how to fix it/);
    assert.equal(text.match(link), null);
  });

  for (const [name, show] of Object.entries({
    notice: () => showNotice(`Row 2: the id ${lure} is there twice.`),
    "unexpected error": () => showFailure(log, new Error(lure)),
    dialog: () => confirm(lure, { detail: lure, yes: "Yes" }),
    progress: () => withNotification({ title: lure }, async progress => progress.say(lure)),
  }))
    it(`${name}: no link`, async () => {
      const text = await shown(show);
      assert.match(text, /Show how to fix it/);
      assert.equal(text.match(link), null);
    });

  it("hidden characters are named", async () => {
    assert.equal((await shown(() => showNotice("a\u202eb"))).trim(), "a⟨RLO⟩b");
  });
});

describe("tooltips", async () => {
  const { besideIcons, tooltip } = await load<typeof markdownModule>("src/platform/markdown.ts");

  it("texts are no markup, and only the own commands run", () => {
    const shown = tooltip(
      [markdown`${`![x](https://evil.example/beacon.png) ${lure} <b> $(error)`}`],
      [{ title: "Stop", command: "pinch.stopRun" }],
    );
    assert.equal(
      shown.value.split("\n\n")[0],
      "\\!\\[x\\]\\(https://evil\\.example/beacon\\.png\\) \\[Show how to fix it\\]\\(command:workbench\\.action\\.terminal\\.new\\) \\<b\\> \\$\\(error\\)",
    );
    assert.deepEqual(shown.isTrusted, { enabledCommands: ["pinch.stopRun"] });
    assert.equal(tooltip([markdown`${lure}`]).isTrusted, undefined);
  });

  it("Markdown in Markdown stays what it is", () =>
    assert.equal(markdown`a ${markdown`**${"*"}**`}`.source, "a **\\***"));

  it("names of icons stay text", () => {
    assert.equal(besideIcons("$(error) URGENT $(sync~spin)"), "\\$(error) URGENT \\$(sync~spin)");
    assert.equal(besideIcons("costs $(5 or so)"), "costs $(5 or so)");
  });
});

it("text from outside is quoted in one short, visible line", () => {
  assert.equal(quoted(" a\n b "), "a b");
  assert.equal(quoted("ä".repeat(81)), `${"ä".repeat(80)}…`);
  assert.equal(quoted("🐈".repeat(80)), "🐈".repeat(80));
  assert.equal(quoted("\u001b]0;x\u0007"), "⟨␛⟩]0;x⟨␇⟩");
});

describe("one way to each sink", () => {
  const sources = filesUnder("src").filter(path => path.endsWith(".ts"));
  for (const [what, { pattern, file }] of Object.entries({
    notifications: {
      pattern: /show(?:Error|Warning|Information)Message|ProgressLocation\.Notification/,
      file: /platform[\\/]messages\.ts$/,
    },
    Markdown: { pattern: /new vscode\.MarkdownString|\.isTrusted = /, file: /platform[\\/]markdown\.ts$/ },
  }))
    it(`${what} come from one file`, () =>
      assert.deepEqual(
        sources.filter(path => !file.test(path) && pattern.test(readFileSync(join(root, path), "utf8"))),
        [],
      ));
});
