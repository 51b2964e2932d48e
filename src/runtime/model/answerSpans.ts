// Where the answers of a conversation stand in its rendered text and among its tokens.
import type { ChatMessage } from "../../core/prompt/chat.ts";

/** From the first place to the one after the last. */
export type Span = readonly [from: number, to: number];

/** No white space at either end, so that a template that trims leaves it whole. */
export const probe = "Pinch0probe";

export interface TurnMarks {
  /** What the template puts before an answer that it doesn't put after an open prompt. */
  readonly before: string;
  /** What it puts after an answer, with the mark that ends the turn. */
  readonly end: string;
}

/**
 * The answers in a conversation's text, in UTF-16 units, each with what its turn begins and ends with: what a probe in
 * its place replaces, whatever the template makes of it. null: the template writes other turns otherwise then.
 * @param render As an open prompt.
 */
export function answerSpans(
  messages: readonly ChatMessage[],
  render: (messages: readonly ChatMessage[]) => string,
  { before, end }: TurnMarks,
): Span[] | null {
  const text = render(messages);
  const spans: Span[] = [];
  for (const [place, message] of messages.entries()) {
    if (message.role !== "assistant") continue;
    const marked = render(messages.with(place, { ...message, content: probe }));
    const at = marked.indexOf(probe);
    const rest = marked.slice(at + probe.length);
    const to = text.length - rest.length;
    if (at < 0 || to < at || !text.startsWith(marked.slice(0, at)) || !text.endsWith(rest)) return null;
    const from = text.slice(0, at).endsWith(before) ? at - before.length : at;
    spans.push([from, rest.startsWith(end) ? to + end.length : to]);
  }
  return spans;
}

/**
 * Tokens of a text, and the places of its cuts among them. Where a token would reach over a cut, the parts are encoded
 * apart: generation goes on from a prompt's own tokens.
 * @param cuts In UTF-16 units, ascending.
 */
export function encodeWithCuts(
  text: string,
  cuts: readonly number[],
  encode: (text: string) => readonly number[],
): { readonly ids: readonly number[]; readonly places: readonly number[] } {
  const whole = encode(text);
  const heads = cuts.map(cut => encode(text.slice(0, cut)));
  if (heads.every(head => head.length < whole.length && head.every((id, at) => whole[at] === id)))
    return { ids: whole, places: heads.map(head => head.length) };
  const ids: number[] = [];
  const places: number[] = [];
  for (const [index, cut] of [...cuts, text.length].entries()) {
    ids.push(...encode(text.slice(cuts[index - 1] ?? 0, cut)));
    if (index < cuts.length) places.push(ids.length);
  }
  return { ids, places };
}
