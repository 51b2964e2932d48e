// An extension that brings language models whose answers a test writes; `asking` needs the person's consent.
const vscode = require("vscode");

/** Tokens of every prompt and of every answer: sums that can be done by hand. */
const promptTokens = 100;
const answerTokens = 10;

/** Without a test that says otherwise: the first response is the better one, whichever it is. */
function firstIsBetter(prompt) {
  const [own] = [...prompt.matchAll(/VERDICT ([0-9a-f]{6}): A/g)].slice(-1);
  return `The first one follows the instruction.\nVERDICT ${own?.[1]}: A`;
}

const information = (id, name) => ({
  id,
  name,
  family: "scripted",
  version: "1",
  maxInputTokens: 100_000,
  maxOutputTokens: 1_000,
  capabilities: {},
});

exports.activate = context => {
  /** What a test in the same extension host reads and sets. */
  const control = { asked: [], answer: firstIsBetter };
  const provider = {
    provideLanguageModelChatInformation: () => [
      information("scripted", "Scripted"),
      information("slow", "Slow"),
      // In the place of a model that is somebody's account: VS Code asks before another extension uses it.
      { ...information("asking", "Asking"), requiresAuthorization: true },
    ],
    async provideLanguageModelChatResponse(model, messages, _options, progress, token) {
      const parts = messages.flatMap(message => message.content);
      const prompt = parts.map(part => part.value).join("");
      control.asked.push({ model: model.id, prompt });
      const answer = await control.answer(prompt, token, control.asked.length - 1);
      // In two pieces, as models stream.
      const half = Math.floor(answer.length / 2);
      for (const piece of [answer.slice(0, half), answer.slice(half)])
        progress.report(new vscode.LanguageModelTextPart(piece));
    },
    provideTokenCount: (_model, text) =>
      Promise.resolve(typeof text === "string" ? answerTokens : promptTokens),
  };
  context.subscriptions.push(vscode.lm.registerLanguageModelChatProvider("pinch-tests", provider));
  return control;
};
