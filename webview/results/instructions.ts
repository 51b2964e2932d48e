// The result of each instruction of a prompt: followed, followed by the loose criterion only, or not
// followed.

import type { InstructionResult } from "../../src/core/ifeval/checkInstructions.ts";
import { instructionName } from "../../src/core/ifeval/instructionNames.ts";
import type { SampleRecord } from "../../src/core/records/records.ts";
import { h } from "../shared/dom.ts";

type Kept = "strict" | "loose" | "missed";

const words: Record<Kept, { readonly label: string; readonly icon: string }> = {
  strict: { label: "followed", icon: "pass" },
  loose: {
    label: "followed only loosely (without its first or last line, or without asterisks)",
    icon: "warning",
  },
  missed: { label: "not followed", icon: "error" },
};

/** Returns null if the prompt has no instructions. */
export function instructionsPart({ instructions, language }: SampleRecord): HTMLElement | null {
  if (instructions === undefined || instructions.length === 0) return null;
  return h(
    "div",
    { class: "part" },
    h("span", { class: "part-label" }, "Instructions"),
    h("ul", { class: "instructions" }, ...instructions.map(result => item(result, language))),
  );
}

function item(result: InstructionResult, language: string): HTMLElement {
  const kept: Kept = result.strict ? "strict" : result.loose ? "loose" : "missed";
  const { label, icon } = words[kept];
  return h(
    "li",
    { class: "instruction", title: result.id },
    h("span", { class: `codicon codicon-${icon} kept kept-${kept}`, "aria-hidden": "true" }),
    h(
      "span",
      {},
      `${instructionName(result.id)}: ${label}`,
      ...(result.inflected === undefined ? [] : inflected(result, result.inflected, language)),
    ),
  );
}

/** Note that a word form should be checked by a person, because it was matched by its letters alone. */
function inflected({ strict }: InstructionResult, word: string, language: string): (HTMLElement | string)[] {
  const of = strict ? "a forbidden word" : "a keyword";
  return ["; “", h("bdi", { lang: language }, word), `” may be another form of ${of}`];
}
