// Asks for the meaning of the columns of a dataset, showing sample values, and remembers the answers.
import * as vscode from "vscode";
import { guessColumn, guessLanguageColumn, type Role } from "../../core/dataset/guessColumns.ts";
import { isChatField } from "../../core/dataset/layouts.ts";
import { canonicalTag, displayName, isLanguageTag } from "../../core/language/tags.ts";
import type { ColumnMapping, DatasetColumns } from "../../protocol/data.ts";

type Columns = DatasetColumns["columns"];

interface Choice extends vscode.QuickPickItem {
  readonly column: string | null;
}

/** Returns undefined when dismissed. Answers are remembered for files with the same columns. */
export async function chooseMapping(
  memory: vscode.Memento,
  columns: Columns,
): Promise<ColumnMapping | undefined> {
  const names = columns.map(({ name }) => name);
  const key = `import ${[...names].sort().join("\0")}`;
  const before = memory.get<ColumnMapping>(key);
  const guess = (role: Role): string | null => guessColumn(role, names);
  const prompt = await ask(columns, "Which column is the prompt?", before?.prompt ?? guess("prompt"), null);
  if (prompt === undefined || prompt.column === null) return undefined;
  const isChat = isChatField(prompt.column.toLowerCase());
  const response = isChat
    ? { column: null }
    : await ask(columns, "Which column is the response?", before?.response ?? guess("response"), null);
  if (response === undefined) return undefined;
  const language = await askLanguage(columns, before, guessLanguageColumn(columns));
  if (language === undefined) return undefined;
  const id = await ask(
    columns,
    "Which column is the id? Equal ids in several languages are translations of each other.",
    before === undefined ? guess("id") : before.id,
    "None: made from the file name and the row number",
  );
  if (id === undefined) return undefined;
  const input = isChat || guess("prompt") !== prompt.column ? null : guess("input");
  const mapping: ColumnMapping = {
    prompt: prompt.column,
    input: input === prompt.column || input === response.column ? null : input,
    response: response.column,
    system: guess("system"),
    history: isChat ? null : guess("history"),
    id: id.column,
    language,
  };
  await memory.update(key, mapping);
  return mapping;
}

/** Puts the likely column first, so that Enter picks it. */
function ask(
  columns: Columns,
  title: string,
  likely: string | null,
  none: string | null,
): Thenable<Choice | undefined> {
  const items: Choice[] = columns.map(({ name, values }) => ({
    label: name,
    description: values[0] ?? "empty in the first rows",
    detail: values.slice(1, 3).join("  ·  "),
    column: name,
  }));
  if (none !== null) items.push({ label: none, column: null });
  items.sort((a, b) => Number(b.column === likely) - Number(a.column === likely));
  return vscode.window.showQuickPick(items, { title, matchOnDescription: true, ignoreFocusOut: true });
}

/**
 * @param detect Whether the language may be detected from each row's text.
 * @returns undefined when dismissed.
 */
export async function askLanguage(
  columns: Columns,
  before: ColumnMapping | undefined,
  guess: string | null,
  { detect: mayDetect }: { readonly detect: boolean } = { detect: true },
): Promise<ColumnMapping["language"] | undefined> {
  const detect = "Detect it in each row";
  const fixed = "All rows are in one language…";
  const items: Choice[] = [
    ...(mayDetect ? [{ label: detect, column: null }] : []),
    { label: fixed, column: null },
    ...columns.map(({ name, values }) => ({
      label: name,
      description: values.slice(0, 5).join(" · "),
      column: name,
    })),
  ];
  const last = before?.language;
  const likely =
    last === undefined
      ? (guess ?? detect)
      : last.kind === "column"
        ? last.column
        : last.kind === "detect"
          ? detect
          : fixed;
  items.sort((a, b) => Number(b.label === likely) - Number(a.label === likely));
  const title = "Which language are the rows in?";
  const chosen = await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true });
  if (chosen === undefined) return undefined;
  if (chosen.column !== null) return { kind: "column", column: chosen.column };
  if (chosen.label === detect) return { kind: "detect" };
  const written = await vscode.window.showInputBox({
    title: "Language of all rows",
    prompt: "A language tag such as en, sw or zh-Hant.",
    value: last?.kind === "fixed" ? last.tag : "",
    ignoreFocusOut: true,
    validateInput: text =>
      text === "" || isLanguageTag(text.trim()) ? null : "Not a language tag. Examples: en, sw, zh-Hant.",
  });
  const tag = written === undefined ? null : canonicalTag(written.trim());
  return tag === null || displayName(tag) === "" ? undefined : { kind: "fixed", tag };
}
