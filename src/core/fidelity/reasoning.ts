// Separates the reasoning that a model writes in tags from the answer that follows it.

const tags = "think|thinking|reasoning|scratchpad";
const opening = new RegExp(`^\\s*<(${tags})>`, "iu");
const anyTag = new RegExp(`<(/?)(${tags})>`, "giu");

/**
 * Returns the offset of the answer in UTF-16 units: the end of the reasoning at the start of a response. An
 * unclosed block is all reasoning; a block that the prompt opened has only its closing tag in the response.
 */
export function answerStart(response: string): number {
  const open = opening.exec(response)?.[1]?.toLowerCase();
  for (const { 0: tag, 1: slash, 2: name = "", index } of response.matchAll(anyTag)) {
    if (slash === "" && open === undefined) return 0; // mentioned within an answer
    if (slash !== "" && (open === undefined || open === name.toLowerCase())) return index + tag.length;
  }
  return open === undefined ? 0 : response.length;
}

/** Returns the response without the reasoning before it. */
export function answerOf(response: string): string {
  const start = answerStart(response);
  return start === 0 ? response : response.slice(start).trim();
}
