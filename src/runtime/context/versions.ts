// What computed a run: written into its lock.
import packageJson from "../../../package.json";
import { ruleNames, scoringRules, trainingRules } from "../../core/records/ruleVersions.ts";

export const pinchVersion: string = packageJson.version;
export const onnxruntimeVersion: string = packageJson.dependencies["onnxruntime-node"];

/** Pinch and its rules, the native runtime, Node.js, and the machine's kind. */
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
