// A slider over whole numbers, finer for small ones, that reports moves and the final value separately.
import { h } from "./dom.ts";

export interface SliderOptions {
  readonly label: string;
  readonly testId?: string;
  /** Called during a move, and once at rest: after releasing the thumb, or shortly after the last key. */
  readonly moved: (value: number, resting: boolean) => void;
}

export interface Slider {
  readonly element: HTMLInputElement;
  /** @param text Read by screen readers instead of the value. */
  update(value: number, most: number, text: string): void;
  disable(disabled: boolean): void;
}

/** Number of thumb positions. */
const sliderPlaces = 1_000;
/**
 * Time in milliseconds after the last key at which a slider is at rest; less would make every key an undo
 * step.
 */
const restMs = 600;
/** Share of the whole by which Page Up and Page Down, or Shift with an arrow, move the thumb. */
const bigStep = 0.05;

/**
 * Slider from 0 to `most` in whole numbers. The thumb's position is the square root of the value, so that
 * small values can be set as finely as large ones. The browser's own control, since the toolkit has none.
 */
export function slider(options: SliderOptions): Slider {
  const input = h("input", {
    type: "range",
    min: "0",
    max: String(sliderPlaces),
    step: "1",
    class: "slider",
    "aria-label": options.label,
    "data-focus": options.testId ?? options.label,
    ...(options.testId === undefined ? {} : { "data-testid": options.testId }),
  });
  let value = 0;
  let most = 1;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const rest = () => {
    if (timer === undefined) return;
    clearTimeout(timer);
    timer = undefined;
    options.moved(value, true);
  };
  const fill = () => input.style.setProperty("--fill", `${(100 * input.valueAsNumber) / sliderPlaces}%`);
  const place = () => {
    input.value = String(Math.round(sliderPlaces * Math.sqrt(Math.min(1, value / Math.max(1, most)))));
    fill();
  };
  input.addEventListener("input", () => {
    value = Math.round(most * (input.valueAsNumber / sliderPlaces) ** 2);
    fill();
    options.moved(value, false);
  });
  input.addEventListener("change", () => options.moved(value, true));
  input.addEventListener("focusout", rest);
  input.addEventListener("keydown", event => {
    const by = keyStep(event, value, most);
    if (event.key === "Enter") rest();
    if (by === null) return;
    event.preventDefault();
    value = Math.min(most, Math.max(0, value + by));
    place();
    clearTimeout(timer);
    timer = setTimeout(rest, restMs);
    options.moved(value, false);
  });
  return {
    element: input,
    update(next, nextMost, text) {
      input.setAttribute("aria-valuetext", text);
      if (next === value && nextMost === most) return;
      value = next;
      most = nextMost;
      place();
    },
    disable: disabled => {
      input.disabled = disabled;
    },
  };
}

/** Value after a key press; null for keys that do not move the slider. */
function keyStep({ key, shiftKey }: KeyboardEvent, value: number, most: number): number | null {
  const big = Math.max(1, Math.round(most * bigStep));
  switch (key) {
    case "ArrowRight":
    case "ArrowUp":
      return shiftKey ? big : 1;
    case "ArrowLeft":
    case "ArrowDown":
      return shiftKey ? -big : -1;
    case "PageUp":
      return big;
    case "PageDown":
      return -big;
    case "Home":
      return -value;
    case "End":
      return most - value;
    default:
      return null;
  }
}
