// The question before a push: what would be sent where.
import { formatBytes } from "../../common/byteSize.ts";
import { countOf } from "../../common/words.ts";
import type { PushOutcome } from "../../protocol/push.ts";

/** Number of files that a dialog has room for. */
const shownFiles = 20;

export function pushQuestion({
  repository,
  endpoint,
  existed,
  isPrivate,
  files,
  otherFiles,
  notes,
}: PushOutcome): {
  readonly question: string;
  readonly detail: string;
} {
  const visibility = isPrivate === null ? "" : isPrivate ? ", private" : ", public";
  const sent = files.filter(({ state }) => state !== "same");
  const lines = sent
    .slice(0, shownFiles)
    .map(({ name, bytes, state }) => `${name}: ${formatBytes(bytes)}, ${state}`);
  const more = sent.length - lines.length;
  const kept = otherFiles + files.length - sent.length;
  return {
    question: `Push to ${repository} at ${endpoint}?`,
    detail: [
      existed ? `The repository exists${visibility}.` : `The repository is created${visibility}.`,
      ...lines,
      ...(more > 0 ? [`and ${countOf(more, "more file")}`] : []),
      ...(kept > 0 ? [`${countOf(kept, "other file")} there: not changed.`] : []),
      ...notes,
    ].join("\n"),
  };
}
