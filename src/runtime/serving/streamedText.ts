// The text of a response while it is generated: what of it is final, and whether it ends before a stop text.

/** Stands for bytes of a character whose other bytes are in tokens to come. */
const incomplete = /\uFFFD+$/;

export interface TextSoFar {
  /** The part that no further token changes. */
  readonly text: string;
  /** True if a stop text follows it. */
  readonly stopped: boolean;
}

/**
 * @param decoded Text of all tokens so far; surrounding white space is not part of a response.
 * @param ended Whether no further token follows.
 */
export function textSoFar(decoded: string, stops: readonly string[], ended: boolean): TextSoFar {
  const text = decoded.trimStart();
  const places = stops.map(stop => text.indexOf(stop)).filter(place => place >= 0);
  if (places.length > 0) return { text: text.slice(0, Math.min(...places)).trimEnd(), stopped: true };
  if (ended) return { text: text.trimEnd(), stopped: false };
  const whole = text.replace(incomplete, "");
  const held = Math.max(0, ...stops.map(stop => beginningAtEnd(whole, stop)));
  return { text: whole.slice(0, whole.length - held).trimEnd(), stopped: false };
}

/** Length of the longest end of `text` with which `stop` begins. */
function beginningAtEnd(text: string, stop: string): number {
  for (let length = Math.min(stop.length - 1, text.length); length > 0; length--)
    if (text.endsWith(stop.slice(0, length))) return length;
  return 0;
}
