// The Mixture view, or composer: edits the mixture file through sliders and fields, and follows its text.
import { messageOf } from "../../src/common/errors.ts";
import { sumOf } from "../../src/core/mixture/counts.ts";
import type {
  FromMixtureView,
  MixtureChange,
  MixtureHostCalls,
  MixtureViewState,
  ToMixtureView,
} from "../../src/protocol/mixtureView.ts";
import { h, rootElement } from "../shared/dom.ts";
import { connectHost } from "../shared/host.ts";
import { type ItemView, KeyedList } from "../shared/keyedList.ts";
import { addMixture } from "./addMixture.ts";
import { inUnit } from "./amounts.ts";
import { emptyPage } from "./emptyPage.ts";
import { fileHead } from "./fileHead.ts";
import type { Unit } from "./languageRow.ts";
import { countsSentence, mixturePanel, type Panel, type PanelItem } from "./panel.ts";
import { problemList } from "./problems.ts";
import "../shared/base.css";
import "./style.css";
import "./rows.css";

/**
 * State that the view keeps while hidden or reloaded and that is not in the file. Keys are those of one
 * file's mixtures.
 */
interface Memory {
  readonly unit: Unit;
  readonly open: readonly string[];
  readonly points: Readonly<Record<string, number>>;
  readonly locked: Readonly<Record<string, readonly string[]>>;
}

const host = connectHost<ToMixtureView, FromMixtureView, Memory, MixtureHostCalls>(receive);
let memory: Memory = { unit: "examples", open: [], points: {}, locked: {}, ...host.recall() };
let state: MixtureViewState | null = null;

const root = rootElement();
const panels = new Map<string, Panel>();
const empty = emptyPage(message => host.post(message));
const head = fileHead({
  post: message => host.post(message),
  change: ask,
  choose: unit => {
    remember({ unit });
    draw();
  },
});
const problems = problemList(index => host.post({ type: "openProblem", index }));
const fault = h("p", { class: "fault", role: "alert" });
const board = h("div", { class: "board", role: "group", "aria-label": "Mixtures" });
const added = addMixture(ask);
const announced = h("p", { class: "visually-hidden", role: "status" });
const page = h(
  "div",
  { class: "page" },
  h("h1", { class: "visually-hidden" }, "Mixture"),
  head.element,
  problems.element,
  fault,
  board,
  added.element,
  announced,
);
const list = new KeyedList<PanelItem>(
  board,
  ({ mixture }) => idOf(mixture.key),
  ({ mixture }) => keptPanel(mixture.key),
);

function receive(message: ToMixtureView): void {
  switch (message.type) {
    case "state":
      state = message.state;
      draw();
      return;
    case "focus":
      goBack();
  }
}

/** Ends the local preview of a change. */
function settle(change: MixtureChange): void {
  if ("key" in change) panels.get(idOf(change.key))?.settle();
  if (change.kind === "moveLanguage") toAnnounce = change.key;
}
let toAnnounce: string | null = null;

/** Shows the reason in the panel that made the change, since the head of the page may be out of view. */
function refuse(change: MixtureChange, why: string): void {
  const panel = "key" in change ? panels.get(idOf(change.key)) : undefined;
  panel?.refuse(why);
  fault.textContent = panel === undefined ? why : "";
}

/** Transfers choices and focus to mixtures that were added, renamed or removed. */
function accepted(change: MixtureChange): void {
  switch (change.kind) {
    case "addMixture":
      announced.textContent = `${change.name} was added.`;
      goNext = `mixture ${change.name}`;
      open(change.name, true);
      return;
    case "copyMixture":
      announced.textContent = `${change.key} was copied as ${change.name}.`;
      goNext = `mixture ${change.name}`;
      open(change.name, true);
      return;
    case "renameMixture": {
      const [from, to] = [idOf(change.key), idOf(change.name)];
      announced.textContent = `${change.key} is now ${change.name}.`;
      // Kept under the old name in case the change is undone.
      remember({
        points: { ...memory.points, [to]: memory.points[from] ?? 0 },
        locked: { ...memory.locked, [to]: memory.locked[from] ?? [] },
      });
      const words = focusOfRename.split(" ");
      if (words.includes(change.key)) {
        goNext = words.map(word => (word === change.key ? change.name : word)).join(" ");
      }
      open(change.name, memory.open.includes(from));
      return;
    }
    case "removeMixture":
      announced.textContent = `${change.key} was removed.`;
  }
}

/** Focused element after the rename field had closed. */
let focusOfRename = "";
/** Element to focus once it exists. */
let goNext: string | null = null;
function goOn(): void {
  if (goNext === null) return;
  const next = board.querySelector<HTMLElement>(`[data-focus="${CSS.escape(goNext)}"]`);
  if (next === null) return;
  goNext = null;
  next.focus();
}

/** The name with the lowest number that makes it unique. */
function copyName(key: string): string {
  const taken = new Set(state?.mixtures.map(mixture => mixture.key));
  const stem = key.replace(/-\d+$/, "");
  let number = 2;
  while (taken.has(`${stem}-${number}`)) number++;
  return `${stem}-${number}`;
}

function ask(change: MixtureChange): void {
  fault.textContent = "";
  if ("key" in change) panels.get(idOf(change.key))?.refuse("");
  if (change.kind === "renameMixture") {
    setTimeout(() => {
      const focused = document.activeElement?.closest("[data-focus]");
      focusOfRename = focused?.getAttribute("data-focus") ?? "";
    });
  }
  if (change.kind === "removePoint") choosePoint(change.key, Math.max(0, change.point - 1));
  host.request("change", change).then(
    reply => {
      settle(change);
      if (reply.refused === null) accepted(change);
      else refuse(change, reply.refused);
      state = reply.state;
      draw();
    },
    (error: unknown) => {
      settle(change);
      refuse(change, messageOf(error));
      draw();
    },
  );
}

/** Unique id of a mixture, since mixtures of two files may have the same name. */
function idOf(key: string): string {
  return `${state?.file?.id ?? ""}#${key}`;
}

function remember(change: Partial<Memory>): void {
  memory = { ...memory, ...change };
  host.remember(memory);
}

function open(key: string, isOpen: boolean): void {
  const id = idOf(key);
  remember({ open: [...memory.open.filter(each => each !== id), ...(isOpen ? [id] : [])] });
  draw();
}

function choosePoint(key: string, point: number): void {
  remember({ points: { ...memory.points, [idOf(key)]: point } });
  draw();
}

function keptPanel(key: string): ItemView<PanelItem> {
  const id = idOf(key);
  const panel = mixturePanel(key, {
    change: ask,
    toggle: isOpen => open(key, isOpen),
    choose: point => choosePoint(key, point),
    lock: (language, locked) => {
      const others = (memory.locked[id] ?? []).filter(tag => tag !== language);
      remember({ locked: { ...memory.locked, [id]: [...others, ...(locked ? [language] : [])] } });
      draw();
    },
    copy: () => ask({ kind: "copyMixture", key, name: copyName(key) }),
    show: () => host.post({ type: "openMixture", key }),
    run: mixture => host.post({ type: "run", mixture }),
    preview: query => host.request("preview", query),
  });
  panels.set(id, panel);
  return panel;
}

function draw(): void {
  if (state === null) return;
  const shown = state.file === null ? empty.element : page;
  if (root.firstChild !== shown) root.replaceChildren(shown);
  if (state.file === null) {
    empty.update(state);
    return;
  }
  const { mixtures, languages, budget } = state;
  const tokensKnown =
    languages.length > 0 && languages.every(({ rows, tokens }) => rows === 0 || tokens !== null);
  const unit: Unit = tokensKnown ? memory.unit : "examples";
  const most = Math.max(
    1,
    ...mixtures.flatMap(({ points }) =>
      points.map(({ counts }) => sumOf(inUnit(counts, unit, languages) ?? {})),
    ),
  );
  const { editable, whyNoRun, running, seed } = state;
  head.update({ state, unit, tokensKnown });
  problems.update(state.problems);
  fault.hidden = fault.textContent === "";
  list.update(
    mixtures.map(mixture => {
      const id = idOf(mixture.key);
      return {
        mixture,
        languages,
        budget,
        seed,
        unit,
        most,
        open: memory.open.includes(id),
        chosen: Math.min(memory.points[id] ?? 0, mixture.points.length - 1),
        locked: memory.locked[id] ?? [],
        editable,
        canRun: whyNoRun === "" && !running && !state?.stale,
      };
    }),
  );
  added.update({
    mixtures,
    languages: languages.filter(({ rows }) => rows !== 0).map(({ tag }) => tag),
    editable,
  });
  goOn();
  announce();
}

/** Announces how moving one slider changed the others. */
function announce(): void {
  const mixture = state?.mixtures.find(({ key }) => key === toAnnounce);
  const counts = mixture?.points[memory.points[idOf(mixture.key)] ?? 0]?.counts ?? null;
  if (mixture === undefined || counts === null) return;
  announced.textContent = countsSentence(mixture.key, counts);
  toAnnounce = null;
}

document.addEventListener("keydown", event => {
  if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
  const key = event.key.toLowerCase();
  const command = key === "z" ? (event.shiftKey ? "redo" : "undo") : key === "y" ? "redo" : null;
  // A half-typed number has its own undo.
  if (command === null || document.activeElement?.closest("[data-dirty]") != null) return;
  event.preventDefault();
  // VS Code would also undo in the page, which affects the last edited field.
  event.stopPropagation();
  goBackTo = document.activeElement;
  host.post({ type: command });
});

// Undoing in the text editor needs the focus for a moment; it then returns to its previous element.
let goBackTo: Element | null = null;
function goBack(): void {
  if (goBackTo instanceof HTMLElement && goBackTo.isConnected) goBackTo.focus({ preventScroll: true });
  goBackTo = null;
}

host.post({ type: "ready" });
