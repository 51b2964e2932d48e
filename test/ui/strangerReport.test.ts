// A report of a stranger's runs, opened in a browser: every text of the run folders is markup that would leave the page.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { writeReport } from "../../src/cli/reports.ts";
import { aggregate, outcomeOf } from "../../src/core/scoring/score.ts";
import { launchBrowser } from "../support/workbench.ts";
import { madeUpSample } from "../unit/judge/madeUpRuns.ts";
import { madeUp } from "../unit/records/madeUpRecords.ts";

describe("a report of a stranger's runs in a browser", { concurrency: false }, () => {
  let root: string;
  let server: Server;
  let browser: Browser;
  const hits: string[] = [];

  before(async () => {
    root = mkdtempSync(join(tmpdir(), "pinch-stranger-"));
    server = createServer((request, response) => {
      hits.push(`${request.method} ${request.url}`);
      response.end("phished");
    });
    await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    server?.close();
    rmSync(root, { recursive: true, force: true });
  });

  function writeRuns(lure: string): string {
    const runs = join(root, "runs");
    const wrap = (text: string) => `${text} ${lure}`;
    for (const [minute, mixture] of ["base", "en", "fi", "pinch"].entries()) {
      const { record, folder } = madeUp(mixture, { minute, model: wrap("model"), file: wrap("/a/file") });
      const place = join(runs, folder);
      mkdirSync(place, { recursive: true });
      // The names that mixtures and languages go by, in all files alike.
      const strange = (value: unknown): string =>
        JSON.stringify(value)
          .replaceAll('"pinch"', () => JSON.stringify(wrap("pinch")))
          .replaceAll('"fi"', () => JSON.stringify(wrap("fi")));
      const samples = ["en", "fi"].flatMap(language =>
        Array.from({ length: 6 }, (_, i) =>
          madeUpSample(language, i, {
            id: wrap(`p${i}`),
            prompt: wrap("prompt"),
            response: wrap("response"),
            reference: wrap("reference"),
            tags: { task: wrap(i < 3 ? "copy" : "sort"), wording: wrap(i < 3 ? "seen" : "new") },
            checksPassed: i < minute + 1,
            outcome: outcomeOf(true, i < minute + 1),
          }),
        ),
      );
      writeFileSync(join(place, "run.json"), strange(record));
      writeFileSync(join(place, "samples.jsonl"), samples.map(each => `${strange(each)}\n`).join(""));
      writeFileSync(join(place, "metrics.json"), strange(aggregate(samples)));
    }
    return runs;
  }

  it("stays where it is, asks nobody for anything, and runs nothing", async () => {
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const lure =
      `"'></title></style></svg></i></b><meta http-equiv="refresh" content="0;url=${address}/refresh">` +
      `<base href="${address}/base/"><form action="${address}/form"><button class="lure">Go</button></form>` +
      `<img class="lure" src="${address}/image" onerror="fetch('${address}/error')"><script>location = "${address}/script"</script>` +
      `<iframe class="lure" src="${address}/frame"></iframe><a class="lure" href="javascript:alert(1)">x</a>`;
    const target = join(root, "report");
    const report = writeReport(writeRuns(lure), target);
    assert.ok(report !== null && report.table.rows.length === 4, "all of them are in the report");
    const pages = [
      report.html,
      ...readdirSync(join(target, "figures")).map(name => join(target, "figures", name)),
    ];
    assert.ok(pages.length > 1, "with figures of studies");
    for (const path of pages) {
      const page = await browser.newPage();
      const asked: string[] = [];
      page.on("request", request => asked.push(request.url()));
      page.on("dialog", dialog => void dialog.dismiss());
      const url = pathToFileURL(path).href;
      await page.goto(url);
      // Everything that unfolds; then what a refresh of no seconds would have had time for.
      await page.evaluate("document.querySelectorAll('details').forEach(part => { part.open = true; })");
      await page.evaluate("new Promise(resolve => setTimeout(resolve, 500))");
      assert.equal(page.url(), url);
      assert.deepEqual(
        asked.filter(one => one !== url),
        [],
      );
      assert.equal(
        await page.evaluate(
          "document.querySelectorAll('.lure, form, base, script, iframe, img, meta[http-equiv=refresh]').length",
        ),
        0,
      );
      await page.close();
    }
    const page = await browser.newPage();
    await page.goto(pathToFileURL(report.html).href);
    const shown = String(await page.evaluate("document.body.textContent"));
    assert.ok(shown.includes(`<form action="${address}/form">`), "the text is there, as text");
    assert.deepEqual(hits, []);
  });
});
