// Creates the trainer for a device.
import { DeviceTrainer } from "./deviceTrainer.ts";
import { type StepTrainer, Trainer, type TrainerOptions } from "./trainer.ts";

/** Creates a trainer. On WebGPU, its state stays on the device. */
export function createTrainer(options: TrainerOptions): Promise<StepTrainer> {
  return options.device === "webgpu" ? DeviceTrainer.create(options) : Trainer.create(options);
}
