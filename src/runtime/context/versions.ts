// Versions of everything that computes a run, for its lock.
import packageJson from "../../../package.json";
import { ruleNames, scoringRules, trainingRules } from "../../core/records/ruleVersions.ts";

export const pinchVersion: string = packageJson.version;
export const onnxruntimeVersion: string = packageJson.dependencies["onnxruntime-node"];

/** Versions of Pinch and its rules, the native runtime and Node.js, and the type of machine. */
export function versions(): Readonly<Record<string, string>> {
  return {
    pinch: pinchVersion,
    "onnxruntime-node": onnxruntimeVersion,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    [ruleNames.training]: trainingRules,
    [ruleNames.scoring]: scoringRules,
  };
}
