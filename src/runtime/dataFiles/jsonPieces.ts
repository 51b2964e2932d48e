// Parses the rows of JSON Lines or JSON arrays from pieces of bytes.
import { parseRow } from "../../core/dataset/jsonRows.ts";
import type { FilePieces } from "./filePieces.ts";
import type { ReadRow, RowBatch } from "./readRow.ts";
import { indexLimits } from "./rowLimits.ts";
import { type RowBytes, RowSplitter } from "./rowSplitter.ts";

const expected = '{"id": …, "prompt": …, "response": …}';

export async function* jsonRows({ pieces }: Pick<FilePieces, "pieces">): AsyncGenerator<RowBatch> {
  const ready: ReadRow[] = [];
  const decoder = new TextDecoder("utf-8", { fatal: true });
  let lastIsSound = true;
  const splitter: RowSplitter = new RowSplitter(indexLimits.row, row => {
    const read = rowOf(row, decoder, splitter.inArray);
    lastIsSound = "row" in read;
    ready.push(read);
  });
  for await (const piece of pieces()) {
    splitter.push(piece);
    yield ready.splice(0);
  }
  const { closed, more } = splitter.end();
  const fault = (message: string, remedy: string) =>
    ready.push({ fault: message, remedy, kind: "file", line: null });
  // After a broken element, the missing bracket is not a second fault.
  if (!closed && lastIsSound)
    fault("The JSON array is not closed.", "The file may be incomplete: an array ends with ].");
  if (more)
    fault(
      "There is more text after the end of the JSON array.",
      "Put each row on a line of its own, or all rows into one array.",
    );
  yield ready;
}

function rowOf(
  { bytes, line }: RowBytes,
  decoder: InstanceType<typeof TextDecoder>,
  inArray: boolean,
): ReadRow {
  const broken = (fault: string, remedy: string): ReadRow => ({ fault, remedy, kind: "broken", line });
  if (bytes === null)
    return broken(
      `Line ${line} is longer than ${indexLimits.row / 2 ** 20} MB, too long for an example.`,
      "Put each row on a line of its own, or remove this one.",
    );
  if (bytes.includes(0))
    return broken(
      `Line ${line} has a zero byte: the file is damaged or not text.`,
      "Create the file again from its source, as UTF-8 text.",
    );
  let text: string;
  try {
    text = decoder.decode(bytes);
  } catch {
    return broken(`Line ${line} is not UTF-8.`, "Save the file as UTF-8.");
  }
  // White space around an array element does not belong to it.
  const parsed = parseRow(inArray ? text.trim() : text.trimEnd(), inArray, expected);
  return "value" in parsed
    ? { row: parsed.value, line }
    : broken(`Line ${line}: ${parsed.message}`, parsed.remedy);
}
