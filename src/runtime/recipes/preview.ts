// Shows examples as the model sees them: rendered template, tokens, and which of them carry loss. Loads only
// a tokenizer, never the weights or the native runtime.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { HumanError } from "../../common/errors.ts";
import { systemError } from "../../common/systemErrors.ts";
import { decodeUtf8 } from "../../core/dataset/decode.ts";
import { parseDataset, parseEvaluation } from "../../core/dataset/rows.ts";
import type { AnswersWithLoss } from "../../core/mixture/mixtureFile.ts";
import { type ParsedMixtureFile, parseMixtureFile } from "../../core/mixtureFile/parse.ts";
import type { Asked } from "../../core/prompt/chat.ts";
import type {
  Preview,
  PreviewedExample,
  PreviewedRow,
  PreviewRequest,
} from "../../protocol/examplePreview.ts";
import { drawRows } from "../experiment/drawRows.ts";
import { openModel } from "../model/openModel.ts";
import { resolveModelFolder } from "../model/resolveModel.ts";
import { showTokens } from "../model/showTokens.ts";
import { type ChatTokenizer, loadTokenizer } from "../model/tokenizer.ts";
import { hasLoss, lossTokensOf } from "../train/packing.ts";

/** Enough to see how examples look; each is tokenised while a person waits. */
const maxExamples = 100;

interface Side extends Asked {
  readonly id: string;
  readonly language: string;
  /** Null for a prompt that has no reference. */
  readonly response: string | null;
}

/** @throws HumanError for a row, a mixture or a model that can't be shown. */
export async function preview({ file, text, what, starter }: PreviewRequest): Promise<Preview> {
  const path = resolve(file);
  const parsed = parseMixtureFile(text ?? readMixtureFile(path));
  const { model, train } = parsed.draft;
  if (model === null) {
    throw new HumanError(
      "The mixture file names no model, so nothing says how examples are cut into tokens.",
      {
        remedy: "Write one, for example model: pinch/starter.",
      },
    );
  }
  const opened = openModel(resolveModelFolder(model, path, starter), parsed.draft.chat);
  const tokenizer = loadTokenizer(opened);
  const limit = Math.min(train.maxTokens, opened.config.maxPositions ?? Number.POSITIVE_INFINITY);
  const { sides, drawn } = await sidesOf(what, parsed, path);
  const purpose = what.kind === "row" ? what.purpose : "training";
  return {
    model,
    template: tokenizer.template,
    notes: tokenizer.notes,
    drawn,
    purpose,
    examples: sides.map(side =>
      shown(side, tokenizer, purpose === "training" ? { limit, loss: train.loss } : null),
    ),
  };
}

async function sidesOf(
  what: PreviewRequest["what"],
  parsed: ParsedMixtureFile,
  path: string,
): Promise<{ readonly sides: readonly Side[]; readonly drawn: Preview["drawn"] }> {
  if (what.kind === "row") return { sides: [sideOfRow(what)], drawn: null };
  const count = Math.min(maxExamples, what.count);
  const { spec, seed, counts, examples } = await drawRows(parsed, path, { ...what, count });
  return { sides: examples, drawn: { mixture: spec.name, seed, counts } };
}

function sideOfRow({ row, purpose, ...rest }: PreviewedRow): Side {
  const options = { file: "", ...rest };
  if (purpose === "training") {
    const { examples, diagnostics } = parseDataset(row, options);
    return required(examples[0], diagnostics);
  }
  const { rows, diagnostics } = parseEvaluation(row, options, purpose);
  const read = required(rows[0], diagnostics);
  return { ...read, response: read.reference ?? null };
}

function required<T>(
  row: T | undefined,
  faults: readonly { readonly message: string; readonly remedy: string }[],
): T {
  if (row !== undefined) return row;
  const [fault] = faults;
  throw new HumanError(`This row can't be shown. ${fault?.message ?? "It is empty."}`, {
    remedy: fault?.remedy || "Correct the row first.",
  });
}

function shown(
  side: Side,
  tokenizer: ChatTokenizer,
  training: { readonly limit: number; readonly loss: AnswersWithLoss | undefined } | null,
): PreviewedExample {
  const { id, language, response } = side;
  const example =
    response === null
      ? promptOnly(tokenizer, side)
      : tokenizer.formatExample({ ...side, response }, training === null ? "last" : training.loss);
  const { ids } = example;
  return {
    id,
    language,
    tokens: showTokens(ids, place => hasLoss(example, place), tokenizer),
    tokenCount: ids.length,
    lossCount: lossTokensOf(example),
    limit: training !== null && ids.length > training.limit ? training.limit : null,
  };
}

function promptOnly(tokenizer: ChatTokenizer, asked: Asked) {
  const ids = tokenizer.formatPrompt(asked);
  return { ids, responseStart: ids.length };
}

function readMixtureFile(path: string): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw systemError(cause, `The mixture file ${path} can't be read`) ?? cause;
  }
  const text = decodeUtf8(bytes, path);
  if (typeof text === "string") return text;
  throw new HumanError(text.message, { remedy: text.remedy });
}
