// Turns message trees in a dataset into conversations.
import { MessageTrees, type Placed, type UnusedMessage } from "../../core/dataset/messageTrees.ts";
import type { ReadRow, RowBatch } from "./readRow.ts";

/** Messages that belong to no conversation. */
interface UnusedMessages {
  readonly unused: UnusedMessage;
  readonly count: number;
  /** Line of the first one; null if the file has no lines. */
  readonly line: number | null;
}

export type ConversationBatch = readonly (ReadRow | UnusedMessages)[];

/**
 * Collects messages until the end of the file, while other rows pass through. Unused messages are reported
 * last.
 */
export async function* withConversations(
  batches: AsyncGenerator<RowBatch>,
): AsyncGenerator<ConversationBatch> {
  const trees = new MessageTrees<number | null>();
  const placed = ({ row, place }: Placed<number | null>): ReadRow => ({ row, line: place });
  for await (const batch of batches)
    yield batch.flatMap((read): readonly ReadRow[] =>
      "row" in read ? trees.push(read.row, read.line).map(placed) : [read],
    );
  yield trees.end().map(placed);
  yield [...trees.unused].map(([unused, { count, first }]) => ({ unused, count, line: first }));
}
