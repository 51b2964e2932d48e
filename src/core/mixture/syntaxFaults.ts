// What YAML itself finds wrong with a text, in words.
import type { Diagnostic } from "../../common/diagnostic.ts";
import { isBefore } from "./places.ts";
import type { YamlReader } from "./reader.ts";

/** A file of another kind is faulty on every line; twenty show it. */
const mostListed = 20;

/**
 * After a syntax fault the rest of the text can't be trusted: what follows it is not reported.
 * @param found What else was found in the text.
 */
export function withSyntaxFaults(
  reader: YamlReader,
  found: readonly Diagnostic[] = reader.diagnostics,
): Diagnostic[] {
  const all = [...reader.document.errors, ...reader.document.warnings];
  // One place is often faulty twice, once for each open bracket.
  const faults = all.filter((fault, i) => all.findIndex(other => other.pos[0] === fault.pos[0]) === i);
  const first = faults[0];
  if (first === undefined) return inOrder(found);
  const limit = reader.position(Math.min(...faults.map(fault => fault.pos[0])));
  // Each bracket of a text that is nested too deeply is a fault of its own.
  const listed = faults.some(isTooDeep) ? faults.filter(isTooDeep).slice(0, 1) : faults.slice(0, mostListed);
  const syntax = listed.map((fault): Diagnostic => {
    const { message, remedy } = explainSyntax(fault.code, fault.message);
    return {
      severity: "error",
      code: "yaml",
      message,
      remedy,
      range: reader.span(fault.pos[0], fault.pos[1]),
    };
  });
  const before = found.filter(
    ({ code, range }) => !code.startsWith("missing-") && code !== "empty-file" && isBefore(range.end, limit),
  );
  return inOrder([...before, ...syntax]);
}

function isTooDeep({ message }: { readonly message: string }): boolean {
  return message.includes("call stack");
}

function explainSyntax(code: string, message: string): { message: string; remedy: string } {
  if (isTooDeep({ message })) {
    return {
      message: "Brackets are nested too deeply here.",
      remedy:
        "A mixture file needs three levels: close the brackets before, or check that this is a mixture file.",
    };
  }
  switch (code) {
    case "TAB_AS_INDENT":
      return { message: "A tab can't indent YAML.", remedy: "Indent with spaces." };
    case "BAD_INDENT":
      // The library finds it where the next key begins.
      if (message.startsWith("Flow ")) {
        return {
          message: "A bracket or brace before this is not closed.",
          remedy: "Close it at the end of its mixture, or indent what belongs into it.",
        };
      }
      return {
        message: "This line is indented differently from its neighbours.",
        remedy: "Keys of one map start in the same column.",
      };
    case "MISSING_CHAR":
      return { message: `Not valid YAML: ${message}.`, remedy: "Add the missing character." };
    case "BAD_ALIAS":
      return {
        message: `Not valid YAML: ${message}.`,
        remedy: "Name an anchor (&name) that is written before it.",
      };
    case "MULTIPLE_DOCS":
      return {
        message: "The file holds more than one YAML document.",
        remedy: "Remove the --- line: a mixture file is one document.",
      };
    case "BAD_DQ_ESCAPE":
      return {
        message: `Not valid YAML: ${message.replace(/[.:]\s*$/, "")}, since a backslash in double quotes begins an escape.`,
        remedy: "Write / between the folders of a path, which every system understands.",
      };
    default:
      return { message: `Not valid YAML: ${message.replace(/[.:]\s*$/, "")}.`, remedy: "Correct the line." };
  }
}

function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  return [...diagnostics].sort(
    (a, b) => a.range.start.line - b.range.start.line || a.range.start.column - b.range.start.column,
  );
}
