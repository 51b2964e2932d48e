// CSS of figures: for the report's page, and for files of their own that follow the reader's colour scheme.
import { type ColourScheme, divergingColour, heatColour, heatSteps } from "./heatColours.ts";

// Blue and orange are distinguishable with all kinds of colour blindness; shapes and dashes
// repeat the distinction.
const palettes: Readonly<Record<ColourScheme, string>> = {
  light:
    "--page:#fff;--ink:#1b1b1f;--quiet:#55565e;--rule:#d9dae0;--pale:#b4b6bf;--base:#1b1b1f;--seen:#0b6fb8;--unseen:#b85c00",
  dark: "--page:#16171b;--ink:#e9e9ee;--quiet:#aeb0ba;--rule:#3a3c45;--pale:#686b77;--base:#e9e9ee;--seen:#5db0f0;--unseen:#f0a532",
};

const rules = `
.fig{display:block;height:auto;max-width:100%;min-width:36rem}
.fig text{font:13px system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif;fill:var(--quiet)}
.fig text.title{font-size:16px;font-weight:600;fill:var(--ink)}
.fig text.label,.fig text.name{fill:var(--ink)}
.fig text.strong{fill:var(--ink);font-weight:600}
.fig text.small{font-size:11px}
.fig .grid{stroke:var(--rule);stroke-width:1}
.fig .axis{stroke:var(--quiet);stroke-width:1}
.fig .reference{stroke:var(--quiet);stroke-width:1.5;stroke-dasharray:6 4}
.fig .faint{fill:none;stroke:var(--quiet);stroke-width:1;stroke-opacity:.45}
.fig .leader{fill:none;stroke:var(--rule);stroke-width:1}
.fig .base{color:var(--base)}.fig .seen{color:var(--seen)}.fig .unseen{color:var(--unseen)}
.fig .trend{fill:none;stroke:currentColor;stroke-width:2.5}
.fig .base .trend{stroke-dasharray:2 4}.fig .unseen .trend{stroke-dasharray:9 4}
.fig .band{fill:currentColor;fill-opacity:.18}
.fig .whisker{fill:none;stroke:currentColor;stroke-width:1.5}
.fig .mark{fill:currentColor;stroke:var(--page);stroke-width:1.5}
.fig .open .mark{fill:var(--page);stroke:currentColor;stroke-width:1.5}
.fig .bar{fill:currentColor}.fig .pale{fill:var(--pale)}
.fig .ends{stroke:var(--ink);stroke-width:1.5;fill:none}
.fig .own{fill:none;stroke:var(--ink);stroke-width:2}
.fig .none{fill:none;stroke:var(--rule)}
`;

/** Returns the style for a page that defines the report's variables. */
export function figureStyle(): string {
  return `${rules}${colours("light")}\n@media screen and (prefers-color-scheme:dark){${colours("dark")}}`;
}

/**
 * Returns the style for a page whose colour scheme is known and that defines the variables
 * with its own colours.
 */
export function figureRules(scheme: ColourScheme): string {
  return `${rules}${colours(scheme)}`;
}

/**
 * Returns the figure as a file. It includes its style, and a background, since the viewer's
 * may be of the other scheme.
 */
export function standaloneFigure(svg: string): string {
  const style = `.fig{${palettes.light}}@media screen and (prefers-color-scheme:dark){.fig{${palettes.dark}}}${figureStyle()}.fig{min-width:0}`;
  const ground = '<rect width="100%" height="100%" style="fill:var(--page)"/>';
  return `${svg.replace("</desc>", end => `${end}\n<style>${style}</style>\n${ground}`)}\n`;
}

function colours(scheme: ColourScheme): string {
  const rule = (name: string, { background, text }: { background: string; text: string }): string =>
    `.fig .${name}{fill:${background}}.fig .${name}+text{fill:${text}}`;
  return Array.from({ length: heatSteps }, (_, step) =>
    [rule(`h${step}`, heatColour(step, scheme)), rule(`d${step}`, divergingColour(step, scheme))].join(""),
  ).join("\n");
}
