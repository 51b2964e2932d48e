// Entry point of each benchmark program: shows errors as a sentence with a remedy.
import { HumanError } from "../src/common/errors.ts";

export function start(work: () => Promise<void>): void {
  work().catch((error: unknown) => {
    console.error(error instanceof HumanError ? `${error.message} ${error.remedy}` : error);
    process.exitCode = 1;
  });
}
