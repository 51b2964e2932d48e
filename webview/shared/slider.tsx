// A slider over whole numbers, finer for small ones, that reports moves and the final value separately.
import { useRef } from "preact/hooks";

interface SliderProps {
  readonly label: string;
  readonly testId?: string;
  readonly value: number;
  /** Maximum value. */
  readonly most: number;
  /** Read by screen readers instead of the value. */
  readonly text: string;
  readonly disabled: boolean;
  /** Called during a move, and once at rest: after releasing the thumb, or shortly after the last key. */
  readonly moved: (value: number, resting: boolean) => void;
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
export function Slider(props: SliderProps) {
  const { label, testId, value, most, text, disabled } = props;
  const latest = useRef(props);
  latest.current = props;
  /** The value that was last asked for, and the place of the thumb if it was dragged. */
  const asked = useRef({ value, place: Number.NaN });
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const rest = () => {
    if (timer.current === undefined) return;
    clearTimeout(timer.current);
    timer.current = undefined;
    latest.current.moved(asked.current.value, true);
  };
  // Several places have the same small value.
  const { place: last } = asked.current;
  const place =
    valueAt(last, most) === value
      ? last
      : Math.round(sliderPlaces * Math.sqrt(Math.min(1, value / Math.max(1, most))));
  return (
    <input
      type="range"
      class="slider"
      min={0}
      max={sliderPlaces}
      step={1}
      value={place}
      disabled={disabled}
      style={{ "--fill": `${(100 * place) / sliderPlaces}%` }}
      aria-label={label}
      aria-valuetext={text}
      data-testid={testId}
      onInput={({ currentTarget }) => {
        const at = currentTarget.valueAsNumber;
        asked.current = { value: valueAt(at, most), place: at };
        props.moved(asked.current.value, false);
      }}
      onChange={() => props.moved(asked.current.value, true)}
      onFocusOut={rest}
      onKeyDown={event => {
        if (event.key === "Enter") rest();
        const by = keyStep(event, value, most);
        if (by === null) return;
        event.preventDefault();
        asked.current = { value: Math.min(most, Math.max(0, value + by)), place: Number.NaN };
        clearTimeout(timer.current);
        timer.current = setTimeout(rest, restMs);
        props.moved(asked.current.value, false);
      }}
    />
  );
}

function valueAt(place: number, most: number): number {
  return Math.round(most * (place / sliderPlaces) ** 2);
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
