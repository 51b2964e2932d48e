// Computes studies, differences and reports over the samples of many runs, in a separate process.

import { HumanError, messageOf } from "../../common/errors.ts";
import { humanErrorOf } from "../../common/systemErrors.ts";
import type { RuntimeLauncher } from "../../platform/runtimeProcess.ts";
import type { HiddenParts } from "../../protocol/resultsView.ts";
import type { AnalyseRequest, Analysis } from "../../protocol/runtime.ts";
import type { ShownRuns } from "./panelState.ts";

/** @throws HumanError when the process ends or takes too long. */
export async function analyse(
  launch: RuntimeLauncher,
  { runs, experiment }: ShownRuns,
  request: Pick<AnalyseRequest, "wanted" | "metric" | "against" | "rows">,
  hidden: HiddenParts,
): Promise<Analysis> {
  const languages = [...new Set(runs.flatMap(({ metrics }) => Object.keys(metrics?.languages ?? {})))];
  const runtime = launch();
  try {
    return await runtime.call("pinch/analyse", {
      ...request,
      folders: runs.map(({ uri }) => uri.fsPath),
      ...(experiment.size > 0 && { experiment: [...experiment] }),
      languages: hidden.languages.length === 0 ? null : languages,
    });
  } catch (error) {
    const told = humanErrorOf(error);
    if (told !== null) throw told;
    throw new HumanError(`The analysis failed: ${messageOf(error)}`, {
      remedy: "See the log (Pinch: Show Log) for details, and try again.",
      kind: "run",
      cause: error,
    });
  } finally {
    await runtime.end();
  }
}
