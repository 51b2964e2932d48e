// Steps of one way through a window.
import { it } from "node:test";
import type { Workbench } from "./workbench.ts";

type Step = (name: string, work: () => Promise<void>) => void;

/**
 * Each step goes on where the one before ended, in the same window: none makes sense after a failure.
 * @param picture Name of the screenshot that a failure leaves.
 */
export function stepsIn(workbench: () => Workbench, picture: string): Step {
  let broken = false;
  return (name, work) => {
    it(name, async context => {
      if (broken) {
        context.skip("an earlier step failed");
        return;
      }
      try {
        await work();
      } catch (error) {
        broken = true;
        console.error(`The window: ${await workbench().screenshot(picture)}`);
        throw error;
      }
    });
  };
}
