// Turns off onnxruntime's telemetry in this process. Must be imported before the library, wherever that is
// imported.
import { telemetryOff } from "../../common/telemetry.ts";

Object.assign(process.env, telemetryOff);
