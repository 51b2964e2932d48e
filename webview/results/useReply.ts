// A request to the host as part of a component: the newest reply, asked for again when the query changes.
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { ResultsHostCalls } from "../../src/protocol/resultsView.ts";
import type { Payload, Reply } from "../../src/protocol/viewCalls.ts";
import { Newest } from "../shared/newest.ts";
import { host } from "./store.ts";

interface Replied<Query, Value> {
  /** Query and scope to which value or fault belongs: earlier ones while the host is busy. */
  readonly query: Query | null;
  readonly scope: unknown;
  /** Null before the first reply, and after a request that failed. */
  readonly value: Value | null;
  readonly fault: string | null;
}

/** Time limit in milliseconds for what takes long: reading the samples of all runs, or asking the user. */
export const longMs = 3_600_000;

/**
 * @param query Null to ask nothing now.
 * @param scope Asks again when it changes: what the reply depends on except the query.
 * @returns The newest reply, and a function that lets the reply to another request take its place.
 */
export function useReply<Kind extends keyof ResultsHostCalls & string>(
  kind: Kind,
  query: Payload<ResultsHostCalls, Kind> | null,
  scope: unknown,
  milliseconds?: number,
) {
  type Value = NonNullable<Reply<ResultsHostCalls, Kind>>;
  type State = Replied<Payload<ResultsHostCalls, Kind>, Value>;
  const [state, setState] = useState<State>({ query: null, scope: null, value: null, fault: null });
  const [requests] = useState(() => new Newest());
  const asked = useRef<{ key?: string; scope: unknown }>({ scope: null });
  const take = (reply: Promise<Reply<ResultsHostCalls, Kind>>) =>
    requests.take(reply, {
      // Null means that there is nothing, or something newer.
      done: value => {
        if (value != null) setState({ query, scope, value: value as Value, fault: null });
      },
      failed: fault => setState({ query, scope, value: null, fault }),
    });
  useLayoutEffect(() => {
    const key = JSON.stringify([query]);
    if (query === null || (asked.current.key === key && asked.current.scope === scope)) return;
    asked.current = { key, scope };
    take(host.request(kind, query, milliseconds));
  });
  useLayoutEffect(() => () => requests.drop(), []);
  return [state, take] as const;
}
