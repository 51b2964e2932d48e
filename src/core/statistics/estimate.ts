// A value with its interval: what every statistic of scores comes to.

/** A score with its 95 % interval; rates are 0 to 1, `nll` is nats per token, `nllPerCharacter` per character. */
export interface MetricValue {
  readonly value: number;
  readonly n: number;
  readonly interval: readonly [number, number];
}
