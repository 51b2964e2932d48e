// The list of samples, drawn near the window only, with the legend of what is marked in it.
import { render } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { messageOf } from "../../src/common/errors.ts";
import type {
  ResultsHostCalls,
  SampleRating,
  SampleRatings,
  SampleRow,
  SamplesQuery,
} from "../../src/protocol/resultsView.ts";
import { VirtualList } from "../shared/virtualList.ts";
import { ForeignLegend, markedLanguages } from "./foreignText.tsx";
import { SampleItem } from "./sampleItem.tsx";
import { host } from "./store.ts";

interface ListProps {
  readonly query: SamplesQuery;
  /** A new object fills the list anew. */
  readonly result: NonNullable<ReturnType<ResultsHostCalls["samples"]>>;
  /** Names of the runs: the main one, then those shown next to it. */
  readonly names: readonly string[];
  readonly ratings: SampleRatings | null;
  readonly rate: (rating: SampleRating) => void;
  /** @param message Text for users. */
  readonly failed: (message: string) => void;
}

export function SampleList(props: ListProps) {
  const { result, names, ratings } = props;
  const place = useRef<HTMLDivElement>(null);
  const list = useRef<VirtualList<SampleRow>>(null);
  const now = useRef(props);
  now.current = props;
  /** Languages of marked parts in the rows received so far. */
  const [marked, setMarked] = useState<readonly string[]>([]);
  const fill = (from: number, rows: readonly SampleRow[]) => {
    list.current?.fill(from, rows);
    // Next to other runs the marks show differences, not foreign text.
    if (now.current.names.length > 1) return;
    const found = rows.flatMap(({ sample }) => (sample === null ? [] : markedLanguages(sample)));
    setMarked(before =>
      found.every(tag => before.includes(tag)) ? before : [...new Set([...before, ...found])],
    );
  };
  const want = (from: number, count: number) => {
    const { query, result: wanted } = now.current;
    const isCurrent = () => now.current.result === wanted;
    host.request("sampleRows", { query, from, count }).then(
      rows => {
        if (rows !== null && isCurrent()) fill(from, rows);
      },
      (error: unknown) => {
        if (isCurrent()) now.current.failed(messageOf(error));
      },
    );
  };
  useLayoutEffect(() => {
    const made = new VirtualList<SampleRow>({
      label: "Samples",
      draw: (row, element) => drawItem(row, element, now.current),
      want,
    });
    list.current = made;
    place.current?.append(made.element);
    return () => made.dispose();
  }, []);
  useLayoutEffect(() => {
    setMarked(before => (before.length === 0 ? before : []));
    list.current?.reset(result.found.total);
    fill(0, result.rows);
  }, [result]);
  useLayoutEffect(() => list.current?.redraw(), [ratings, names.join("\n")]);
  return (
    <>
      {marked.length === 0 ? null : <ForeignLegend languages={marked} />}
      <div ref={place} />
    </>
  );
}

function drawItem(row: SampleRow, element: HTMLElement, { query, names, ratings, rate }: ListProps): void {
  const { sample, beside } = row;
  const isRated = sample !== null && beside.length === 1 && beside[0] !== null;
  if (sample !== null) element.dataset.id = sample.id;
  const own = ratings?.own.find(each => each.id === sample?.id && each.language === sample.language);
  render(
    <SampleItem
      row={row}
      names={names}
      everyLanguage={query.language === null}
      picked={own?.picked ?? null}
      rate={isRated ? picked => rate({ language: sample.language, id: sample.id, picked }) : null}
    />,
    element,
  );
}
