// Outputs of a run as a text document: every prompt with what the model wrote, hidden characters named.

import { visibleText } from "../../common/visibleText.ts";
import { displayName } from "../language/tags.ts";
import { outcomeWords } from "../records/outcomeWords.ts";
import type { SampleRecord } from "../records/records.ts";

/** The same prompts give the same lines but for what was written, so that two documents can be compared. */
export function outputText(samples: readonly SampleRecord[]): string {
  return samples
    .map(sample => {
      const written =
        sample.languageCorrect === false ? `, written in ${displayName(sample.responseLanguage)}` : "";
      return [
        `# ${visibleText(sample.id)} (${displayName(sample.language)})`,
        visibleText(sample.prompt),
        "",
        `> ${outcomeWords[sample.outcome]}${written}`,
        visibleText(sample.response),
        "",
      ].join("\n");
    })
    .join("\n");
}
