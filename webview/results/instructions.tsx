// The result of each instruction of a prompt: followed, followed by the loose criterion only, or not
// followed.

import type { InstructionResult } from "../../src/core/ifeval/checkInstructions.ts";
import { instructionName } from "../../src/core/ifeval/instructionNames.ts";
import type { SampleRecord } from "../../src/core/records/records.ts";
import { Icon } from "../shared/controls.tsx";

type Kept = "strict" | "loose" | "missed";

const words: Record<Kept, { readonly label: string; readonly icon: string }> = {
  strict: { label: "followed", icon: "pass" },
  loose: {
    label: "followed only loosely (without its first or last line, or without asterisks)",
    icon: "warning",
  },
  missed: { label: "not followed", icon: "error" },
};

/** Empty if the prompt has no instructions. */
export function Instructions({ sample: { instructions = [], language } }: { readonly sample: SampleRecord }) {
  if (instructions.length === 0) return null;
  return (
    <div class="part">
      <span class="part-label">Instructions</span>
      <ul class="instructions">
        {instructions.map((result, i) => (
          <Instruction key={i} result={result} language={language} />
        ))}
      </ul>
    </div>
  );
}

interface InstructionProps {
  readonly result: InstructionResult;
  readonly language: string;
}

function Instruction({ result: { id, strict, loose, inflected }, language }: InstructionProps) {
  const kept: Kept = strict ? "strict" : loose ? "loose" : "missed";
  const { label, icon } = words[kept];
  return (
    <li class="instruction" title={id}>
      <Icon name={icon} class={`kept kept-${kept}`} />
      <span>
        {instructionName(id)}: {label}
        {/* A person should check a word form that was matched by its letters alone. */}
        {inflected === undefined ? null : (
          <>
            ; “<bdi lang={language}>{inflected}</bdi>” may be another form of{" "}
            {strict ? "a forbidden word" : "a keyword"}
          </>
        )}
      </span>
    </li>
  );
}
