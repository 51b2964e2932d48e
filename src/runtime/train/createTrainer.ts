// Creates the trainer for a device.
import { DeviceTrainer } from "./deviceTrainer.ts";
import { HostTrainer } from "./hostTrainer.ts";
import type { StepTrainer, TrainerOptions } from "./trainer.ts";

/** Creates a trainer. On WebGPU, its state stays on the device. */
export function createTrainer(options: TrainerOptions): Promise<StepTrainer> {
  return options.device === "webgpu" ? DeviceTrainer.create(options) : HostTrainer.create(options);
}
