// What a model thinks before it answers, in the tags that models write it with.

const tags = "think|thinking|reasoning|scratchpad";
const opening = new RegExp(`^\\s*<(${tags})>`, "iu");
const anyTag = new RegExp(`<(/?)(${tags})>`, "giu");

/**
 * Where the answer begins, in UTF-16 units: behind the reasoning that a response begins with. A block that never ends is
 * all reasoning; one that a prompt has opened ends without beginning here.
 */
export function answerStart(response: string): number {
  const open = opening.exec(response)?.[1]?.toLowerCase();
  for (const { 0: tag, 1: slash, 2: name = "", index } of response.matchAll(anyTag)) {
    if (slash === "" && open === undefined) return 0; // spoken of, within an answer
    if (slash !== "" && (open === undefined || open === name.toLowerCase())) return index + tag.length;
  }
  return open === undefined ? 0 : response.length;
}

/** The response without the reasoning before it. */
export function answerOf(response: string): string {
  const start = answerStart(response);
  return start === 0 ? response : response.slice(start).trim();
}
