// Turns YAML syntax errors into diagnostics.
import type { Diagnostic } from "../../common/diagnostic.ts";
import { isBefore } from "./places.ts";
import type { YamlText } from "./yamlText.ts";

/** Maximum number of faults listed: a file of another kind has one on every line. */
const maxListed = 20;

/**
 * Adds syntax faults to other faults. Faults after the first syntax error are dropped, since the rest of the
 * text can't be trusted.
 *
 * @param found Other faults found in the text.
 */
export function withSyntaxFaults(yaml: YamlText, found: readonly Diagnostic[]): Diagnostic[] {
  const all = [...yaml.document.errors, ...yaml.document.warnings];
  // The library often reports one place twice, once for each open bracket.
  const places = new Set<number>();
  const faults = all.filter(({ pos }) => places.size < places.add(pos[0]).size);
  if (faults.length === 0) return inOrder(found);
  const limit = yaml.position(faults.reduce((first, { pos }) => Math.min(first, pos[0]), Infinity));
  const syntax = faults.slice(0, maxListed).map((fault): Diagnostic => {
    const { message, remedy } = explainSyntax(fault.code, fault.message);
    return {
      severity: "error",
      code: "yaml",
      message,
      remedy,
      range: yaml.span(fault.pos[0], fault.pos[1]),
    };
  });
  const before = found.filter(
    ({ code, range }) => !code.startsWith("missing-") && code !== "empty-file" && isBefore(range.end, limit),
  );
  return inOrder([...before, ...syntax]);
}

function explainSyntax(code: string, message: string): { message: string; remedy: string } {
  switch (code) {
    case "TAB_AS_INDENT":
      return { message: "A tab can't be used to indent YAML.", remedy: "Indent with spaces." };
    case "BAD_INDENT":
      // The library reports it where the next key begins.
      if (message.startsWith("Flow ")) {
        return {
          message: "A bracket or brace before this is not closed.",
          remedy: "Close it at the end of its mixture, or indent the lines that belong to it.",
        };
      }
      return {
        message: "This line is indented differently from its neighbours.",
        remedy: "Keys of one map must start in the same column.",
      };
    case "MISSING_CHAR":
      return { message: `Not valid YAML: ${message}.`, remedy: "Add the missing character." };
    case "BAD_ALIAS":
      return {
        message: `Not valid YAML: ${message}.`,
        remedy: "Refer to an anchor (&name) that precedes it.",
      };
    case "MULTIPLE_DOCS":
      return {
        message: "The file contains more than one YAML document.",
        remedy: "Remove the --- line: a mixture file is a single document.",
      };
    case "BAD_DQ_ESCAPE":
      return {
        message: `Not valid YAML: ${message.replace(/[.:]\s*$/, "")}, because a backslash in double quotes starts an escape sequence.`,
        remedy: "Use / between the folders of a path, which works on every system.",
      };
    default:
      return { message: `Not valid YAML: ${message.replace(/[.:]\s*$/, "")}.`, remedy: "Fix this line." };
  }
}

function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.column - b.range.start.column,
  );
}
