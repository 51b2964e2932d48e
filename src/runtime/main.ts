// Entry of the runtime process, forked by the extension host and by the command line.
import { answerProbe, probeArgument } from "./recipes/deviceProbe.ts";
import { serve } from "./serve.ts";

const [, , argument, device] = process.argv;

if (argument === probeArgument && device !== undefined) {
  void answerProbe(device);
} else if (process.send === undefined) {
  process.stderr.write("This process is started by Pinch; use `pinch run` instead.\n");
  process.exitCode = 1;
} else {
  // Recipes load the native runtime: a validation does without.
  serve({
    "pinch/validate": async request => (await import("./recipes/validate.ts")).validate(request),
    "pinch/plan": async (request, context) => (await import("./recipes/plan.ts")).plan(request, context),
    "pinch/devices": async () => (await import("./recipes/devices.ts")).devices(),
    "pinch/run": async (request, context) =>
      (await import("./recipes/reuse.ts")).runOrReuse(request, context),
    "pinch/evaluate": async (request, context) =>
      (await import("./recipes/evaluate.ts")).evaluate(request, context),
  });
}
