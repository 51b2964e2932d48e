// Reads the tensors of a file under other names than it gives them.
import { HumanError } from "../../common/errors.ts";
import type { TensorNames } from "../../graph/nn/architectures/architecture.ts";
import type { SafetensorsFile } from "./safetensors.ts";

/** @throws HumanError if two tensors get the same name */
export function renamedTensors(file: SafetensorsFile, names: TensorNames): SafetensorsFile {
  const entries = new Map<string, NonNullable<ReturnType<SafetensorsFile["entries"]["get"]>>>();
  for (const [stored, entry] of file.entries) {
    const name = names.reduce((text, [pattern, instead]) => text.replace(pattern, instead), stored);
    if (entries.has(name))
      throw new HumanError(`${file.path} holds the weights of two text models: ${stored} and ${name}.`, {
        remedy: "Choose the folder of one model.",
      });
    entries.set(name, entry);
  }
  return { ...file, entries };
}
