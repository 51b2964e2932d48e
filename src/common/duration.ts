// Formats durations for readers.

/**
 * `50 s`, `1 min 20 s`, `2 h 5 min`: at most two units, rounded up so that it does not show 0 s too early.
 */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return joined(minutes, "min", minutes < 10 ? whole % 60 : 0, "s");
  return joined(Math.floor(minutes / 60), "h", minutes % 60, "min");
}

function joined(first: number, firstUnit: string, second: number, secondUnit: string): string {
  return second === 0 ? `${first} ${firstUnit}` : `${first} ${firstUnit} ${second} ${secondUnit}`;
}
