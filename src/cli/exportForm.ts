// Options of `export` and `push` that say in which form a tuned model is written.
import { HumanError } from "../common/errors.ts";
import type { ExportFormat, ExportRequest, GgufDtype } from "../protocol/runtime.ts";
import type { Arguments } from "./arguments.ts";

const formats: readonly string[] = ["adapter", "merged", "gguf", "gguf-adapter"] satisfies ExportFormat[];
const dtypes: readonly string[] = ["float16", "bfloat16", "float32", "q8_0"] satisfies GgufDtype[];

function isFormat(value: string): value is ExportFormat {
  return formats.includes(value);
}

function isDtype(value: string): value is GgufDtype {
  return dtypes.includes(value);
}

/** @param others Further formats to name in a refusal. @throws HumanError for an unknown value */
export function exportForm(
  { format, dtype, text }: Arguments,
  others: readonly string[] = [],
): Pick<ExportRequest, "format" | "dtype" | "base"> {
  if (!isFormat(format))
    throw new HumanError(`Unknown format "${format}".`, {
      remedy: `Choose one of ${[...formats, ...others].join(", ")}.`,
    });
  if (dtype !== null && !isDtype(dtype))
    throw new HumanError(`Unknown dtype "${dtype}".`, { remedy: `Choose one of ${dtypes.join(", ")}.` });
  const base = text("base");
  return { format, dtype, ...(base !== null && { base }) };
}
