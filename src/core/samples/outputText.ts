// Writes a run's outputs as a text document: every prompt with its response, hidden characters named.

import { visibleText } from "../../common/visibleText.ts";
import { displayName } from "../language/tags.ts";
import { outcomeWords } from "../records/outcomeWords.ts";
import type { SampleRecord } from "../records/records.ts";

/** Equal prompts give equal lines except for the responses, so that two documents can be diffed. */
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
