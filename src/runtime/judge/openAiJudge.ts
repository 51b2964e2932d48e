// A judge behind an endpoint with OpenAI's chat completions API: vLLM, llama.cpp, Ollama, LM Studio,
// services.

import { Late, within } from "../../common/deadline.ts";
import { HumanError } from "../../common/errors.ts";
import { isLoopback, mayCarryKey } from "../../common/loopback.ts";
import { promptVersion } from "../../core/comparison/judgeTexts.ts";
import { parseVerdict } from "../../core/comparison/verdict.ts";
import type { JudgeIdentity } from "../../core/records/comparison.ts";
import { readText, TooLong } from "../../node/readText.ts";
import { reasonOf, webFetch } from "../../node/webFetch.ts";
import { type Judge, type JudgeAnswer, JudgeFailure, type JudgeQuestion } from "./judge.ts";
import { endpointAddress } from "./openAiAddress.ts";
import { type HttpReply, readReply, wrongAddress } from "./openAiAnswer.ts";
import { type Secret, whereKeysGo } from "./secret.ts";

/** Timeout in milliseconds for a complete answer. */
const defaultTimeout = 300_000;
/**
 * Maximum number of new tokens per answer: a short reason and the verdict, with room for a model that thinks
 * first.
 */
const maxAnswerTokens = 1024;
/** The same for every question, so that an endpoint that supports it always gives the same answers. */
const seed = 7;
/** Maximum bytes of a body; an answer has a few thousand. */
const longestBody = 4_000_000;

/** Endpoints' messages for an unknown parameter, as opposed to one whose value is too large. */
const refusal = /unsupported|not support|unrecogni[sz]ed|unknown|unexpected|not permitted|not allowed/i;

export interface OpenAiSettings {
  readonly url: string;
  readonly model: string;
  readonly key: Secret;
  readonly promptLanguage: "en" | "own";
  readonly concurrency: number;
  readonly timeoutMs?: number;
}

export class OpenAiJudge implements Judge {
  readonly identity: JudgeIdentity;
  readonly concurrency: number;
  readonly #address: string;
  readonly #settings: OpenAiSettings;
  readonly #notes = new Set<string>();
  /** Options that some models reject. They are omitted once the endpoint says so. */
  #options: ReadonlyMap<string, number> = new Map<string, number>([
    ["temperature", 0],
    ["seed", seed],
    ["max_tokens", maxAnswerTokens],
  ]);

  constructor(settings: OpenAiSettings) {
    const { completions, shown } = endpointAddress(settings.url);
    const { model, promptLanguage } = settings;
    if (model === "")
      throw new HumanError("The judge has no model.", { remedy: "Name it as the endpoint lists it." });
    if (settings.key.isGiven && !mayCarryKey(completions))
      throw new HumanError(`The judge's key would go to ${shown} in the clear: http has no encryption.`, {
        remedy: `Write the address with https, or take the key away (it is kept ${whereKeysGo}).`,
      });
    this.#address = completions;
    this.#settings = settings;
    this.concurrency = settings.concurrency;
    this.identity = { kind: "openai", model, url: shown, promptVersion, promptLanguage };
  }

  get notes(): readonly string[] {
    return [...this.#notes];
  }

  async ask({ text, code }: JudgeQuestion, signal: AbortSignal): Promise<JudgeAnswer> {
    const { model, key } = this.#settings;
    const place = this.identity.url ?? "";
    let sent = this.#options;
    let reply = await this.#send(text, signal);
    // Another question may have found out in the meantime what the endpoint rejects.
    while (reply.status === 400 && (sent !== this.#options || this.#leaveOut(reply.body))) {
      sent = this.#options;
      reply = await this.#send(text, signal);
    }
    const answer = readReply(reply, place, model);
    if (answer.model !== null && answer.model !== model)
      this.#notes.add(`The endpoint answered as ${key.redact(answer.model)}; ${model} was asked for.`);
    const { promptTokens, completionTokens } = answer;
    const raw = key.redact(answer.text);
    const named = [answer.model, answer.fingerprint].filter(name => name !== null);
    const served = named.length === 0 ? null : key.redact(named.join(" "));
    return { verdict: parseVerdict(raw, code), text: raw, served, promptTokens, completionTokens };
  }

  release(): Promise<void> {
    return Promise.resolve();
  }

  async #send(question: string, signal: AbortSignal): Promise<HttpReply> {
    const { model, key, timeoutMs = defaultTimeout } = this.#settings;
    const place = this.identity.url ?? "";
    try {
      return await within(timeoutMs, signal, async bounded => {
        const response = await webFetch(this.#address, {
          direct: isLoopback(this.#address),
          method: "POST",
          headers: { "content-type": "application/json", accept: "application/json", ...key.headers() },
          body: JSON.stringify({
            model,
            messages: [{ role: "user", content: question }],
            stream: false,
            ...Object.fromEntries(this.#options),
          }),
          redirect: "manual",
          signal: bounded,
          silence: timeoutMs,
        });
        return {
          status: response.status,
          contentType: response.headers.get("content-type") ?? "",
          retryAfter: response.headers.get("retry-after"),
          body: key.redact(await readText(response, longestBody)),
        };
      });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof Late)
        throw new JudgeFailure(`${place} did not answer within ${timeoutMs / 1000} s.`, {
          retry: true,
          remedy: "Lower the concurrency, or take a faster model.",
        });
      if (error instanceof TooLong)
        throw new JudgeFailure(`${place} sent more than ${longestBody / 1e6} MB as one answer.`, {
          retry: true,
          remedy: wrongAddress,
        });
      throw new JudgeFailure(`${place} can't be reached (${key.redact(reasonOf(error))}).`, {
        retry: true,
        remedy: "Start the endpoint, and check the judge's address.",
      });
    }
  }

  /** Drops an option that the endpoint rejected. Returns whether there is another way to ask. */
  #leaveOut(body: string): boolean {
    if (!refusal.test(body)) return false;
    for (const name of this.#options.keys()) {
      if (!new RegExp(`\\b${name}\\b`).test(body)) continue;
      const others = [...this.#options].filter(([other]) => other !== name);
      if (name === "max_tokens") others.push(["max_completion_tokens", maxAnswerTokens]);
      else this.#notes.add(`The endpoint refuses ${name}, so repeated questions may get different answers.`);
      this.#options = new Map(others);
      return true;
    }
    return false;
  }
}
