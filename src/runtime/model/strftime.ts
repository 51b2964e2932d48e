// Fixed date for templates that print one: today's would make equal runs differ.

/** 26 July 2024, a Friday, at noon: the default in Llama's templates. */
const fixed: Readonly<Record<string, string>> = {
  a: "Fri",
  A: "Friday",
  b: "Jul",
  B: "July",
  c: "Fri Jul 26 12:00:00 2024",
  C: "20",
  d: "26",
  D: "07/26/24",
  e: "26",
  f: "000000",
  F: "2024-07-26",
  g: "24",
  G: "2024",
  h: "Jul",
  H: "12",
  I: "12",
  j: "208",
  k: "12",
  l: "12",
  m: "07",
  M: "00",
  n: "\n",
  p: "PM",
  P: "pm",
  r: "12:00:00 PM",
  R: "12:00",
  s: "1721995200",
  S: "00",
  t: "\t",
  T: "12:00:00",
  u: "5",
  U: "29",
  V: "30",
  w: "5",
  W: "30",
  x: "07/26/24",
  X: "12:00:00",
  y: "24",
  Y: "2024",
  z: "",
  Z: "",
  "%": "%",
};

/**
 * Python's `strftime`, including `%-d` for a number without leading zeros. Unknown codes are left as they
 * are.
 */
export function formatFixedDate(format: unknown): string {
  return String(format).replace(/%(-?)([a-zA-Z%])/g, (written, bare: string, directive: string) => {
    const value = fixed[directive];
    if (value === undefined) return written;
    return bare === "" ? value : value.replace(/^0+(?=\d)/, "");
  });
}
