// Turns onnxruntime's telemetry off in this process: imported before the library, wherever that is imported.
import { telemetryOff } from "../../common/telemetry.ts";

Object.assign(process.env, telemetryOff);
