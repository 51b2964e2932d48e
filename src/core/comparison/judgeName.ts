// Describes a judge for readers: its model, its prompt and the language in which it is asked.
import { shownName } from "../../common/shownName.ts";
import type { JudgeIdentity } from "../records/comparison.ts";

/** Returns a description such as `rule judge` or `judge a-model, prompt v1 in English`. */
export function judgeName({ kind, model, promptVersion, promptLanguage, members }: JudgeIdentity): string {
  if (members !== undefined) return `panel of ${members.length} (${members.map(judgeName).join("; ")})`;
  if (kind === "rule")
    return promptVersion === "" ? "earlier rule judge (checks before language)" : "rule judge";
  const prompt = promptVersion === "" ? "" : `, prompt ${promptVersion}`;
  const language = promptLanguage === "en" ? " in English" : " in the language of each pair";
  return `judge ${shownName(model ?? kind)}${prompt}${language}`;
}
