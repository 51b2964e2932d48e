// Facts about this window and its machine for an issue report.
import { cpus, release, totalmem } from "node:os";
import * as vscode from "vscode";
import packageJson from "../../package.json";

type Facts = readonly (readonly [name: string, value: string])[];

export function versionFacts(): Facts {
  const { appName, uiKind, remoteName } = vscode.env;
  const where = [
    uiKind === vscode.UIKind.Web ? "in a browser" : "on the desktop",
    ...(remoteName === undefined ? [] : [`remote: ${/^[a-z-]+/.exec(remoteName)?.[0] ?? "yes"}`]),
  ];
  return [
    ["Pinch", packageJson.version],
    ["onnxruntime-node", packageJson.dependencies["onnxruntime-node"]],
    [appName, `${vscode.version} (${where.join(", ")})`],
    ["Node", process.versions.node],
  ];
}

export function machineFacts(): Facts {
  const processors = cpus();
  return [
    ["system", `${process.platform}-${process.arch}, ${release()}`],
    ["processor", `${processors[0]?.model.trim() ?? "unknown"}, ${processors.length} threads`],
    ["memory", `${Math.round(totalmem() / 2 ** 30)} GiB`],
    ["workspace", vscode.workspace.isTrusted ? "trusted" : "restricted"],
  ];
}
