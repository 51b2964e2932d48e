// Answers the runtime's questions with a language model of VS Code, after consent.
import * as vscode from "vscode";
import { HumanError, messageOf } from "../../common/errors.ts";
import type { LanguageModelAnswer } from "../../protocol/comparison.ts";
import type { AskHandler } from "../../protocol/connection.ts";

const justification = "Pinch asks it which of two models' responses to a prompt is better.";

/**
 * Handler for one comparison. VS Code asks for the user's consent with the first question; the others wait
 * until that one has been answered, so that only one dialog appears. A refusal applies to all questions.
 */
export function languageModelJudge(): AskHandler {
  const models = new Map<string, Promise<vscode.LanguageModelChat>>();
  const inTurn = firstAlone();
  return async ({ model: id, prompt }, signal) => {
    const cancel = new vscode.CancellationTokenSource();
    const stop = () => cancel.cancel();
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    try {
      const found = models.get(id) ?? chooseModel(id);
      models.set(id, found);
      found.catch(() => models.delete(id));
      const model = await found;
      return await inTurn(() => {
        signal.throwIfAborted();
        return ask(model, prompt, cancel.token);
      });
    } catch (error) {
      signal.throwIfAborted();
      throw asHuman(error, id);
    } finally {
      signal.removeEventListener("abort", stop);
      cancel.dispose();
    }
  };
}

type InTurn = (ask: () => Promise<LanguageModelAnswer>) => Promise<LanguageModelAnswer>;

/** Admits one question at a time until one has been answered, and none after a refusal. */
function firstAlone(): InTurn {
  let opening: Promise<void> | null = null;
  let opened = false;
  let refusal: unknown = null;
  return async ask => {
    while (opening !== null) await opening;
    if (refusal !== null) throw refusal;
    if (opened) return ask();
    const answer = ask();
    opening = answer.then(
      () => {
        opened = true;
        opening = null;
      },
      (error: unknown) => {
        if (isRefusal(error)) refusal = error;
        opening = null;
      },
    );
    return answer;
  };
}

function isRefusal(error: unknown): boolean {
  return (
    error instanceof vscode.LanguageModelError && error.code === vscode.LanguageModelError.NoPermissions.name
  );
}

/** Models to choose from, by the id used in settings and comparisons. */
export async function listLanguageModels(): Promise<readonly vscode.LanguageModelChat[]> {
  return vscode.lm.selectChatModels();
}

async function chooseModel(id: string): Promise<vscode.LanguageModelChat> {
  const [byId] = await vscode.lm.selectChatModels({ id });
  if (byId !== undefined) return byId;
  throw vscode.LanguageModelError.NotFound(id);
}

async function ask(
  model: vscode.LanguageModelChat,
  prompt: string,
  token: vscode.CancellationToken,
): Promise<LanguageModelAnswer> {
  const message = vscode.LanguageModelChatMessage.User(prompt);
  const response = await model.sendRequest([message], { justification }, token);
  let text = "";
  for await (const part of response.text) text += part;
  const [promptTokens, completionTokens] = await Promise.all([
    counted(model, message, token),
    counted(model, text, token),
  ]);
  return { text, served: `${model.family} ${model.version}`.trim(), promptTokens, completionTokens };
}

/** Null if the model does not report it. An answer is not lost because its tokens can't be counted. */
async function counted(
  model: vscode.LanguageModelChat,
  text: string | vscode.LanguageModelChatMessage,
  token: vscode.CancellationToken,
): Promise<number | null> {
  try {
    return await model.countTokens(text, token);
  } catch {
    return null;
  }
}

/**
 * Classifies an error: `input` ends the comparison; any other kind concerns this question only, which is
 * retried.
 */
function asHuman(error: unknown, id: string): HumanError {
  if (error instanceof HumanError) return error;
  const code = error instanceof vscode.LanguageModelError ? error.code : "";
  const message = messageOf(error);
  switch (code) {
    case vscode.LanguageModelError.NotFound.name:
      return new HumanError(`VS Code offers no model "${id}".`, {
        remedy:
          "Choose another model: clear the setting pinch.judgeModel to see the available ones. Models are provided by extensions, and some require you to sign in.",
        cause: error,
      });
    case vscode.LanguageModelError.NoPermissions.name:
      return new HumanError(`Pinch may not ask the model "${id}".`, {
        remedy: "Compare again and allow it when VS Code asks, or choose another judge in the settings.",
        cause: error,
      });
    case vscode.LanguageModelError.Blocked.name:
      return new HumanError(`VS Code no longer allows requests to the model "${id}": ${message}`, {
        remedy:
          "Its quota may be used up. Continue later (answers so far are kept), or choose another judge.",
        cause: error,
      });
  }
  if (/quota|rate.?limit|too many requests/i.test(`${code} ${message}`)) {
    return new HumanError(`The model "${id}" accepts no more requests: ${message}`, {
      kind: "run",
      remedy: "Send fewer at a time (pinch.judgeConcurrency), or continue later: answers so far are kept.",
      cause: error,
    });
  }
  return new HumanError(`The model "${id}" failed: ${message}`, {
    kind: "run",
    remedy: "Try again later, or choose another judge in the settings.",
    cause: error,
  });
}
