// Value with an interval, the result of every statistic of scores.

/** A score with its 95 % interval: rates are 0 to 1, `nll` is per token in nats, as is `nllPerCharacter`. */
export interface MetricValue {
  readonly value: number;
  readonly n: number;
  readonly interval: readonly [number, number];
}
