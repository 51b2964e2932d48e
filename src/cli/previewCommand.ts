// The command `preview`: prints examples of a mixture as the model sees them, with the tokens that carry loss.
import { resolve } from "node:path";
import { HumanError } from "../common/errors.ts";
import { canonicalTag, displayName } from "../core/language/tags.ts";
import { lossRuns } from "../core/prompt/lossRuns.ts";
import type { Preview, PreviewedExample } from "../protocol/examplePreview.ts";
import type { Arguments } from "./arguments.ts";
import { type Environment, type ExitCode, exitCodes, withRuntime, writeJson } from "./environment.ts";
import { defaultPreviewCount } from "./usage.ts";

export async function preview(
  environment: Environment,
  { files, json, mixtures, language, text }: Arguments,
): Promise<ExitCode> {
  const { starter, signal, output } = environment;
  const [file = ""] = files;
  const [mixture] = mixtures;
  if (mixture === undefined || mixtures.length > 1) {
    throw new HumanError("pinch preview shows one mixture.", {
      remedy: "Name it with --mixture NAME.",
    });
  }
  const tag = language === null ? null : canonicalTag(language);
  if (language !== null && tag === null) {
    throw new HumanError(`"${language}" is not a language tag.`, {
      remedy: "Write one such as fi or zh-Hans.",
    });
  }
  const count = Number(text("count") ?? defaultPreviewCount);
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new HumanError(`--count ${text("count")} is not a whole number of 1 or more.`, {
      remedy: "Write, for example, --count 20.",
    });
  }
  const what = { kind: "mixture", mixture, language: tag, count } as const;
  const result = await withRuntime(environment, ({ client }) =>
    client.call("pinch/preview", { file: resolve(file), what, starter }, signal),
  );
  if (json) writeJson(output, result);
  else output.write(describe(result));
  return exitCodes.done;
}

function describe({ model, template, notes, drawn, examples }: Preview): string {
  const counts = Object.entries(drawn?.counts ?? {}).map(([language, count]) => `${language} ${count}`);
  return [
    `Model ${model}, ${template === "own" ? "its own chat template" : "the plain template"}.`,
    ...notes,
    ...(drawn === null ? [] : [`${drawn.mixture}, seed ${drawn.seed}: ${counts.join(", ")}.`]),
    "Tokens are divided by |, those with loss stand in ⟦ ⟧.",
    "",
    ...examples.flatMap(example => [headOf(example), indented(markedTokens(example)), ""]),
  ].join("\n");
}

function headOf({ id, language, tokenCount, lossCount, limit }: PreviewedExample): string {
  const head = `${language}/${id} (${displayName(language)}): ${tokenCount} tokens, ${lossCount} with loss`;
  return limit === null ? head : `${head}; too long, at most ${limit} are taken`;
}

function markedTokens({ tokens }: PreviewedExample): string {
  return lossRuns(tokens)
    .map(run => {
      const text = run.map(token => printable(token.text)).join("|");
      return run[0]?.loss === true ? `⟦${text}⟧` : text;
    })
    .join("");
}

/** Line breaks are shown and printed; other control characters are only shown. */
function printable(text: string): string {
  return (
    text
      .replace(/\n/g, "⏎\n")
      // biome-ignore lint/suspicious/noControlCharactersInRegex: matching them is the purpose
      .replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, character => {
        const code = character.codePointAt(0) ?? 0;
        return `\\u${code.toString(16).padStart(4, "0")}`;
      })
  );
}

function indented(text: string): string {
  return text
    .split("\n")
    .map(line => `  ${line}`)
    .join("\n");
}
