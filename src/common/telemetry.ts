// What keeps native libraries from reporting to their makers.

/**
 * Environment of every process that may load onnxruntime. Its library sends usage events to Microsoft unless this is
 * set before it is loaded (Linux and macOS; silent where `CI` is set). On Windows it hands its events to the system's
 * own tracing, which sends what the person allows in Windows' privacy settings; only `DisableTelemetryEvents` of the C
 * API stops that, and the binding for Node (1.30) does not offer it.
 */
export const telemetryOff: Readonly<Record<string, string>> = { ORT_DISABLE_TELEMETRY: "1" };
