// Converts faults, ranges and file names to the editor's types.
import * as vscode from "vscode";
import type { Diagnostic, Severity, SourceRange } from "../../common/diagnostic.ts";
import { absoluteUri } from "../../workspace/mixtures/mixtureFiles.ts";

const severities: Record<Severity, vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
};

export function toRange({ start, end }: SourceRange): vscode.Range {
  return new vscode.Range(start.line, start.column, end.line, end.column);
}

/** URI of the file with the fault; the path of a data file is absolute, or relative to the mixture file. */
export function placeOf(mixtureFile: vscode.Uri, { file }: Diagnostic): vscode.Uri {
  return file === undefined ? mixtureFile : fileAt(mixtureFile, file);
}

/** @param file Path, absolute or relative to the mixture file. */
export function fileAt(mixtureFile: vscode.Uri, file: string): vscode.Uri {
  const absolute = /^([\\/]|[a-z]:[\\/])/i.test(file);
  return absolute ? absoluteUri(mixtureFile, file) : vscode.Uri.joinPath(mixtureFile, "..", file);
}

/** @param uri Validated file. */
export function toDiagnostic(uri: vscode.Uri, fault: Diagnostic): vscode.Diagnostic {
  const text = fault.remedy === "" ? fault.message : `${fault.message} ${fault.remedy}`;
  const diagnostic = new vscode.Diagnostic(toRange(fault.range), text, severities[fault.severity]);
  diagnostic.source = "pinch";
  diagnostic.code = fault.code;
  if (fault.related !== undefined) {
    diagnostic.relatedInformation = fault.related.map(({ file, range, message }) => {
      const place = new vscode.Location(fileAt(uri, file), toRange(range));
      return new vscode.DiagnosticRelatedInformation(place, message);
    });
  }
  return diagnostic;
}
