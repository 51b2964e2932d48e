// Instructions that are undefined in some languages, with the reason.
import { displayName } from "../language/tags.ts";
import type { Instruction } from "./kinds.ts";
import { hasCase, marksSentences, primarySubtag } from "./writingSystem.ts";

/** Returns why the instruction is meaningless in this language; null if it can be checked. */
export function refusalOf(instruction: Instruction, language: string): string | null {
  const name = displayName(language);
  switch (instruction.id) {
    case "change_case:capital_word_frequency":
    case "change_case:english_capital":
    case "change_case:english_lowercase":
      return hasCase(language) ? null : `${name} has no capital and small letters.`;
    case "length_constraints:number_sentences":
      return marksSentences(language) ? null : `${name} has no mark that ends a sentence.`;
    case "detectable_format:constrained_response":
      if (instruction.kwargs.options !== undefined || primarySubtag(language) === "en") return null;
      return `The published options are English sentences: give those of the prompt in ${name} as "options" in kwargs.`;
    default:
      return null;
  }
}
