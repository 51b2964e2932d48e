// Measures the loss of the starter model on unseen text for each language, in nats per token.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { score } from "../../src/runtime/generation/likelihood.ts";
import { openModel } from "../../src/runtime/model/openModel.ts";
import { GraphFolder } from "../../src/runtime/ort/graphFolder.ts";

const { values: options } = parseArgs({
  options: { data: { type: "string" }, model: { type: "string", default: "media/starter" } },
});
if (options.data === undefined)
  throw new Error("usage: validationLoss --data <folder of generate.ts> [--model media/starter]");
void validate(options.data, options.model);

async function validate(data: string, folder: string): Promise<void> {
  const texts = JSON.parse(readFileSync(join(data, "validation.json"), "utf8")) as Record<string, number[]>;
  const model = openModel(folder);
  const graphs = new GraphFolder(model);
  const plan = { kind: "frozen", stored: graphs.stored, rank: 0, alpha: 0 } as const;
  const store = (bytes: Uint8Array): string => graphs.write("scoring", bytes);
  const options = {
    config: model.config.decoder,
    plan,
    parameters: {},
    device: "cpu",
    store,
  } as const;
  let [sum, tokens] = [0, 0];
  for (const [language, ids] of Object.entries(texts)) {
    const documents = split(ids).map(document => ({ ids: [0, ...document, 0], responseStart: 1 }));
    const scores = await score(documents, options, new AbortController().signal, () => undefined);
    const own = scores.reduce((total, one) => total + one.nll * one.tokens, 0);
    const count = scores.reduce((total, one) => total + one.tokens, 0);
    console.log(`${language.padEnd(6)} ${(own / count).toFixed(3)}  ${count} tokens`);
    sum += own;
    tokens += count;
  }
  graphs.remove();
  console.log(`all    ${(sum / tokens).toFixed(3)}  ${tokens} tokens`);
}

/** Splits documents at the separators, id 0. */
function split(ids: readonly number[]): number[][] {
  const documents: number[][] = [[]];
  for (const id of ids) {
    if (id === 0) documents.push([]);
    else documents.at(-1)?.push(id);
  }
  return documents.filter(document => document.length > 0 && document.length < 500);
}
