// Judges all instructions of a row by the strict and the loose criterion.
import { followsInstruction, type InstructionContext } from "./followsInstruction.ts";
import { inflectedForm } from "./keywords.ts";
import type { Instruction, InstructionId } from "./kinds.ts";

/** Result of one instruction, as stored in a sample. */
export interface InstructionResult {
  readonly id: InstructionId;
  readonly strict: boolean;
  readonly loose: boolean;
  /** Word that may be an inflected form of a missed keyword, or of a forbidden one. */
  readonly inflected?: string;
}

/**
 * Returns the eight variants of the loose criterion: the response as it is, and without its first line, its
 * last line or both, each with and without asterisks. The response passes if one of them follows.
 */
export function looseVariants(response: string): string[] {
  const lines = response.split("\n");
  const cut = [lines.slice(1), lines.slice(0, -1), lines.slice(1, -1)].map(part => part.join("\n").trim());
  const variants = [response, ...cut];
  return [...variants, ...variants.map(variant => variant.replaceAll("*", ""))];
}

export function checkInstructions(
  response: string,
  instructions: readonly Instruction[],
  context: InstructionContext,
): InstructionResult[] {
  // Most variants are equal to the response if it has one line or no asterisk.
  const variants = [...new Set(looseVariants(response))].filter(variant => variant !== response);
  return instructions.map(instruction => {
    const strict = followsInstruction(response, instruction, context);
    const loose = strict || variants.some(variant => followsInstruction(variant, instruction, context));
    const inflected = inflectedIn(response, instruction, strict, context.language);
    return { id: instruction.id, strict, loose, ...(inflected === null ? {} : { inflected }) };
  });
}

function inflectedIn(
  response: string,
  instruction: Instruction,
  followed: boolean,
  language: string,
): string | null {
  const firstOf = (keywords: readonly string[]): string | null => {
    for (const keyword of keywords) {
      const found = inflectedForm(response, keyword, language);
      if (found !== null) return found;
    }
    return null;
  };
  if (instruction.id === "keywords:existence" && !followed) return firstOf(instruction.kwargs.keywords);
  if (instruction.id === "keywords:frequency" && !followed) return firstOf([instruction.kwargs.keyword]);
  if (instruction.id === "keywords:forbidden_words" && followed)
    return firstOf(instruction.kwargs.forbidden_words);
  return null;
}
