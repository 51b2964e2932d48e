// State of the composer: what the file contains, what is chosen in the view, and changes on their way to the
// file.
import { messageOf } from "../../src/common/errors.ts";
import { displayName } from "../../src/core/language/tags.ts";
import type {
  FromMixtureView,
  MixtureChange,
  MixtureHostCalls,
  MixtureViewState,
  PreviewPage,
  PreviewQuery,
  ToMixtureView,
} from "../../src/protocol/mixtureView.ts";
import { connectHost } from "../shared/host.ts";
import { keepUnchanged } from "../shared/unchanged.tsx";
import type { Unit } from "./amounts.ts";
import { number } from "./words.ts";

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

export interface Composer {
  readonly state: MixtureViewState | null;
  readonly memory: Memory;
  /** Why a change was refused, and the id of the mixture that it was for; null id for the whole file. */
  readonly refusal: { readonly id: string | null; readonly message: string } | null;
  /** Text for the live region. */
  readonly announced: string;
}

const host = connectHost<ToMixtureView, FromMixtureView, Memory, MixtureHostCalls>(message => {
  if (message.type === "state") follow(message.state);
  else returnFocus();
});
let composer: Composer = {
  state: null,
  memory: { unit: "examples", open: [], points: {}, locked: {}, ...host.recall() },
  refusal: null,
  announced: "",
};
let draw: (composer: Composer) => void = () => undefined;

/** @param drawn Called with every new state. */
export function start(drawn: (composer: Composer) => void): void {
  draw = drawn;
  post({ type: "ready" });
}

function show(change: Partial<Composer>): void {
  composer = { ...composer, ...change };
  draw(composer);
}

export function post(message: FromMixtureView): void {
  host.post(message);
}

export function drawExamples(query: PreviewQuery): Promise<PreviewPage | null> {
  return host.request("preview", query);
}

/** Unique id of a mixture, since mixtures of two files may have the same name. */
export function idOf(key: string, state = composer.state): string {
  return `${state?.file?.id ?? ""}#${key}`;
}

/** Panels by id of their mixture, where it is another mixture's: a renamed mixture keeps its panel. */
const panels = new Map<string, string>();

/** Name of the panel of a mixture, as the key of its component. */
export function panelOf(id: string): string {
  return panels.get(id) ?? id;
}

/** Shows what the file contains now, with other news of the same moment. */
function follow(state: MixtureViewState, news: Partial<Composer> = {}): void {
  const renamed = renamedIn(composer.state, state);
  if (renamed !== null) {
    const [from, to] = renamed.map(key => idOf(key, state)) as [string, string];
    const [panel, other] = [panelOf(from), panelOf(to)];
    panels.set(to, panel).set(from, other);
    const { open, points, locked } = composer.memory;
    keep({
      open: open.map(id => (id === from ? to : id)),
      points: { ...points, [to]: points[from] ?? 0 },
      locked: { ...locked, [to]: locked[from] ?? [] },
    });
  }
  show({ ...news, state: keepUnchanged(composer.state, state) });
}

/** Old and new key if exactly one mixture of the file has another key, in the view or in the text. */
function renamedIn(before: MixtureViewState | null, now: MixtureViewState): [string, string] | null {
  if (before?.file?.id !== now.file?.id || before?.mixtures.length !== now.mixtures.length) return null;
  const changed = now.mixtures.flatMap(({ key }, at): [string, string][] => {
    const old = before.mixtures[at]?.key ?? key;
    return old === key ? [] : [[old, key]];
  });
  return changed.length === 1 ? (changed[0] ?? null) : null;
}

/** Requests a change of the file; settles once its result is shown. */
export async function ask(change: MixtureChange): Promise<void> {
  if (composer.refusal !== null) show({ refusal: null });
  if (change.kind === "removePoint") choosePoint(change.key, Math.max(0, change.point - 1));
  try {
    const { refused, state } = await host.request("change", change);
    if (refused !== null) return follow(state, { refusal: refusalOf(change, refused) });
    const added = change.kind === "addMixture" || change.kind === "copyMixture" ? change.name : null;
    if (added !== null) toggle(added, true);
    follow(state, { announced: announcement(change, state) });
    if (added !== null)
      document.querySelector<HTMLElement>(`[data-mixture="${CSS.escape(added)}"] .opener`)?.focus();
  } catch (error) {
    show({ refusal: refusalOf(change, messageOf(error)) });
  }
}

/** Shows why a change of a mixture is not possible in its panel, since the head may be out of view. */
export function refuse(key: string, message: string): void {
  show({ refusal: { id: idOf(key), message } });
}

function refusalOf(change: MixtureChange, message: string): Composer["refusal"] {
  return { id: "key" in change ? idOf(change.key) : null, message };
}

/** Text about an accepted change for the live region; empty if its control says it all. */
function announcement(change: MixtureChange, state: MixtureViewState): string {
  switch (change.kind) {
    case "addMixture":
      return `${change.name} was added.`;
    case "copyMixture":
      return `${change.key} was copied as ${change.name}.`;
    case "renameMixture":
      return `${change.key} is now ${change.name}.`;
    case "removeMixture":
      return `${change.key} was removed.`;
    case "moveLanguage": {
      // Moving one slider changes the others.
      const counts = state.mixtures.find(({ key }) => key === change.key)?.points[change.point]?.counts ?? {};
      const parts = Object.entries(counts).map(([tag, count]) => `${displayName(tag)} ${number(count)}`);
      return parts.length === 0 ? "" : `${change.key}: ${parts.join(", ")}`;
    }
    default:
      return "";
  }
}

/** The name with the lowest number that makes it unique. */
export function copyName(key: string): string {
  const taken = new Set(composer.state?.mixtures.map(mixture => mixture.key));
  const stem = key.replace(/-\d+$/, "");
  let number = 2;
  while (taken.has(`${stem}-${number}`)) number++;
  return `${stem}-${number}`;
}

function keep(change: Partial<Memory>): void {
  composer = { ...composer, memory: { ...composer.memory, ...change } };
  host.remember(composer.memory);
}

/** Changes and stores what is chosen in the view. */
function remember(change: Partial<Memory>): void {
  keep(change);
  draw(composer);
}

export function chooseUnit(unit: Unit): void {
  remember({ unit });
}

export function toggle(key: string, open: boolean): void {
  const id = idOf(key);
  remember({ open: [...composer.memory.open.filter(each => each !== id), ...(open ? [id] : [])] });
}

export function choosePoint(key: string, point: number): void {
  remember({ points: { ...composer.memory.points, [idOf(key)]: point } });
}

export function lock(key: string, language: string, locked: boolean): void {
  const id = idOf(key);
  const others = (composer.memory.locked[id] ?? []).filter(tag => tag !== language);
  remember({ locked: { ...composer.memory.locked, [id]: [...others, ...(locked ? [language] : [])] } });
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
  focusedBefore = document.activeElement;
  post({ type: command });
});

/** Element that receives the focus again, which undoing in the text editor needs for a moment. */
let focusedBefore: Element | null = null;
function returnFocus(): void {
  if (focusedBefore instanceof HTMLElement && focusedBefore.isConnected)
    focusedBefore.focus({ preventScroll: true });
  focusedBefore = null;
}
