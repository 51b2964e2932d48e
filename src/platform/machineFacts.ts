// What this window and its machine are, for a report of an issue, and what of them must not stand in one.
import { cpus, homedir, hostname, release, tmpdir, totalmem, userInfo } from "node:os";
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

/** Paths and names of this machine and of what is open in it. */
export function privateNames(): { readonly text: string; readonly as: string }[] {
  const open = (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri, name }) => [
    { text: uri.fsPath, as: "workspace" },
    { text: uri.toString(), as: "workspace" },
    { text: name, as: "workspace" },
  ]);
  return [
    ...open,
    { text: homedir(), as: "home" },
    { text: tmpdir(), as: "temporary folder" },
    { text: hostname(), as: "host" },
    { text: userName(), as: "user" },
  ];
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return ""; // an account without a name, as in some containers
  }
}
