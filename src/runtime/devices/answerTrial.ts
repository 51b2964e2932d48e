// Entry of a probing process: measures its device, checks it against the CPU, and reports to the parent.
import { gemmRate } from "./gemmRate.ts";
import { selfCheck } from "./selfCheck.ts";
import { driverMessage, type TrialMessage } from "./tryDevice.ts";

function tell(message: TrialMessage): Promise<void> {
  return new Promise(resolve => {
    if (process.send === undefined) resolve();
    else process.send(message, undefined, {}, () => resolve());
  });
}

/**
 * Measures and checks a device. The parent ends this process as soon as it knows enough.
 * @param refused Reason why the device's own library was not loaded; null if it was loaded or there is none.
 */
export async function answerTrial(device: string, refused: unknown = null): Promise<void> {
  try {
    if (refused !== null) throw refused;
    if (device !== "cpu" && device !== "webgpu" && device !== "cuda") throw new Error(`no device ${device}`);
    await tell({ kind: "rate", rate: await gemmRate(device) });
    await tell({ kind: "check", outcome: await selfCheck(device) });
  } catch (error) {
    await tell({ kind: "error", reason: driverMessage(error) });
  }
  process.exit(0);
}
