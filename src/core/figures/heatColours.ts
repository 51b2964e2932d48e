// A perceptually uniform colour scale for heat maps, with readable text on every colour.

export interface HeatColour {
  /** Colour as `#rrggbb`. */
  readonly background: string;
  /** Black or white, whichever has more contrast: at least 4.5 to 1 on any background. */
  readonly text: string;
}

export type ColourScheme = "light" | "dark";

/** Number of steps of the scale, including both ends. */
export const heatSteps = 21;

// Ends of the scales in OKLCH. Lightness changes in equal steps, away from the page's background; the hue
// turns from yellow to blue so that neighbours differ in more than lightness.
const scales: Readonly<Record<ColourScheme, { low: Oklch; high: Oklch }>> = {
  light: { low: { l: 0.975, c: 0.03, h: 105 }, high: { l: 0.4, c: 0.14, h: 262 } },
  dark: { low: { l: 0.27, c: 0.05, h: 275 }, high: { l: 0.87, c: 0.14, h: 110 } },
};

// Scales around a neutral middle: orange below, blue above, distinguishable with common colour blindness; the
// further from the middle, the further from the page's background.
const divergingScales: Readonly<Record<ColourScheme, { low: Oklch; middle: Omit<Oklch, "h">; high: Oklch }>> =
  {
    light: {
      low: { l: 0.55, c: 0.15, h: 45 },
      middle: { l: 0.96, c: 0.004 },
      high: { l: 0.45, c: 0.15, h: 255 },
    },
    dark: {
      low: { l: 0.74, c: 0.15, h: 60 },
      middle: { l: 0.33, c: 0.004 },
      high: { l: 0.76, c: 0.12, h: 235 },
    },
  };

interface Oklch {
  readonly l: number;
  readonly c: number;
  readonly h: number; // degrees
}

/** Returns the colour of a step, from 0 (lowest) to `heatSteps` - 1. */
export function heatColour(step: number, scheme: ColourScheme): HeatColour {
  const { low, high } = scales[scheme];
  return between(low, high, step / (heatSteps - 1));
}

/**
 * Returns the colour of a step on the diverging scale, which is nearly colourless in the middle, at step
 * `(heatSteps - 1) / 2`.
 */
export function divergingColour(step: number, scheme: ColourScheme): HeatColour {
  const { low, middle, high } = divergingScales[scheme];
  const t = step / (heatSteps - 1);
  // Grey has no hue: each half keeps its own, since a path from orange through grey would pass green hues.
  return t < 0.5
    ? between(low, { ...middle, h: low.h }, 2 * t)
    : between({ ...middle, h: high.h }, high, 2 * t - 1);
}

/**
 * Interpolates between two colours.
 * @param share 0 for low, 1 for high
 */
function between(low: Oklch, high: Oklch, share: number): HeatColour {
  const t = Math.min(1, Math.max(0, share));
  const mix = (a: number, b: number): number => a + (b - a) * t;
  const rgb = toSrgb({ l: mix(low.l, high.l), c: mix(low.c, high.c), h: mix(low.h, high.h) });
  const luminance = relativeLuminance(rgb);
  const text = contrast(luminance, 0) >= contrast(luminance, 1) ? "#000000" : "#ffffff";
  return { background: hex(rgb), text };
}

/** Returns the step of a value between two ends, which may be given in either order. */
export function heatStep(value: number, lowest: number, highest: number): number {
  if (lowest === highest) return Math.floor(heatSteps / 2);
  const t = (value - lowest) / (highest - lowest);
  return Math.round(Math.min(1, Math.max(0, t)) * (heatSteps - 1));
}

/** Returns the WCAG 2 contrast ratio of two relative luminances. */
export function contrast(a: number, b: number): number {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

type Rgb = readonly [number, number, number]; // gamma-encoded, 0 to 1

export function relativeLuminance([r, g, b]: Rgb): number {
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

function linear(channel: number): number {
  return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
}

/** Converts to sRGB with Björn Ottosson's OKLab matrices, reducing chroma until the colour is in gamut. */
function toSrgb({ l, c, h }: Oklch): Rgb {
  for (let chroma = c; chroma > 0.001; chroma -= 0.002) {
    const rgb = linearSrgb(l, chroma, h);
    if (rgb.every(channel => channel >= -0.0005 && channel <= 1.0005)) return encoded(rgb);
  }
  return encoded(linearSrgb(l, 0, h));
}

function linearSrgb(l: number, c: number, h: number): Rgb {
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ];
}

function encoded([r, g, b]: Rgb): Rgb {
  const encode = (channel: number): number => {
    const inside = Math.min(1, Math.max(0, channel));
    return inside <= 0.0031308 ? 12.92 * inside : 1.055 * inside ** (1 / 2.4) - 0.055;
  };
  return [encode(r), encode(g), encode(b)];
}

function hex(rgb: Rgb): string {
  return `#${rgb
    .map(channel =>
      Math.round(channel * 255)
        .toString(16)
        .padStart(2, "0"),
    )
    .join("")}`;
}
