// The state of the live charts, in one place: what the host sent and what was chosen, which is remembered.
import {
  type FromLiveView,
  type LiveRunItem,
  type LiveViewMemory,
  type LiveViewState,
  maxShownRuns,
  type ToLiveView,
} from "../../src/protocol/liveView.ts";
import { connectHost } from "../shared/host.ts";
import { onThemeChange, readTheme, type Theme } from "../shared/theme.ts";
import { keepUnchanged } from "../shared/unchanged.tsx";
import { type Curves, extendCurves } from "./curves.ts";
import type { ChartName, Shown } from "./lines.ts";

export interface LivePage {
  /** Null until the host has sent it. */
  readonly state: LiveViewState | null;
  readonly memory: LiveViewMemory;
  readonly theme: Theme;
  /** Curves of the chosen runs, by id of the run. */
  readonly curves: ReadonlyMap<string, Curves>;
  /** Text for the live region. */
  readonly announced: string;
}

const host = connectHost<ToLiveView, FromLiveView, LiveViewMemory>(receive);
let page: LivePage = {
  state: null,
  memory: host.recall() ?? { runs: null, raw: true, language: null, tables: [] },
  theme: readTheme(),
  curves: new Map(),
  announced: "",
};
let draw: (page: LivePage) => void = () => undefined;

/** @param drawPage Called with every new state, once the host has been asked for it. */
export function start(drawPage: (page: LivePage) => void): void {
  draw = drawPage;
  onThemeChange(() => show({ theme: readTheme() }));
  host.remember(page.memory);
  host.post({ type: "ready", memory: page.memory });
}

function show(change: Partial<LivePage>): void {
  page = { ...page, ...change };
  draw(page);
}

let waitsForFrame = false;
function receive(message: ToLiveView): void {
  page = { ...page, ...(message.type === "state" ? newState(message.state) : newCurves(message)) };
  // The messages of one frame are drawn together.
  if (waitsForFrame) return;
  waitsForFrame = true;
  requestAnimationFrame(() => {
    waitsForFrame = false;
    draw(page);
  });
}

function newState(state: LiveViewState): Partial<LivePage> {
  const announced = endedWords(page.state?.runs ?? [], state.runs);
  return {
    state: keepUnchanged(page.state, state),
    curves: new Map([...page.curves].filter(([run]) => state.chosen.includes(run))),
    ...(announced === "" ? {} : { announced }),
  };
}

function newCurves({ run, anew, series }: Extract<ToLiveView, { type: "curves" }>): Partial<LivePage> {
  const before = anew ? undefined : page.curves.get(run);
  return { curves: new Map(page.curves).set(run, extendCurves(before, series)) };
}

/** Text about the runs that have ended; empty if none has. */
function endedWords(before: readonly LiveRunItem[], now: readonly LiveRunItem[]): string {
  return now
    .filter(({ id, state }) => state === "ended" && before.find(run => run.id === id)?.state === "running")
    .map(({ label, words }) => `${label}: ${words}`)
    .join("; ");
}

export function shownRuns({ state, curves }: LivePage): Shown[] {
  return (state?.chosen ?? []).flatMap(id => {
    const run = state?.runs.find(item => item.id === id);
    return run === undefined ? [] : [{ run, curves: curves.get(id) ?? new Map() }];
  });
}

export function remember(change: Partial<LiveViewMemory>): void {
  const memory = { ...page.memory, ...change };
  host.remember(memory);
  show({ memory });
}

/** Shows or hides a run now; its curves come from the host. */
export function toggleRun(id: string, shown: boolean): void {
  const { state } = page;
  if (state === null) return;
  const others = state.chosen.filter(run => run !== id);
  const chosen = shown ? [...others, id].slice(0, maxShownRuns) : others;
  page = { ...page, state: { ...state, chosen } };
  remember({ runs: chosen });
  host.post({ type: "choose", runs: chosen });
}

export function toggleTable(name: ChartName, open: boolean): void {
  const { tables } = page.memory;
  if (tables.includes(name) === open) return;
  remember({ tables: open ? [...tables, name] : tables.filter(each => each !== name) });
}

export function stopRun(): void {
  host.post({ type: "stop" });
}
