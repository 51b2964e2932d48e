// Rows of a dataset in which messages of trees have become conversations.
import { MessageTrees, type Placed, type UnusedMessage } from "../../core/dataset/messageTrees.ts";
import type { ReadRow, RowBatch } from "./readRow.ts";

/** Messages that are in no conversation. */
export interface UnusedMessages {
  readonly unused: UnusedMessage;
  readonly count: number;
  /** Of the first of them; null: the file has no lines. */
  readonly line: number | null;
}

export type ConversationBatch = readonly (ReadRow | UnusedMessages)[];

/** Messages are held until the file's end; rows of other kinds go through. What is not used is told last. */
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
