// Figures: well-formed SVG whose texts are data, with titles for who can't see or point, in both colour schemes.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { standaloneFigure } from "../../../src/core/figures/figureStyle.ts";
import { heatMatrix } from "../../../src/core/figures/heatMatrix.ts";
import { type ChartOptions, lineChart } from "../../../src/core/figures/lineChart.ts";
import { pairBars } from "../../../src/core/figures/pairBars.ts";
import { type MarkSource, spreadLabels } from "../../../src/core/figures/svg.ts";
import type { MetricValue } from "../../../src/core/statistics/estimate.ts";

const hostile = `</svg><script>alert(1)</script>&"'`;
const foreign = "تجربة 語言 שפה हिन्दी";

function value(at: number): MetricValue {
  return { value: at, n: 100, interval: [Math.max(0, at - 0.1), Math.min(1, at + 0.1)] };
}

const entities: Readonly<Record<string, string>> = { quot: '"', lt: "<", gt: ">", "#39": "'", amp: "&" };

/** What a click on a mark opens: names of mixtures are data too. */
const source: MarkSource = { mixtures: [hostile, "two"], language: "fi" };

const words = { title: `Title ${hostile}`, subtitle: foreign, description: `What it shows ${hostile}` };

const chart: ChartOptions = {
  ...words,
  x: {
    label: "Share",
    ticks: [0, 50, 100].map(at => ({ at, label: String(at) })),
    place: at => at / 100,
  },
  yLabel: "%",
  reference: { at: 0.5, name: "50: as good" },
  series: [
    {
      style: "base",
      name: foreign,
      points: [0, 50, 100].map(x => ({ x, value: value(0.9), title: `base at ${x} ${hostile}`, source })),
    },
    {
      style: "seen",
      name: "Others",
      points: [0, 50, 100].map(x => ({ x, value: value(x / 200), title: `${x}`, source })),
    },
  ],
  faint: [
    {
      name: "fi",
      points: [
        [0, 0.1],
        [100, 0.6],
      ],
    },
  ],
  kinds: [{ name: "en → fi", shape: "diamond", points: [{ x: 0, y: 0.3, title: "one", source }] }],
};

const figures: Readonly<Record<string, string>> = {
  "line chart": lineChart(chart),
  "heat map": heatMatrix({
    ...words,
    rows: [
      { language: "en", mixture: hostile, cells: [value(0.9), value(0.2), null], summary: value(0.2) },
      { language: "zh-Hant", mixture: "zh", cells: [value(0), value(1), value(0.5)], summary: null },
    ],
    columns: ["en", "fi", "zh-Hant"],
    groups: new Map([
      ["en", "Germanic"],
      ["fi", "Finnic"],
      ["zh-Hant", "Sinitic"],
    ]),
    diverging: true,
    summaryHead: ["mean,", "others"],
  }),
  "pair bars": pairBars(
    [
      {
        languages: ["en", "fi"],
        mixtures: ["only-en", "both", "only-fi"],
        scores: [value(0.2), value(0.6), null],
      },
    ],
    "%",
    { at: 0.5, name: "50: as good" },
    words,
  ),
};

/** Fails where tags don't nest, attributes aren't quoted, or an entity is broken: what an XML reader refuses. */
function assertWellFormed(svg: string): void {
  const open: string[] = [];
  const tag = /<(\/?)([a-zA-Z]+)((?:\s+[a-zA-Z0-9:-]+="[^"<]*")*)\s*(\/?)>/uy;
  let at = 0;
  while (at < svg.length) {
    if (svg[at] === "<") {
      tag.lastIndex = at;
      const [whole = "", closing, name = "", , empty] = tag.exec(svg) ?? [];
      assert.notEqual(whole, "", svg.slice(at, at + 80));
      if (closing === "/") assert.equal(open.pop(), name);
      else if (empty === "") open.push(name);
      at += whole.length;
    } else {
      const text = svg.slice(at, svg.indexOf("<", at) === -1 ? undefined : svg.indexOf("<", at));
      assert.doesNotMatch(text, /&(?!(?:amp|lt|gt|quot|#39);)/u);
      if (open.length === 0) assert.match(text, /^\s*$/u);
      at += text.length;
    }
  }
  assert.deepEqual(open, []);
}

for (const [name, figure] of Object.entries(figures)) {
  describe(name, () => {
    it("is well-formed by itself and as a file, and loads nothing", () => {
      assertWellFormed(figure);
      const file = standaloneFigure(figure);
      assertWellFormed(file);
      assert.match(file, /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg"/u);
      assert.doesNotMatch(file, /<script|<image|<use|href|url\(|@import|\son\w+=/iu);
    });

    it("has title and description first, as data; its text runs left to right and names its language", () => {
      assert.match(figure, /^<svg [^>]*role="img" direction="ltr" lang="en">\n<title>Title &lt;\/svg&gt;/u);
      assert.match(figure, /<\/title>\n<desc>What it shows &lt;\/svg&gt;.*<\/desc>/u);
      assert.ok(figure.includes(foreign), "text of any script is kept as it is");
    });

    it("draws in numbers only, within its frame", () => {
      assert.doesNotMatch(figure, /NaN|Infinity|undefined|null/u);
      const [, width, height] = /viewBox="0 0 (\d+(?:\.\d)?) (\d+(?:\.\d)?)"/u.exec(figure) ?? [];
      for (const [, axis, at] of figure.matchAll(/\s(x|y)="(-?[\d.]+)"/gu))
        assert.ok(Number(at) >= 0 && Number(at) <= Number(axis === "x" ? width : height), `${axis} ${at}`);
    });

    it("as a file it brings a ground and colours for both schemes", () => {
      const file = standaloneFigure(figure);
      assert.match(
        file,
        /<style>[^<]*prefers-color-scheme:dark[^<]*<\/style>\n<rect width="100%" height="100%"/u,
      );
      for (const variable of file.matchAll(/var\((--[a-z-]+)\)/gu))
        assert.ok(file.includes(`${variable[1]}:`), variable[1]);
    });
  });
}

describe("what figures show", () => {
  it("line chart: a band and marks with titles for each line, single points, the named level", () => {
    const { "line chart": svg = "" } = figures;
    assert.equal(svg.match(/class="band"/gu)?.length, 2);
    assert.equal(svg.match(/class="trend"/gu)?.length, 2);
    assert.ok(svg.includes("<title>base at 50 &lt;/svg&gt;"));
    assert.ok(svg.includes(">50: as good</text>"));
    assert.ok(svg.includes(">en → fi</text>"));
    assert.ok(svg.includes("<title>one</title>"));
  });

  it("every cell, point and bar says which samples it stands for", () => {
    const sources = (svg: string): Partial<MarkSource>[] =>
      [...svg.matchAll(/data-opens="([^"]*)"/gu)].map(
        ([, json = ""]) =>
          JSON.parse(
            json.replace(/&(quot|lt|gt|#39|amp);/gu, (_, name: string) => entities[name] ?? ""),
          ) as Partial<MarkSource>,
      );
    assert.deepEqual(
      sources(figures["line chart"] ?? ""),
      Array.from({ length: 7 }, () => source),
    );
    assert.deepEqual(sources(figures["heat map"] ?? ""), [
      { mixtures: [hostile], language: "en" },
      { mixtures: [hostile], language: "fi" },
      { mixtures: [hostile] },
      ...["en", "fi", "zh-Hant"].map(language => ({ mixtures: ["zh"], language })),
    ]);
    assert.deepEqual(sources(figures["pair bars"] ?? ""), [
      { mixtures: ["only-en"] },
      { mixtures: ["both"] },
    ]);
  });

  it("line chart: a higher score stands higher, and the axis ends above all of them", () => {
    const flat = (at: number): string =>
      lineChart({
        ...chart,
        series: [{ style: "seen", name: "a", points: [{ x: 0, value: value(at), title: "mark", source }] }],
        faint: [],
        kinds: [],
      });
    const y = (svg: string): number => Number(/cy="([\d.]+)" r="5"><title>mark/u.exec(svg)?.[1]);
    // 0 to 70 % on 300 units from 66: 0.55 stands at 366 - 0.55/0.7 * 300.
    assert.ok(Math.abs(y(flat(0.55)) - (366 - (0.55 / 0.7) * 300)) < 0.06);
    assert.ok(y(flat(0.6)) < y(flat(0.55)));
  });

  it("line chart: a thin line is named at its end, and at its start where none is near", () => {
    const starts = [0.1, 0.12, 0.6].map((at, i) => ({
      name: ["ar", "fi", "zh"][i] ?? "",
      points: [
        [0, at],
        [100, 0.6],
      ] as const,
    }));
    const svg = lineChart({ ...chart, faint: starts });
    const count = (name: string): number => svg.match(new RegExp(`>${name}</text>`, "gu"))?.length ?? 0;
    assert.deepEqual(["ar", "fi", "zh"].map(count), [1, 1, 2]);
  });

  it("heat map: every score with its interval to point at; what is missing is an empty square", () => {
    const { "heat map": svg = "" } = figures;
    assert.ok(svg.includes("<title>Tuned on English, scored in Finnish: 20.0 % (10.0 to 30.0)</title>"));
    assert.equal(svg.match(/class="none"/gu)?.length, 2);
    assert.equal(svg.match(/class="own"/gu)?.length, 3, "two own languages and the legend");
    for (const branch of ["Germanic", "Finnic", "Sinitic"]) assert.ok(svg.includes(`>${branch}</text>`));
  });

  it("pair bars: one for each score there is, both languages named", () => {
    const { "pair bars": svg = "" } = figures;
    assert.equal(svg.match(/class="bar/gu)?.length, 2);
    assert.ok(svg.includes("<title>Tuned on English and Finnish: 60.0 % (50.0 to 70.0)</title>"));
  });

  it("labels that would touch move apart, a crowd keeps its middle, and none falls below the axis", () => {
    assert.deepEqual(spreadLabels([10, 50], 12, 100), [10, 50]);
    assert.deepEqual(spreadLabels([50, 50, 50], 12, 100), [38, 50, 62]);
    assert.deepEqual(spreadLabels([54, 50], 12, 100), [58, 46]);
    assert.deepEqual(spreadLabels([99, 100], 12, 100), [88, 100]);
  });
});
