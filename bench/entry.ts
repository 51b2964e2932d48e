// How each program of the benchmark starts: what it throws is shown as a sentence with what to do.
import { HumanError } from "../src/common/errors.ts";

export function start(work: () => Promise<void>): void {
  work().catch((error: unknown) => {
    console.error(error instanceof HumanError ? `${error.message} ${error.remedy}` : error);
    process.exitCode = 1;
  });
}
