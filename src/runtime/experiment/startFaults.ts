// Checks that the adapter in `train.lora.from` fits the model and the settings.
import type { Diagnostic } from "../../common/diagnostic.ts";
import { humanErrorOf } from "../../common/systemErrors.ts";
import type { ParsedMixtureFile } from "../../core/mixtureFile/parse.ts";
import type { ModelFolder } from "../model/modelFolder.ts";
import { openStart, startFolder } from "../train/adapterStart.ts";

export function startFaults(
  { file, locate }: Pick<ParsedMixtureFile, "file" | "locate">,
  model: Pick<ModelFolder, "name" | "config">,
  mixtureFile: string,
): Diagnostic[] {
  const folder = file === null ? null : startFolder(file.train, mixtureFile);
  if (file === null || folder === null) return [];
  try {
    openStart(folder, file.train, model);
    return [];
  } catch (error) {
    const fault = humanErrorOf(error);
    if (fault === null) throw error;
    const { message, remedy } = fault;
    const range = locate(["train", "lora", "from"]);
    return [{ severity: "error", code: "model", message, remedy, range }];
  }
}
