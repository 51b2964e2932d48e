// Style sheet of the HTML report: dark and light, wide and narrow, without external files.
import { figureStyle } from "../figures/figureStyle.ts";
import { type ColourScheme, heatColour, heatSteps } from "../figures/heatColours.ts";

const palettes: Readonly<Record<ColourScheme, string>> = {
  light:
    "--page:#fff;--ink:#1b1b1f;--quiet:#55565e;--rule:#d9dae0;--pale:#b4b6bf;--panel:#f5f6f8;--link:#0b57a4;" +
    "--followed:#0b6fb8;--wrong-language:#e08a00;--wrong-answer:#9a9ca6;--unchecked:#9a9ca6;" +
    "--base:#1b1b1f;--seen:#0b6fb8;--unseen:#b85c00;",
  dark:
    "--page:#16171b;--ink:#e9e9ee;--quiet:#aeb0ba;--rule:#3a3c45;--pale:#686b77;--panel:#1f2026;--link:#84bdf5;" +
    "--followed:#4da3e6;--wrong-language:#f0a532;--wrong-answer:#787b87;--unchecked:#787b87;" +
    "--base:#e9e9ee;--seen:#5db0f0;--unseen:#f0a532;",
};

const rules = `
*{box-sizing:border-box}
html{color-scheme:light dark;background:var(--page);color:var(--ink);scroll-padding-top:1rem}
body{margin:0 auto;padding:1.5rem clamp(1rem,3vw,2.5rem) 4rem;max-width:1400px;
 font:16px/1.5 system-ui,"Segoe UI",Roboto,"Noto Sans",sans-serif}
h1{font-size:1.75rem;line-height:1.2;margin:.5rem 0 .25rem}
h2{font-size:1.25rem;margin:2.5rem 0 .25rem}
h3{font-size:1rem;margin:1.5rem 0 .5rem}
p{max-width:75ch;margin:.25rem 0 .75rem}
a{color:var(--link)}
.quiet,figcaption,caption,.note{color:var(--quiet)}
.note,figcaption{font-size:.875rem}
caption{text-align:start;font-size:.875rem;padding:0 0 .5rem;max-width:min(75ch,calc(100vw - 2.5rem))}
.scroll{overflow-x:auto;margin:.5rem 0 1rem;padding-bottom:.25rem}
.scroll:focus-visible,a:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px}
table{border-collapse:separate;border-spacing:2px;font-variant-numeric:tabular-nums}
th,td{padding:.3rem .55rem;text-align:end;font-weight:400;white-space:nowrap}
thead th{vertical-align:bottom;font-size:.875rem}
tbody th{text-align:start;font-weight:600;position:sticky;inset-inline-start:0;background:var(--page);z-index:1}
thead th:first-child{text-align:start;position:sticky;inset-inline-start:0;background:var(--page);z-index:1}
.plain td,.plain tbody th{border-bottom:1px solid var(--rule)}
.plain{border-spacing:0}
.plain thead th{white-space:normal}
.plain thead td{border:0}
.together{white-space:nowrap}
th b{display:block}
th small{color:var(--quiet);font-weight:400;font-size:.75rem}
.heat thead th:not(:first-child){text-align:center}
.heat td{position:relative;padding:0;min-width:4.4rem;text-align:center;border-radius:3px}
.heat td.none{color:var(--quiet);background:var(--panel)}
.heat td>a,.heat td>span.cell{display:block;padding:.35rem .3rem;color:inherit;text-decoration:none;border-radius:3px}
.heat td>a:hover{outline:2px solid var(--ink)}
.heat b{display:block;font-size:1rem;line-height:1.25}
.heat small{display:block;font-size:.75rem;line-height:1.25}
.heat .tuned{position:absolute;inset-block-start:.2rem;inset-inline-end:.3rem;width:5px;height:5px;border-radius:50%;background:currentColor}
.heat .gap{min-width:.75rem;padding:0}
.scale{display:flex;align-items:center;gap:.5rem;font-size:.875rem;color:var(--quiet);flex-wrap:wrap}
.scale span.bar{display:inline-flex}
.scale i{display:block;width:12px;height:12px}
.scale .dot{width:5px;height:5px;border-radius:50%;background:currentColor;display:inline-block}
.curve{display:block;width:100%;max-width:860px;min-width:600px;height:auto}
.curve text{font:12px system-ui,"Segoe UI",Roboto,sans-serif;fill:var(--quiet)}
.curve .label,.curve .end{fill:var(--ink)}
.curve .grid{stroke:var(--rule);stroke-width:1}
.curve .axis{stroke:var(--quiet);stroke-width:1}
.curve .series{color:var(--seen)}.curve .series.base{color:var(--base)}.curve .series.unseen{color:var(--unseen)}
.curve .line{fill:none;stroke:currentColor;stroke-width:2}
.curve .base .line{stroke-dasharray:2 4}.curve .unseen .line{stroke-dasharray:8 4}
.curve .whisker{fill:none;stroke:currentColor;stroke-width:1.5}
.curve .mark{fill:currentColor;stroke:var(--page);stroke-width:1.5}
.study{margin:1rem 0 .5rem}
.reading{max-width:75ch;margin:.5rem 0 1rem;padding-inline-start:1.25rem}
@media (min-width:70rem){.beside{display:grid;grid-template-columns:minmax(0,46rem) minmax(0,1fr);gap:0 2rem}.beside .reading{padding-top:3.5rem}}
.words td,.words th{text-align:start}
.words td{white-space:normal;overflow-wrap:anywhere}
.pair{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,30rem),1fr));gap:0 2.5rem}
.shares{display:flex;width:9rem;height:1rem;gap:1px;border-radius:2px;overflow:hidden}
.shares i{display:block;height:100%}
.followed{background:var(--followed)}.wrongLanguage{background:var(--wrong-language)}
.wrongAnswer{background:var(--wrong-answer)}.unchecked{background:var(--unchecked)}
i.key{display:inline-block;width:.7rem;height:.7rem;border-radius:2px;margin-inline-end:.35rem}
details{border-top:1px solid var(--rule)}
details>summary{cursor:pointer;padding:.4rem 0;font-weight:600}
details>summary span{font-weight:400;color:var(--quiet)}
details.inner{margin-inline-start:1rem}
details.inner:last-of-type{margin-bottom:1rem}
.samples{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,24rem),1fr));gap:.75rem;padding:0;
 margin:.25rem 0 1rem;list-style:none;scroll-margin-top:4rem}
.samples:target{outline:2px solid var(--link);outline-offset:6px;border-radius:4px}
.samples li{background:var(--panel);border-radius:6px;padding:.75rem .9rem;overflow-wrap:anywhere}
.samples dl{margin:0;display:grid;grid-template-columns:auto minmax(0,1fr);gap:.25rem .75rem}
.samples dt{color:var(--quiet);font-size:.8125rem;padding-top:.1rem}
.samples dd{margin:0;unicode-bidi:plaintext;white-space:pre-wrap;max-height:16rem;overflow:auto}
.verdict{display:block;font-size:.8125rem;margin:0 0 .5rem;color:var(--quiet)}
.verdict b{color:var(--ink)}
.facts{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:.15rem 1.25rem;margin:.75rem 0}
.facts dt{color:var(--quiet)}.facts dd{margin:0;overflow-wrap:anywhere}
@media (max-width:40rem){.facts{grid-template-columns:minmax(0,1fr)}.facts dd{margin-bottom:.4rem}
 tbody th{max-width:8rem;overflow-wrap:break-word;white-space:normal}.shares{width:6rem}th,td{padding-inline:.4rem}}
@media print{.scroll{overflow:visible}details{break-inside:avoid}}
`;

export function reportStyle(): string {
  return `:root{${palettes.light}}\n@media (prefers-color-scheme:dark){:root{${palettes.dark}}}${rules}${heatRules(
    "light",
  )}\n@media (prefers-color-scheme:dark){${heatRules("dark")}}${figureStyle()}`;
}

function heatRules(scheme: ColourScheme): string {
  return Array.from({ length: heatSteps }, (_, step) => {
    const { background, text } = heatColour(step, scheme);
    return `.h${step}{background:${background};color:${text}}`;
  }).join("\n");
}
