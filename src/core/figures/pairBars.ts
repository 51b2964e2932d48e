// Draws bars of bilingual mixtures between their two monolingual models, scored on the other languages.

import { escapeHtml } from "../../common/html.ts";
import { displayName } from "../language/tags.ts";
import type { MetricValue } from "../statistics/estimate.ts";
import {
  type FrameOptions,
  frame,
  group,
  line,
  type MarkSource,
  path,
  type Reference,
  referenceLine,
  round,
  text,
  titleHeight,
} from "./svg.ts";

export interface PairBar {
  readonly languages: readonly [string, string];
  /** Names of the mixtures, in the order of the scores. */
  readonly mixtures: readonly [string, string, string];
  /** Scores of the first language alone, the pair, and the second language alone. */
  readonly scores: readonly [MetricValue | null, MetricValue | null, MetricValue | null];
}

const bar = { width: 30, gap: 4 };
const groupGap = 30;
/** Minimum width of all pairs together: few pairs are spaced out so that axis label and title fit. */
const leastWidth = 480;
const plotHeight = 260;

export function pairBars(
  pairs: readonly PairBar[],
  yLabel: string,
  reference: Reference | null,
  options: Omit<FrameOptions, "width" | "height">,
): string {
  const left = 58;
  const groupWidth = 3 * bar.width + 2 * bar.gap;
  const pitch = Math.max(groupWidth + groupGap, leastWidth / pairs.length);
  const right = left + pairs.length * pitch;
  const top = titleHeight + 14;
  const bottom = top + plotHeight;
  const highest = topOf(pairs, reference?.at ?? 0);
  const toY = (value: number): number => bottom - (value / highest) * plotHeight;
  const step = highest > 0.5 ? 0.2 : 0.1;
  const levels = Array.from({ length: Math.floor(highest / step + 1e-9) + 1 }, (_, i) => i * step);
  const parts = [
    text(8, titleHeight + 4, yLabel, { className: "label" }),
    ...levels.flatMap(level => [
      line(level === 0 ? "axis" : "grid", left, toY(level), right, toY(level)),
      text(left - 8, toY(level), (100 * level).toFixed(0), { anchor: "end", centred: true }),
    ]),
    ...(reference === null ? [] : referenceLine(reference.name, left, right, toY(reference.at))),
    ...pairs.flatMap(({ languages, mixtures, scores }, i) => {
      const start = left + (i + 0.5) * pitch - groupWidth / 2;
      return scores.flatMap((value, at) => {
        const x = start + at * (bar.width + bar.gap);
        const both = at === 1;
        const label = both ? "both" : (languages[at === 0 ? 0 : 1] ?? "");
        const title = both
          ? `Tuned on ${displayName(languages[0])} and ${displayName(languages[1])}`
          : `Tuned on ${displayName(label)} alone`;
        return [
          ...(value === null
            ? []
            : [
                oneBar(x, bottom, value, both, title, toY, {
                  mixtures: [mixtures[at] ?? ""],
                  language: null,
                }),
              ]),
          text(x + bar.width / 2, bottom + 18, label, {
            anchor: "middle",
            className: both ? "strong" : "name",
          }),
        ];
      });
    }),
    text((left + right) / 2, bottom + 44, "Tuned on one language, half and half, the other language", {
      className: "label",
      anchor: "middle",
    }),
  ];
  return frame({ ...options, width: Math.max(560, right + 16), height: bottom + 58 }, parts);
}

function topOf(pairs: readonly PairBar[], reference: number): number {
  const ends = pairs.flatMap(({ scores }) => scores.flatMap(value => value?.interval[1] ?? []));
  return Math.min(1, Math.ceil(10 * Math.max(0.1, reference + 0.02, ...ends) - 1e-9) / 10);
}

function oneBar(
  x: number,
  bottom: number,
  { value, interval }: MetricValue,
  both: boolean,
  title: string,
  toY: (value: number) => number,
  source: MarkSource,
): string {
  const [low, high] = interval;
  const middle = x + bar.width / 2;
  const spoken = `${title}: ${(100 * value).toFixed(1)} % (${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)})`;
  return group(
    both ? "seen" : "base",
    [
      `<title>${escapeHtml(spoken)}</title>`,
      `<rect class="bar${both ? "" : " pale"}" x="${round(x)}" y="${round(toY(value))}" width="${bar.width}" height="${round(bottom - toY(value))}"/>`,
      path("ends", [
        [middle - 5, toY(high)],
        [middle + 5, toY(high)],
        [middle, toY(high)],
        [middle, toY(low)],
        [middle - 5, toY(low)],
        [middle + 5, toY(low)],
      ]),
    ],
    source,
  );
}
