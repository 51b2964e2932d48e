// A slider over whole numbers, finer for small ones, that reports moves and the final value separately.
import { h } from "./dom.ts";

export interface SliderOptions {
  readonly label: string;
  readonly testId?: string;
  /** While it moves, and once when it rests: after letting go, or a moment after the last key. */
  readonly moved: (value: number, resting: boolean) => void;
}

export interface Slider {
  readonly element: HTMLInputElement;
  /** `text` is read by screen readers instead of the value. */
  update(value: number, most: number, text: string): void;
  disable(disabled: boolean): void;
}

/** Places of the thumb. */
const sliderPlaces = 1_000;
/** A slider is at rest this long after the last key: less would make an undo step of every one. */
const restMs = 600;
/** Part of the whole that Page Up and Page Down, or an arrow with Shift, move. */
const bigStep = 0.05;

/**
 * A slider from 0 to `most` in whole numbers, whose thumb stands at the square root: few among many can be set as
 * finely as many. The toolkit has no slider; this is the browser's own.
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

/** How far a key moves a slider; null: another key. */
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
