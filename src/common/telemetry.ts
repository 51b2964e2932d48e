// Keeps native libraries from sending telemetry to their vendors.

/**
 * Environment of every process that may load onnxruntime. Its library sends usage events to Microsoft unless
 * this variable is set before loading (Linux and macOS; it is also silent when `CI` is set). On Windows, its
 * events go to the system's tracing, which sends what the user allows in Windows' privacy settings; only
 * `DisableTelemetryEvents` of the C API prevents that, and the Node binding (1.30) does not expose it.
 */
export const telemetryOff: Readonly<Record<string, string>> = { ORT_DISABLE_TELEMETRY: "1" };
