// The trainer for a device.
import { DeviceTrainer } from "./deviceTrainer.ts";
import { type StepTrainer, Trainer, type TrainerOptions } from "./trainer.ts";

/** The trainer for a device: on WebGPU the one whose state stays there. */
export function createTrainer(options: TrainerOptions): Promise<StepTrainer> {
  return options.device === "webgpu" ? DeviceTrainer.create(options) : Trainer.create(options);
}
