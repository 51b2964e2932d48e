// Translates errors of onnxruntime into what happened and which setting to lower.
import { HumanError, messageOf } from "../../common/errors.ts";

/** Activity of the runtime: loading a graph and its weights, or computing. */
export type Activity = "load" | "run";

/** Memory ran out while computing. */
export class MemoryRanOut extends HumanError {}

export type RuntimeFault = "memory" | "device lost" | "unsupported" | "other";

/**
 * Patterns of error messages in onnxruntime 1.30.0, taken from real ones; the first match counts. After a
 * failed allocation, WebGPU reports only an invalid buffer.
 */
const signs: readonly (readonly [Exclude<RuntimeFault, "other">, RegExp])[] = [
  [
    "device lost",
    /device (?:is |was )?lost|\[Device[^\]]*\] is lost|DEVICE_LOST|DEVICE_REMOVED|DEVICE_HUNG|Instance reference no longer exists|an illegal memory access|unspecified launch failure/i,
  ],
  [
    "memory",
    /failed to allocate|bad_alloc|bad allocation|out of memory|OUT_OF_DEVICE_MEMORY|OUT_OF_HOST_MEMORY|allocation size too large|larger than the max(?:imum)? (?:storage )?buffer|narrowing_error|\[Invalid Buffer[^\]]*\] is invalid due to a previous error/i,
  ],
  [
    "unsupported",
    /could not find an implementation|requires f16 but|no op registered for|not implemented|NOT_IMPLEMENTED|is not a registered function|Provider type for .* is not set|unsupported data type/i,
  ],
];

export function faultOf(message: string): RuntimeFault {
  return signs.find(([, sign]) => sign.test(message))?.[0] ?? "other";
}

/** Bytes of a failed allocation, if the message contains them. */
function requestedBytes(message: string): number | null {
  const match = /requested buffer of size (\d+)/.exec(message);
  return match === null ? null : Number(match[1]);
}

function nodeOf(message: string): string | null {
  const match = /(?:running|implementation for|registered for|Provider type for) ([A-Za-z0-9_]+)/.exec(
    message,
  );
  return match?.[1] ?? null;
}

/**
 * Returns an error that is complete in itself; its cause has the runtime's original message.
 * @param device One of `Device`.
 */
export function runtimeError(cause: unknown, activity: Activity, device: string): HumanError {
  const message = messageOf(cause);
  const place = device === "cpu" ? "memory" : `the memory of the device (${device})`;
  const elsewhere = device === "cpu" ? "" : ", or choose --device cpu";
  const failed = (text: string, remedy: string): HumanError =>
    new HumanError(text, { kind: "run", remedy, cause });
  switch (faultOf(message)) {
    case "memory": {
      const bytes = requestedBytes(message);
      const size = bytes === null ? "" : ` (${gibibytes(bytes)} at once)`;
      return activity === "load"
        ? failed(
            `The model does not fit into ${place}${size}.`,
            `Close other programs, or choose a smaller model${elsewhere}.`,
          )
        : new MemoryRanOut(`${capitalised(place)} ran out${size}.`, {
            kind: "run",
            remedy: `Lower train.batchTokens, then train.maxTokens in the mixture file (or close other programs${elsewhere}).`,
            cause,
          });
    }
    case "device lost":
      return failed(
        `The device (${device}) was lost: its driver was reset, or the machine slept.`,
        "Run again. If it happens again, lower train.batchTokens, or choose --device cpu.",
      );
    case "unsupported": {
      const node = nodeOf(message);
      return failed(
        `The device (${device}) can't compute this model${node === null ? "" : `: it has no ${node} for it`}.`,
        device === "cpu" ? "Report this with the log." : "Choose --device cpu, and report this with the log.",
      );
    }
    case "other":
      return failed(
        activity === "load"
          ? `The runtime could not load the graph: ${message}`
          : `The runtime failed while computing: ${message}`,
        device === "cpu" ? "Report this with the log." : "Report this with the log; try --device cpu.",
      );
  }
}

function gibibytes(bytes: number): string {
  return `${Number((bytes / 2 ** 30).toPrecision(3)).toLocaleString("en")} GiB`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
