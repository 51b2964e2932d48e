// The editor's colours for canvas drawings, and an event for theme changes.

export interface Theme {
  readonly foreground: string;
  readonly muted: string;
  readonly background: string;
  /** Grid lines behind a chart, as options for chart.js. */
  readonly grid: { readonly color: string; readonly lineWidth: number };
  readonly focus: string;
  readonly font: string;
  readonly fontSize: number;
  readonly highContrast: boolean;
  readonly light: boolean;
  readonly charts: {
    readonly blue: string;
    readonly green: string;
    readonly yellow: string;
    readonly red: string;
    readonly purple: string;
    readonly grey: string;
  };
}

export function readTheme(): Theme {
  const style = getComputedStyle(document.documentElement);
  const read = (name: string, fallback: string) => style.getPropertyValue(name).trim() || fallback;
  const highContrast =
    document.body.classList.contains("vscode-high-contrast") ||
    document.body.classList.contains("vscode-high-contrast-light");
  const light =
    document.body.classList.contains("vscode-light") ||
    document.body.classList.contains("vscode-high-contrast-light");
  const foreground = read("--vscode-foreground", "#cccccc");
  return {
    foreground,
    muted: highContrast ? foreground : read("--vscode-descriptionForeground", "#888888"),
    background: read("--vscode-editor-background", "#1e1e1e"),
    // In high contrast the border is as bright as the data: full lines would hide the intervals on top of
    // them.
    grid: {
      color: read("--vscode-editorWidget-border", "#88888844"),
      lineWidth: highContrast ? 0.4 : 1,
    },
    focus: read("--vscode-focusBorder", "#007fd4"),
    font: read("--vscode-font-family", "sans-serif"),
    fontSize: Number.parseFloat(read("--vscode-font-size", "13px")) || 13,
    highContrast,
    light,
    charts: {
      blue: read("--vscode-charts-blue", "#3794ff"),
      green: read("--vscode-charts-green", "#89d185"),
      yellow: read("--vscode-charts-yellow", "#cca700"),
      red: read("--vscode-charts-red", "#f14c4c"),
      purple: read("--vscode-charts-purple", "#b180d7"),
      grey: read("--vscode-disabledForeground", "#888888"),
    },
  };
}

/** Calls `changed` on each change of the colour theme. */
export function onThemeChange(changed: () => void): void {
  new MutationObserver(changed).observe(document.body, {
    attributes: true,
    attributeFilter: ["class", "data-vscode-theme-id"],
  });
}
