// Describes what a run chose by its loss on development data: the learning rate, and the step that it kept.
import { defaultEarlyStopping } from "../mixture/defaults.ts";
import { describeStop } from "./earlyStop.ts";
import { describeChoice } from "./learningRateChoice.ts";
import type { RunRecord } from "./runRecord.ts";

/** A sentence or two for each choice, in the order in which they were made. */
export function choicesOf({
  configuration,
  learningRateChoice,
  earlyStop,
}: Pick<RunRecord, "configuration" | "learningRateChoice" | "earlyStop">): string[] {
  const rule = configuration.train?.earlyStopping ?? defaultEarlyStopping;
  return [
    ...(learningRateChoice == null ? [] : [describeChoice(learningRateChoice)]),
    ...(earlyStop == null ? [] : [describeStop(earlyStop, rule)]),
  ];
}
