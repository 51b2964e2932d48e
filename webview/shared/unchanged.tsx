// Rendering limited to what a message changed.
import { Component, type ComponentType } from "preact";
import { useRef } from "preact/hooks";

/**
 * Returns `now` with every part that equals the same part of `before` replaced by it, so that components can
 * compare by reference. Both are JSON data.
 */
export function keepUnchanged<Value>(before: unknown, now: Value): Value;
export function keepUnchanged(before: unknown, now: unknown): unknown {
  if (before === now) return now;
  if (!isComposite(before) || !isComposite(now) || Array.isArray(before) !== Array.isArray(now)) return now;
  const [oldKeys, keys] = [Object.keys(before), Object.keys(now)];
  const parts = keys.map((key): [string, unknown] => [key, keepUnchanged(before[key], now[key])]);
  // The order of keys counts: it is the order of languages.
  const same =
    oldKeys.length === keys.length &&
    parts.every(([key, part], at) => oldKeys[at] === key && before[key] === part);
  if (same) return before;
  return Array.isArray(now) ? parts.map(([, part]) => part) : Object.fromEntries(parts);
}

function isComposite(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

/** Returns `now` with the parts that equal those of the previous rendering replaced by them. */
export function useUnchanged<Value>(now: Value): Value {
  const kept = useRef<Value | undefined>(undefined);
  kept.current = keepUnchanged(kept.current, now);
  return kept.current;
}

/** A component that is rendered again only if one of its properties is another value. */
export function memo<Props extends object>(Inner: ComponentType<Props>): ComponentType<Props> {
  return class extends Component<Props> {
    override shouldComponentUpdate(next: Props): boolean {
      const names = Object.keys({ ...this.props, ...next }) as (keyof Props)[];
      return names.some(name => this.props[name] !== next[name]);
    }

    override render() {
      return <Inner {...(this.props as Props)} />;
    }
  };
}
